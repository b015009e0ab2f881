package main

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
)

// moved is a redirect that says that the server is elsewhere, and that is not followed.
type moved struct{ sentence string }

func (m *moved) Error() string { return m.sentence }

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
		return nil, &moved{fmt.Sprintf("the server sends on to %s, which is not encrypted; use --url %s if that is meant", base, base)}
	case r.method != http.MethodGet && !keepsBody:
		return nil, &moved{fmt.Sprintf("the server has moved to %s; use --url %s", base, base)}
	case from.User != nil && !sameServer(from, to):
		return nil, &moved{fmt.Sprintf("the server has moved to %s, which was not given the password; use --url with that address if it may have it", base)}
	case r.token != "" && !sameServer(from, to):
		return nil, &moved{fmt.Sprintf("the server has moved to %s, which was not given the token; use --url %s if it may have it", base, base)}
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
