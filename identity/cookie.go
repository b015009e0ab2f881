package identity

import "net/http"

// A cookie's name begins with one of these. A browser takes the second one from HTTPS alone and
// keeps it to the host itself, so that no other host of its domain can set it (RFC 6265bis,
// section 4.1.3.2). Cookies know no ports: the rest of the name is the server's own, or two
// servers on a host would take their guests' cookies from each other. Servers before this one
// used the beginning alone.
const (
	plainCookie  = "plainchat"
	secureCookie = "__Host-plainchat"
)

// Cookie returns what makes a browser known as a guest for a year. secure says that people
// use HTTPS: the server's own, or that of a proxy before it.
func (g *Guests) Cookie(guest Guest, secure bool) *http.Cookie {
	return &http.Cookie{ // #nosec G124 -- Secure wherever people use HTTPS
		Name:     cookieName(secure) + g.suffix,
		Value:    g.sign(guest),
		Path:     "/",
		MaxAge:   int(Lifetime.Seconds()),
		Secure:   secure,
		HttpOnly: true,
		SameSite: http.SameSiteLaxMode,
	}
}

// Of returns the guest whom a request comes from. It is false for a browser without a
// cookie, and for one whose cookie is forged, damaged, too old, or of another server: to
// the caller they are somebody new. secure is as in Cookie.
func (g *Guests) Of(r *http.Request, secure bool) (Guest, bool) {
	name := cookieName(secure)
	for _, name := range []string{name + g.suffix, name} {
		for _, cookie := range r.CookiesNamed(name) { // several, where other hosts of the domain set them
			if guest, ok := g.verify(cookie.Value); ok {
				return guest, true
			}
		}
	}
	return Guest{}, false
}

func cookieName(secure bool) string {
	if secure {
		return secureCookie
	}
	return plainCookie
}
