package handlers

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// mayAnnounce reports whether a GET may announce somebody, or fails if a page of another
// site sent it. An image of such a page, or a link to here, is enough to send a GET; it
// must not put its words into a room as the name of a visitor.
//
// Over HTTPS and on loopback browsers say which site a request comes from. Elsewhere they
// say so only in Origin, which they leave out of a GET by an image, by a link, and by the
// EventSource of our own page alike. So a browser has to show that the page is ours by the
// Referer, which pages cannot choose and our Referrer-Policy has them send. One that does
// not listens all the same, unannounced, as with an address that somebody has typed. What
// is no browser is in nobody else's hands.
func (s *Server) mayAnnounce(r *http.Request) (bool, error) {
	post := r.WithContext(r.Context())
	post.Method = http.MethodPost // the protection lets every GET pass
	if s.origins.Check(post) != nil {
		return false, errOrigin
	}
	switch {
	case r.Header.Get("Origin") != "":
		return true, nil
	case r.Header.Get("Sec-Fetch-Site") != "":
		return r.Header.Get("Sec-Fetch-Site") == "same-origin", nil
	case r.Referer() != "":
		return s.ownPage(r), nil
	}
	return !isBrowser(r), nil
}

// ownPage reports whether the Referer is a page of this server. Browsers write its host
// as they write Host, and behind a proxy it may be one of Origins.
func (s *Server) ownPage(r *http.Request) bool {
	referer, err := url.Parse(r.Referer())
	if err != nil || referer.Host == "" {
		return false
	}
	return strings.EqualFold(referer.Host, r.Host) || slices.Contains(s.Origins, referer.Scheme+"://"+referer.Host)
}

// isBrowser reports whether the client calls itself Mozilla, as every browser does and
// hardly anything else. Pages cannot change that without asking us first (CORS).
func isBrowser(r *http.Request) bool {
	return strings.HasPrefix(r.UserAgent(), "Mozilla/")
}
