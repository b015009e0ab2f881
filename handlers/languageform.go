package handlers

import (
	"net/http"
	"net/url"
	"strings"

	"plainchat/locale"
)

// postLanguage takes the form by which somebody chooses the language of the pages: the field
// lang, and the address to go back to in the field to.
func (s *Server) postLanguage(w http.ResponseWriter, r *http.Request) error {
	if err := parseForm(w, r); err != nil {
		return err
	}
	chosen := locale.Named(r.PostForm.Get("lang"))
	if chosen == nil {
		return badField("lang", "unknown", "problem.language")
	}
	const year = 365 * 24 * 60 * 60
	http.SetCookie(w, &http.Cookie{ // #nosec G124 -- no secret, and set without TLS too
		Name: languageCookie, Value: chosen.Lang, Path: "/", MaxAge: year, HttpOnly: true, SameSite: http.SameSiteLaxMode,
	})
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Location", localAddress(r.PostForm.Get("to")))
	w.WriteHeader(http.StatusSeeOther)
	return nil
}

// localAddress is an address of this server: the given one, or the chat's if a browser could take
// that for one elsewhere.
func localAddress(given string) string {
	const chat = "/"
	u, err := url.Parse(given)
	if err != nil || u.Scheme != "" || u.Host != "" || u.User != nil {
		return chat
	}
	// Browsers read a backslash as a slash, and two slashes at the start as a host (WHATWG URL).
	if address := u.String(); strings.HasPrefix(address, "/") && !strings.HasPrefix(address, "//") && !strings.Contains(u.Path, "\\") {
		return address
	}
	return chat
}
