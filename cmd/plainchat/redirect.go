package main

import (
	"net/http"
	"net/url"
	"strings"

	"plainchat/locale"
)

// moved is a redirect that says that the server is elsewhere, and that is not followed.
type moved struct{ told *locale.Error }

func (m *moved) Error() string { return m.told.Error() }

// In tells it in a language.
func (m *moved) In(c *locale.Catalogue) string { return m.told.In(c) }

// redirect returns where a request has to be made again, or nil if the answer sends it
// nowhere: a redirect to something other than what was asked for is a login page's, or
// says nothing of where the server is.
func (r call) redirect(from *url.URL, res *http.Response) (*url.URL, error) {
	switch res.StatusCode {
	case http.StatusMovedPermanently, http.StatusFound, http.StatusSeeOther,
		http.StatusTemporaryRedirect, http.StatusPermanentRedirect:
	default:
		return nil, nil
	}
	to, err := res.Location()
	if err != nil || to.Scheme != "http" && to.Scheme != "https" || !strings.HasSuffix(to.EscapedPath(), r.path) {
		return nil, nil
	}
	to.User, to.Fragment = nil, ""
	base := to.Scheme + "://" + to.Host + strings.TrimSuffix(to.EscapedPath(), r.path)
	keepsBody := res.StatusCode == http.StatusTemporaryRedirect || res.StatusCode == http.StatusPermanentRedirect
	switch {
	case from.Scheme == "https" && to.Scheme == "http":
		return nil, &moved{locale.NewError("cli.moved_plain", "url", base)}
	case r.method != http.MethodGet && !keepsBody:
		return nil, &moved{locale.NewError("cli.moved", "url", base)}
	case from.User != nil && !sameServer(from, to):
		return nil, &moved{locale.NewError("cli.moved_password", "url", base)}
	case r.token != "" && !sameServer(from, to):
		return nil, &moved{locale.NewError("cli.moved_token", "url", base)}
	}
	to.User = from.User
	return to, nil
}

// sameServer reports whether a password or token for one address is for another: it has the same
// host and port, or is the same host's usual way from HTTP to HTTPS.
func sameServer(from, to *url.URL) bool {
	upgrade := from.Port() == "" && to.Port() == "" && from.Scheme == "http" && to.Scheme == "https"
	return strings.EqualFold(from.Host, to.Host) && (from.Scheme == to.Scheme || upgrade)
}
