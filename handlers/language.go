package handlers

import (
	"cmp"
	"net/http"

	"plainchat/locale"
)

// languageCookie has the language that somebody has chosen.
const languageCookie = "lang"

// languageOf is the language to answer a request in: the chosen one, or that which its client
// accepts.
func languageOf(r *http.Request) *locale.Catalogue {
	var chosen *locale.Catalogue
	if cookie, err := r.Cookie(languageCookie); err == nil {
		chosen = locale.Named(cookie.Value)
	}
	return cmp.Or(chosen, locale.Accepted(r.Header.Get("Accept-Language")))
}
