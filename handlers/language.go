package handlers

import (
	"cmp"
	"net/http"

	"plainchat/locale"
)

// languageCookie has the language that somebody has chosen.
const languageCookie = "lang"

// inLanguage says in which language an answer is, and that others may get another.
func inLanguage(w http.ResponseWriter, c *locale.Catalogue) {
	w.Header().Set("Content-Language", c.Lang)
	w.Header().Add("Vary", "Accept-Language")
	w.Header().Add("Vary", "Cookie")
}

// languageOf is the language to answer a request in: the chosen one, or that which its client
// accepts.
func languageOf(r *http.Request) *locale.Catalogue {
	var chosen *locale.Catalogue
	if cookie, err := r.Cookie(languageCookie); err == nil {
		chosen = locale.Named(cookie.Value)
	}
	return cmp.Or(chosen, locale.Accepted(r.Header.Get("Accept-Language")))
}
