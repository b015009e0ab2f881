package main

import (
	"encoding/json"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"plainchat/chat"
	"plainchat/locale"
)

// refusal is an answer that is not a success. It is the server's own if it has a code;
// all others are of something in between, such as a proxy whose server is away, and
// say nothing about what the server did.
type refusal struct {
	status     int
	code       string
	detail     string        // the server's own words
	guess      *locale.Error // what it may be, if it is not the server's
	retryAfter time.Duration // 0: the answer did not say
}

func (r *refusal) Error() string { return r.In(locale.English) }

// In tells it in a language, but for the server's words, which are in the one that it was asked in.
func (r *refusal) In(c *locale.Catalogue) string {
	if r.code == "" {
		return r.guess.In(c)
	}
	return c.Text("cli.refused", "status", statusLine(r.status), "detail", r.detail)
}

// final reports whether the server itself will never take the same request.
func (r *refusal) final() bool {
	return r.code != "" && r.status != http.StatusTooManyRequests && r.status < http.StatusInternalServerError
}

// maxProblem is how much is read of an answer that is not a success, in bytes.
const maxProblem = 16 << 10

// refused reads an answer that is not a success.
func refused(res *http.Response) *refusal {
	body, _ := io.ReadAll(io.LimitReader(res.Body, maxProblem)) // a part tells as much
	r := &refusal{status: res.StatusCode, retryAfter: retryAfter(res.Header.Get("Retry-After"))}
	var problem struct{ Code, Detail, Title string }
	if r.status >= http.StatusBadRequest && mediaType(res) == "application/problem+json" && json.Unmarshal(body, &problem) == nil && problem.Code != "" {
		r.code, r.detail = problem.Code, problem.Detail
		if r.detail == "" {
			r.detail = problem.Title
		}
		return r
	}
	r.guess = r.guessed(res, string(body))
	return r
}

// guessed says what an answer that is not the server's may be, and what to do.
func (r *refusal) guessed(res *http.Response, body string) *locale.Error {
	status := statusLine(r.status)
	location, err := res.Location()
	switch {
	case r.status == http.StatusUnauthorized:
		return locale.NewError("cli.guess_login", "status", status)
	case r.status/100 == 3 && err == nil:
		return locale.NewError("cli.guess_redirect", "url", withoutQuery(location), "status", status)
	case r.status/100 == 2 && mediaType(res) == "text/html":
		return locale.NewError("cli.guess_page", "status", status)
	case r.status == http.StatusBadRequest && strings.Contains(body, "HTTPS"):
		return locale.NewError("cli.guess_https", "status", status)
	}
	return locale.NewError("cli.guess_other", "status", status)
}

func statusLine(status int) string {
	return strings.TrimSpace(strconv.Itoa(status) + " " + http.StatusText(status))
}

func mediaType(res *http.Response) string {
	t, _, _ := mime.ParseMediaType(res.Header.Get("Content-Type")) // "" if it is none
	return t
}

// withoutQuery is a URL for people: a login's query is long, and may hold secrets.
func withoutQuery(u *url.URL) string {
	return (&url.URL{Scheme: u.Scheme, Host: u.Host, Path: u.Path}).String()
}

// retryAfter reads the header of that name, which has seconds or a date; 0 if it has
// neither.
func retryAfter(value string) time.Duration {
	if seconds, err := strconv.ParseUint(value, 10, 32); err == nil {
		return time.Duration(seconds) * time.Second
	}
	if at, err := http.ParseTime(value); err == nil {
		return max(0, time.Until(at))
	}
	return 0
}

// maxAck is the longest acknowledgement that is read, in bytes: a message of which each
// character is escaped, and what is around it.
const maxAck = 256 << 10

// acknowledged returns nil if an answer is the acknowledgement of the message with a
// client id.
func acknowledged(res *http.Response, clientID string) error {
	if res.StatusCode/100 != 2 || mediaType(res) != "application/json" {
		return refused(res)
	}
	body, err := io.ReadAll(io.LimitReader(res.Body, maxAck))
	if err != nil {
		return err
	}
	var ev chat.Event
	if ev.UnmarshalJSON(body) != nil || ev.ID.Seq == 0 || ev.Key != clientID {
		return &refusal{status: res.StatusCode, guess: locale.NewError("cli.guess_not_ack", "status", statusLine(res.StatusCode))}
	}
	return nil
}
