package main

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"maps"
	"net/http"
	"net/url"

	"plainchat/identity"
	"plainchat/locale"
)

// target is the server that a command talks to.
type target struct {
	URL *url.URL `name:"url" default:"http://127.0.0.1:5001" placeholder:"URL"`
}

// call is what is asked of a target.
type call struct {
	method string
	path   string // escaped
	query  url.Values
	header http.Header
	body   []byte
	token  identity.Secret // "" for none; for this server alone
}

// Limits of what a server may make the client hold. A body is limited by whoever
// reads it.
const (
	maxAnswerHeader = 64 << 10 // bytes
	maxRedirects    = 5
)

// client follows no redirects by itself, since it would turn a POST into a GET, and
// asks for nothing compressed, which would hold back a stream.
var client = &http.Client{
	Transport:     newTransport(),
	CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
}

func newTransport() *http.Transport {
	t := http.DefaultTransport.(*http.Transport).Clone()
	t.MaxResponseHeaderBytes = maxAnswerHeader
	t.DisableCompression = true
	return t
}

// do makes a request, and makes it again where a redirect leads that says that the
// server is elsewhere. The caller closes the answer's body.
func (t target) do(ctx context.Context, r call) (*http.Response, error) {
	at := t.URL.JoinPath(r.path) // #nosec G125 -- the path is escaped where a room makes it
	at.RawQuery = r.query.Encode()
	for range maxRedirects {
		res, err := r.send(ctx, at)
		if err != nil {
			return nil, err
		}
		next, err := r.redirect(at, res)
		if err == nil && next == nil {
			return res, nil
		}
		res.Body.Close()
		if err != nil {
			return nil, err
		}
		at = next
	}
	return nil, &moved{locale.NewError("cli.moved_circle")}
}

func (r call) send(ctx context.Context, at *url.URL) (*http.Response, error) {
	req, err := http.NewRequestWithContext(ctx, r.method, at.String(), bytes.NewReader(r.body))
	if err != nil {
		return nil, err
	}
	maps.Copy(req.Header, r.header)
	if language := acceptLanguage(ctx); language != "" {
		req.Header.Set("Accept-Language", language)
	}
	if r.token != "" {
		req.Header.Set("Authorization", "Bearer "+string(r.token))
	}
	return client.Do(req)
}

// describe turns a failure to reach the server into a sentence.
func (t target) describe(err error) error {
	_, answered := errors.AsType[*refusal](err)
	_, elsewhere := errors.AsType[*moved](err)
	address := t.URL.Redacted()
	switch {
	case answered, elsewhere, err == errStreamEnded, err == errSilent:
		return err
	case errors.Is(err, context.DeadlineExceeded):
		return locale.NewError("cli.no_answer", "address", address)
	}
	if failed, ok := errors.AsType[*url.Error](err); ok {
		err = failed.Err // which does without the address
	}
	if _, untrusted := errors.AsType[*tls.CertificateVerificationError](err); untrusted {
		return locale.NewError("cli.untrusted", "address", address, "cause", err)
	}
	return locale.NewError("cli.unreachable", "address", address, "cause", err)
}
