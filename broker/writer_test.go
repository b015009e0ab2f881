package broker

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"plainchat/chat"
)

// serveFollower answers each request with what a room's followers get, and then with a last word
// of a size; ended gets what became of that.
func (s *server) serveFollower(t *testing.T, lastWord int) (address string, ended chan error) {
	t.Helper()
	ended = make(chan error, 1)
	front := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		out, done := s.broker.Writer(w)
		defer done()
		for ev, err := range s.broker.Follow(r.Context(), Following{Rooms: []chat.Room{"r"}}) {
			if err != nil {
				break
			}
			_, _ = io.WriteString(out, ev.Text()+"\n")
		}
		_, err := io.WriteString(out, strings.Repeat("x", lastWord)+"\n")
		ended <- err
	}))
	t.Cleanup(front.Close)
	return front.URL, ended
}

func (s *server) openFollower(t *testing.T, lastWord int) (body io.ReadCloser, ended chan error) {
	t.Helper()
	address, ended := s.serveFollower(t, lastWord)
	res, err := http.Get(address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { res.Body.Close() })
	s.say("r", "hello")
	first := make([]byte, len("hello\n"))
	if _, err := io.ReadFull(res.Body, first); err != nil || string(first) != "hello\n" {
		t.Fatalf("%q, %v", first, err)
	}
	return res.Body, ended
}

// When the broker closes, a last word can still be said.
func TestWriterLastWord(t *testing.T) {
	s := startServer(t, Options{})
	body, ended := s.openFollower(t, 10)
	s.broker.hub.close()
	if err := <-ended; err != nil {
		t.Errorf("the last word: %v", err)
	}
	if rest, err := io.ReadAll(body); string(rest) != "xxxxxxxxxx\n" || err != nil {
		t.Errorf("the last word arrives as %q, %v", rest, err)
	}
}

// A reader who does not take it is not waited for as long as usual.
func TestWriterLastWordUnread(t *testing.T) {
	s := startServer(t, Options{StallTimeout: 1 << 40}) // 18 minutes
	_, ended := s.openFollower(t, 64<<20)
	s.broker.hub.close()
	if err := <-ended; !errors.Is(err, errStalled) {
		t.Errorf("the last word: %v", err)
	}
}

// Nor is one who is in the middle of something.
func TestWriterUnreadAtTheEnd(t *testing.T) {
	s := startServer(t, Options{StallTimeout: 1 << 40})
	writing, ended := make(chan struct{}), make(chan error, 1)
	front := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		out, done := s.broker.Writer(w)
		defer done()
		_, err := io.WriteString(out, "begin\n")
		close(writing)
		for err == nil {
			_, err = out.Write(make([]byte, 1<<20))
		}
		ended <- err
	}))
	t.Cleanup(front.Close)
	res, err := http.Get(front.URL)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	<-writing
	s.broker.hub.close()
	if err := <-ended; !errors.Is(err, errStalled) {
		t.Errorf("it ends with %v", err)
	}
}
