package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// What is not the server's word is no verdict: the message is sent again, under the same
// client id, and before the next one, whether it was stored the first time or not.
func TestSendThroughForeignAnswers(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	var sending sync.WaitGroup // all at once, since each waits a second
	for i, name := range slices.Sorted(maps.Keys(foreignAnswers)) {
		for _, stored := range []bool{false, true} {
			room := fmt.Sprint("send-", i, "-", stored)
			first := foreignAnswers[name]
			if stored {
				first = passThen(s, first)
			}
			f := newFront(t, s, first)
			sending.Go(func() {
				said, err := runCommand(t, bounded(t), "one\ntwo\n", "send", "--url="+f.URL, "--room="+room)
				if err != nil || strings.Count(said, "\n") != 1 || !strings.HasSuffix(said, " (trying for 30 seconds)\n") {
					t.Errorf("%s, stored %t: %v, %q", name, stored, err, said)
				}
			})
		}
	}
	sending.Wait()
	for i, name := range slices.Sorted(maps.Keys(foreignAnswers)) {
		for _, stored := range []bool{false, true} {
			if got := fmt.Sprint(s.texts(fmt.Sprint("send-", i, "-", stored))); got != "[anonymous: one anonymous: two]" {
				t.Errorf("%s, stored %t: said %s", name, stored, got)
			}
		}
	}
}

// The server's own verdict ends the command, with its sentence.
func TestSendTakesTheServersVerdict(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	const problem = `{"title":"Unprocessable","status":422,"code":"key_reused","detail":"This key was used for another message."}`
	f := newFront(t, s, answering(422, "application/problem+json", problem))
	said, err := runCommand(t, bounded(t), "one\ntwo\n", "send", "--url="+f.URL, "--room=verdict")
	if err == nil || err.Error() != "the server refused (422 Unprocessable Entity): This key was used for another message." || said != "" {
		t.Errorf("%v, %q", err, said)
	}
	if got := s.texts("verdict"); len(got) > 0 {
		t.Errorf("said %q", got)
	}
}

// tail takes no answer but the server's for an end.
func TestTailThroughForeignAnswers(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	s.say("tea", "hello")
	var tailing sync.WaitGroup // all at once, since each waits a second
	for name, foreign := range foreignAnswers {
		f := newFront(t, s, foreign)
		ctx, stop := context.WithCancel(bounded(t))
		out, said := newOutput(), newOutput()
		tailing.Go(func() {
			if err := run(ctx, []string{"tail", "--url=" + f.URL, "--since=all", "--room=tea"}, noEnvironment, nil, out, said); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		})
		tailing.Go(func() {
			defer stop()
			text, ok := out.tryAwait(ctx, func(text string) bool { return strings.Contains(text, "Mina: hello\n") })
			if !ok || strings.Count(said.String(), "(trying again)\n") != 1 {
				t.Errorf("%s: printed %q, said %q", name, text, said)
			}
		})
	}
	tailing.Wait()
	t.Run("final", func(t *testing.T) {
		t.Parallel()
		f := newFront(t, s, answering(421, "application/problem+json", `{"code":"host_not_allowed","detail":"Another name."}`))
		said, err := runCommand(t, bounded(t), "", "tail", "--url="+f.URL)
		if err == nil || !strings.HasSuffix(err.Error(), "Another name.") || said != "" {
			t.Errorf("%v, %q", err, said)
		}
	})
}

func TestHealthBelievesTheServerAlone(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	for name, foreign := range foreignAnswers {
		if _, err := runCommand(t, bounded(t), "", "health", "--url="+newFront(t, s, foreign).URL); err == nil {
			t.Errorf("%s: ready", name)
		}
	}
	other := newFront(t, s, answering(200, "text/plain", "ready to rumble"))
	if _, err := runCommand(t, bounded(t), "", "health", "--url="+other.URL); err == nil {
		t.Error("another program is ready")
	}
}

// A login page is called one.
func TestLoginPageIsTold(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	for _, name := range []string{"401", "login by 200", "login by 302", "login by 303", "login by 307"} {
		f := newFront(t, s, foreignAnswers[name])
		if said, err := runCommand(t, bounded(t), "", "send", "--url="+f.URL, "--room=login", name); err != nil || !strings.Contains(said, "login") || strings.Contains(said, "rd=") {
			t.Errorf("%s: %v, %q", name, err, said)
		}
	}
}

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

// A message that a redirect takes elsewhere is stored there, or the person is told where
// that is.
func TestSendThroughRedirect(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	redirect := func(status int) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Location", s.url+r.URL.Path)
			w.WriteHeader(status)
		}
	}
	for _, status := range []int{301, 302, 303, 307, 308} {
		f := newFront(t, s, redirect(status))
		said, err := runCommand(t, bounded(t), "", "send", "--url="+f.URL, "--room=moved", fmt.Sprint(status))
		if followed := status >= 307; followed && err != nil || !followed && (err == nil || !strings.Contains(err.Error(), "use --url "+s.url)) || said != "" {
			t.Errorf("%d: %v, %q", status, err, said)
		}
	}
	if got := s.texts("moved"); !slices.Equal(got, []string{"anonymous: 307", "anonymous: 308"}) {
		t.Errorf("said %q", got)
	}
	circle := startFront(t, func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, r.URL.Path, http.StatusPermanentRedirect)
	})
	if _, err := runCommand(t, bounded(t), "", "send", "--url="+circle.URL, "hello"); err == nil || !strings.Contains(err.Error(), "circle") {
		t.Error(err)
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

// What is read of an answer is bounded, however much comes.
func TestEndlessAnswers(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	endless := func(status int, mediaType string) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", mediaType)
			w.WriteHeader(status)
			for part := []byte(strings.Repeat(" ", 64<<10)); r.Context().Err() == nil; {
				if _, err := w.Write(part); err != nil {
					return
				}
			}
		}
	}
	for i, first := range []http.HandlerFunc{
		endless(502, "text/html"), endless(422, "application/problem+json"), endless(201, "application/json"), endless(200, "text/html"),
		func(w http.ResponseWriter, _ *http.Request) {
			for i := range 100 {
				w.Header().Set(fmt.Sprint("X-", i), strings.Repeat("x", 1<<10))
			}
		},
	} {
		said, err := runCommand(t, bounded(t), "", "send", "--url="+newFront(t, s, first).URL, "--room=endless", "hello")
		if err != nil || strings.Count(said, "\n") != 1 {
			t.Errorf("%d: %v, %q", i, err, said)
		}
	}
	if _, err := runCommand(t, bounded(t), "", "health", "--url="+newFront(t, s, endless(200, "text/plain")).URL); err == nil {
		t.Error("an endless answer is ready")
	}
}
