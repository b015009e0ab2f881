package main

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// target is the server that send and tail talk to.
type target struct {
	URL *url.URL `name:"url" default:"http://127.0.0.1:5001" help:"Address of the server."`
}

// at returns an address on the server.
func (t target) at(path string, query url.Values) string {
	u := t.URL.JoinPath(path) // #nosec G125 -- the path is escaped where a room makes it
	u.RawQuery = query.Encode()
	return u.String()
}

// Validate is called by kong once the flags are set.
func (t target) Validate() error {
	if t.URL.Host == "" || t.URL.Scheme != "http" && t.URL.Scheme != "https" {
		return errors.New("--url is a whole address, like http://127.0.0.1:5001")
	}
	return nil
}

// refusal is an answer that is not a success.
type refusal struct {
	status     int
	detail     string
	retryAfter time.Duration // 0: the server did not say
}

func (r *refusal) Error() string {
	return fmt.Sprintf("the server refused (%d %s): %s", r.status, http.StatusText(r.status), r.detail)
}

// temporary reports whether the same request may succeed later.
func (r *refusal) temporary() bool {
	return r.status == http.StatusTooManyRequests || r.status >= http.StatusInternalServerError
}

// refused reads an answer that is not a success.
func refused(res *http.Response) error {
	body, _ := io.ReadAll(io.LimitReader(res.Body, 4<<10))
	r := &refusal{status: res.StatusCode, detail: strings.TrimSpace(string(body))}
	var problem struct {
		Detail string `json:"detail"`
	}
	if json.Unmarshal(body, &problem) == nil && problem.Detail != "" {
		r.detail = problem.Detail
	}
	if seconds, err := time.ParseDuration(res.Header.Get("Retry-After") + "s"); err == nil {
		r.retryAfter = seconds
	}
	return r
}

// backoff is how long to wait before another try: longer each time, and never
// the same for two clients that failed together.
type backoff struct{ tries int }

const maxBackoff = 10 * time.Second

// wait sleeps, at least as long as the server asked, or until ctx ends.
func (b *backoff) wait(ctx context.Context, cause error) error {
	b.tries++
	most := min(maxBackoff, time.Second<<min(b.tries-1, 10))
	pause := most/2 + rand.N(most/2) // #nosec G404 -- it spreads reconnections, and guards nothing
	if r, ok := errors.AsType[*refusal](cause); ok {
		pause = max(pause, r.retryAfter)
	}
	select {
	case <-time.After(pause):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// describe turns a failure to reach the server into a sentence.
func (t target) describe(err error) error {
	if _, refused := errors.AsType[*refusal](err); refused || err == errStreamEnded {
		return err
	}
	if _, untrusted := errors.AsType[*tls.CertificateVerificationError](err); untrusted {
		return fmt.Errorf("%s has a certificate that is not to be trusted (%w); use the name it is for, and let SSL_CERT_FILE name the file of an authority of your own", t.URL, err)
	}
	return fmt.Errorf("cannot reach %s (%w); is it running there? --url names another address", t.URL, err)
}
