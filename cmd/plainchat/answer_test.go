package main

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

func TestRedirect(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		method, from string
		status       int
		location     string
		to, sentence string // neither: it is not followed, and no word of where the server is
	}{
		{"POST", "http://a/r/m", 308, "http://a:81/r/m", "http://a:81/r/m", ""},
		{"POST", "http://a/r/m", 307, "https://a/x/r/m", "https://a/x/r/m", ""},
		{"POST", "http://a/r/m", 307, "https://b/r/m", "https://b/r/m", ""},
		{"POST", "http://a/r/m", 308, "/x/r/m", "http://a/x/r/m", ""},
		{"POST", "http://a/r/m", 301, "https://a/r/m", "", "moved to https://a; use --url https://a"},
		{"POST", "http://a/r/m", 302, "https://a/x/r/m?y", "", "use --url https://a/x"},
		{"POST", "http://a/r/m", 303, "http://b:81/r/m", "", "use --url http://b:81"},
		{"GET", "http://a/r/m", 301, "https://b/r/m?q=1", "https://b/r/m?q=1", ""},
		{"GET", "http://a/r/m", 302, "https://a/login", "", ""},
		{"POST", "http://a/r/m", 307, "https://login/", "", ""},
		{"POST", "http://a/r/m", 307, "ftp://a/r/m", "", ""},
		{"POST", "http://a/r/m", 307, "http://a:b/r/m", "", ""},
		{"POST", "http://a/r/m", 300, "http://b/r/m", "", ""},
		{"GET", "https://a/r/m", 308, "http://a/r/m", "", "not encrypted"},
		{"GET", "http://u:pw@a/r/m", 301, "http://a/r/m?", "http://u:pw@a/r/m?", ""},
		{"POST", "http://u:pw@a/r/m", 308, "https://A/r/m", "https://u:pw@A/r/m", ""},
		{"POST", "http://u:pw@a/r/m", 308, "http://a:81/r/m", "", "not given the password"},
		{"GET", "https://u:pw@a/r/m", 301, "https://b/r/m", "", "not given the password"},
		{"GET", "http://a/r/m", 301, "http://them:secret@a/r/m", "http://a/r/m", ""},
	} {
		from, err := url.Parse(c.from)
		if err != nil {
			t.Fatal(err)
		}
		res := &http.Response{StatusCode: c.status, Header: http.Header{"Location": {c.location}}, Request: &http.Request{URL: from}}
		to, err := call{method: c.method, path: "/r/m"}.redirect(from, res)
		switch {
		case c.to != "" && (err != nil || to == nil || to.String() != c.to),
			c.to == "" && to != nil,
			c.sentence != "" && (err == nil || !strings.Contains(err.Error(), c.sentence) || strings.Contains(err.Error(), "pw@")),
			c.sentence == "" && err != nil:
			t.Errorf("%v: %v, %v", c, to, err)
		}
	}
}

// Retry-After is honoured within bounds, in both of its forms.
func TestRetryAfter(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for value, want := range map[string]time.Duration{
			"": 0, "7": 7 * time.Second, "-7": 0, "0": 0, "many": 0, "1.5": 0, "99999999999999999999": 0,
			time.Now().Add(20 * time.Second).UTC().Format(http.TimeFormat): 20 * time.Second,
			time.Now().Add(-time.Hour).UTC().Format(http.TimeFormat):       0,
		} {
			if got := retryAfter(value); got != want {
				t.Errorf("%q: %s, want %s", value, got, want)
			}
		}
		for asked, want := range map[time.Duration]time.Duration{7 * time.Second: 7 * time.Second, 24 * time.Hour: time.Minute} {
			start := time.Now()
			pause := backoff{longest: time.Minute}
			if err := pause.wait(t.Context(), &refusal{retryAfter: asked}); err != nil || time.Since(start) != want {
				t.Errorf("asked for %s: waited %s, %v", asked, time.Since(start), err)
			}
		}
	})
}

func TestMayHaveArrived(t *testing.T) {
	for _, c := range []struct {
		err  error
		want bool
	}{
		{&refusal{status: 502}, true},
		{&refusal{status: 503, code: "unavailable"}, true},
		{&refusal{status: 429, code: "rate_limited"}, false},
		{&url.Error{Op: "Post", Err: &net.OpError{Op: "dial", Err: errors.New("refused")}}, false},
		{&url.Error{Op: "Post", Err: &net.OpError{Op: "read", Err: errors.New("reset")}}, true},
		{&url.Error{Op: "Post", Err: context.DeadlineExceeded}, true},
		{io.ErrUnexpectedEOF, true},
	} {
		if got := mayHaveArrived(c.err); got != c.want {
			t.Errorf("%v: %t", c.err, got)
		}
	}
}
