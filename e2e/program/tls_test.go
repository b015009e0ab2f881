package program

import (
	"crypto/tls"
	"io"
	"net/http"
	"testing"

	"plainchat/chat"
	"plainchat/internal/certtest"
)

// TestTLS: the same conversation over HTTPS, with HTTP/2 and without, through a
// shutdown and a restart.
func TestTLS(t *testing.T) {
	t.Parallel()
	certFile, keyFile, pool := certtest.Make(t)
	for proto, http2 := range map[string]bool{"HTTP/2.0": true, "HTTP/1.1": false} {
		t.Run(proto, func(t *testing.T) {
			t.Parallel()
			s := newServer(t, "--tls-cert="+certFile, "--tls-key="+keyFile)
			s.client.Transport = &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool}, ForceAttemptHTTP2: http2}
			checkConversation(t, s, proto)
		})
	}
	t.Run("curl", func(t *testing.T) {
		t.Parallel()
		s := newServer(t, "--tls-cert="+certFile, "--tls-key="+keyFile)
		p := s.curl("--cacert", certFile, "--http2", s.url+"/events?since=all")
		p.stdout.awaitCount(t, "event: hello", 1)
		if code := s.curl("--cacert", certFile, "-d", "hello", s.url+"/messages").wait(); code != 0 {
			t.Errorf("exit code %d", code)
		}
		if got := messagesIn(t, p.stdout.awaitCount(t, "\n\n", 2)); len(got) != 1 || got[0].Text() != "hello" {
			t.Errorf("heard %v", got)
		}
	})
}

func checkConversation(t *testing.T, s *server, proto string) {
	t.Helper()
	st := s.open("room=tea")
	if st.proto != proto {
		t.Errorf("the stream is %s", st.proto)
	}
	first := s.say("tea", "first")
	if got := st.message(t); got != first {
		t.Errorf("heard %v, want %v", got, first)
	}
	if code := s.terminate(); code != 0 {
		t.Errorf("exit code %d", code)
	}
	if ev, err := st.Next(); err == nil || err == io.EOF || st.LastEventID() != first.ID.String() {
		t.Errorf("the stream ended with %v, %v at %s", ev, err, st.LastEventID())
	}
	s.start()
	second := s.say("tea", "second")
	resumed, err := s.stream(bounded(t), "room=tea", first.ID.String())
	if err != nil {
		t.Fatal(err)
	}
	defer resumed.Close()
	if hello := resumed.next(t); hello.LastEventID != first.ID.String() {
		t.Errorf("resumed with %+v", hello)
	}
	third := s.say("tea", "third")
	for _, want := range []chat.Event{second, third} {
		if got := resumed.message(t); got != want {
			t.Errorf("heard %v, want %v", got, want)
		}
	}
}
