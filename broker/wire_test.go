package broker

import (
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"plainchat/internal/eventstream"
)

// wire is what a stream of two messages, the first from the log, is over HTTP, and what
// follows the closing of the server. Digits and what changes from run to run are replaced.
const wireEvents = "retry: N\nid: EPOCH-0\ndata: {\"rooms\":[{\"room\":\"lobby\",\"online\":0,\"here\":[]}]}\nevent: hello\n\n|" +
	"id: EPOCH-1\ndata: {\"id\":\"EPOCH-1\",\"seq\":1,\"room\":\"lobby\",\"user_name\":\"me\",\"message\":\"one\",\"time\":\"TIME\"}\nevent: my response\n\n|" +
	"id: EPOCH-2\ndata: {\"id\":\"EPOCH-2\",\"seq\":2,\"room\":\"lobby\",\"user_name\":\"me\",\"message\":\"two\",\"time\":\"TIME\"}\nevent: my response\n\n|" +
	":\n|" +
	"id: EPOCH-3\ndata: {\"id\":\"EPOCH-3\",\"seq\":3,\"room\":\"lobby\",\"user_name\":\"me\",\"message\":\"three\",\"time\":\"TIME\"}\nevent: my response\n\n"

// chunkedEvents frames the events, each as one chunk, as a socket is sent them.
func chunkedEvents(events string) string {
	var out strings.Builder
	for event := range strings.SplitSeq(events, "|") {
		fmt.Fprintf(&out, "SIZE\r\n%s\r\n", event)
	}
	return out.String()
}

var unsteady = []struct {
	pattern *regexp.Regexp
	with    string
}{
	{regexp.MustCompile(`retry: [1-3][0-9]{3}\n`), "retry: N\n"},
	{regexp.MustCompile(`"time":"[-0-9:TZ.]+"`), `"time":"TIME"`},
	{regexp.MustCompile(`(?m)^[0-9a-f]{6}\r\n`), "SIZE\r\n"},
	{regexp.MustCompile(`(?m)^Date: .*\r\n`), ""},
}

func (s *server) steady(wire []byte) string {
	text := strings.ReplaceAll(string(wire), s.log.Epoch(), "EPOCH")
	for _, u := range unsteady {
		text = u.pattern.ReplaceAllString(text, u.with)
	}
	return text
}

// converse speaks beside an open stream, whose reader is told by next to read an event,
// and closes the broker.
func (s *server) converse(next func()) {
	next() // hello
	next() // one, from the log
	s.say("lobby", "two")
	next()
	s.beatAll()
	s.say("lobby", "three")
	next()
	s.broker.Close()
}

// transcriptOf reads a stream while the server speaks, and returns it as it was on the
// wire.
func (s *server) transcriptOf(line string) string {
	s.t.Helper()
	s.say("lobby", "one")
	conn := s.ask(line, 64<<10)
	var wire strings.Builder
	events := 0
	s.converse(func() {
		for events++; strings.Count(wire.String(), "event: ") < events || !strings.HasSuffix(wire.String(), "\n\n") && !strings.HasSuffix(wire.String(), "\n\n\r\n"); {
			one := make([]byte, 1)
			if _, err := conn.Read(one); err != nil {
				s.t.Fatalf("%v after %q", err, wire.String())
			}
			wire.Write(one)
		}
	})
	rest, err := io.ReadAll(conn)
	if err != nil && !errors.Is(err, net.ErrClosed) {
		s.t.Logf("the connection ended with %v", err)
	}
	return s.steady([]byte(wire.String() + string(rest)))
}

// Over HTTP/1.1 a stream is chunked, and never has its last chunk. It says nothing of its
// connection: with "Connection: close" Node's fetch takes what breaks off for whole.
func TestWireHTTP11(t *testing.T) {
	s := startServer(t, Options{}).start()
	got := s.transcriptOf("GET /?room=lobby&since=all HTTP/1.1")
	head, events, _ := strings.Cut(got, "\r\n\r\n")
	if !strings.HasPrefix(head, "HTTP/1.1 200 OK\r\n") || !strings.Contains(head, "\r\nTransfer-Encoding: chunked") ||
		!strings.Contains(head, "\r\nContent-Type: text/event-stream") || !strings.Contains(head, "\r\nCache-Control: no-store, no-transform") ||
		!strings.Contains(head, "\r\nX-Accel-Buffering: no") || strings.Contains(head, "Content-Length") || strings.Contains(head, "Connection") {
		t.Errorf("the head is %q", head)
	}
	if !hijackable(&http.Request{ProtoMajor: 1}) { // net/http writes sizes of its own
		events = regexp.MustCompile(`(?m)^[0-9a-f]+\r\n`).ReplaceAllString(events, "SIZE\r\n")
	}
	if want := chunkedEvents(wireEvents); events != want {
		t.Errorf("got  %q\nwant %q", events, want)
	}
}

// HTTP/1.0 knows no chunks: a stream there is the events and nothing else.
func TestWireHTTP10(t *testing.T) {
	s := startServer(t, Options{}).start()
	head, events, _ := strings.Cut(s.transcriptOf("GET /?room=lobby&since=all HTTP/1.0"), "\r\n\r\n")
	if strings.Contains(head, "Transfer-Encoding") {
		t.Errorf("the head is %q", head)
	}
	if want := strings.ReplaceAll(wireEvents, "|", ""); events != want {
		t.Errorf("got  %q\nwant %q", events, want)
	}
}

// Whatever carries it, the end of a stream is a failure to its client: at a shutdown, and
// for one that comes while the broker closes.
func TestStreamsNeverEndProperly(t *testing.T) {
	for name, start := range map[string]func(*server){
		"HTTP/1.1":          func(s *server) { s.start() },
		"HTTP/1.1 over TLS": func(s *server) { s.startTLS(false) },
		"HTTP/2":            func(s *server) { s.startTLS(true) },
	} {
		t.Run(name, func(t *testing.T) {
			s := startServer(t, Options{})
			start(s)
			l := s.listen(inRooms("lobby"))
			l.expect(s.say("lobby", "one"), s.say("lobby", "two"))
			s.broker.Close()
			for {
				ev, err := l.Next()
				if err == nil {
					t.Errorf("%+v after the end", ev)
					continue
				}
				if err == io.EOF {
					t.Error("the stream ended as if it were complete")
				}
				return
			}
		})
	}
}

func (s *server) startTLS(http2 bool) {
	s.http.EnableHTTP2 = http2
	if !http2 {
		s.http.TLS = &tls.Config{NextProtos: []string{"http/1.1"}} // #nosec G402 -- of a test
	}
	s.http.StartTLS()
	s.http.URL = "https://" + s.http.Listener.Addr().String()
}

// A chunk that a socket takes a part of goes on with the rest: whoever reads slowly gets
// the same events as everybody, framed as they should be.
func TestChunksOfSlowReaders(t *testing.T) {
	for _, version := range []string{"HTTP/1.0", "HTTP/1.1"} {
		t.Run(version, func(t *testing.T) {
			s := startServer(t, Options{TapeFrames: 16}).start()
			conn := s.ask("GET /?room=lobby&since=all "+version, 32<<10)
			text := strings.Repeat("가", 3000)
			const messages = 60
			for n := range messages {
				s.say("lobby", fmt.Sprint(n, text))
			}
			r := eventstream.NewReader(body(t, conn))
			for n := -1; n < messages; n++ { // hello, and then
				ev, err := r.Next()
				if err != nil {
					t.Fatalf("after %d messages: %v", n, err)
				}
				if n >= 0 && !strings.Contains(ev.Data, fmt.Sprintf(`"message":"%d가`, n)) {
					t.Fatalf("message %d is %q", n, ev.Data)
				}
			}
		})
	}
}
