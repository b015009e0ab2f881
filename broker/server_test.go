package broker

import (
	"bufio"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"
	"time"

	"plainchat/chat"
	"plainchat/internal/eventstream"
	"plainchat/store"
)

// server is a broker on a real log behind a real listener.
type server struct {
	t      testing.TB
	log    *store.SQLite
	broker *Broker
	http   *httptest.Server
	ended  chan error            // why each stream ended
	may    func(chat.Room) error // of the streams that are guarded
}

func startServer(t testing.TB, opts Options) *server {
	t.Helper()
	opts.Logger = slog.New(slog.NewTextHandler(t.Output(), &slog.HandlerOptions{Level: slog.LevelWarn}))
	log, err := store.Open(t.Context(), store.Options{Dir: t.TempDir(), Logger: opts.Logger})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { log.Close() })
	return serveLog(t, log, log, opts)
}

// serveLog streams what source reads, which is log or a view of it.
func serveLog(t testing.TB, log *store.SQLite, source Log, opts Options) *server {
	t.Helper()
	b, err := New(source, opts)
	if err != nil {
		t.Fatal(err)
	}
	s := &server{t: t, log: log, broker: b, ended: make(chan error, 10000)}
	s.http = httptest.NewUnstartedServer(s)
	t.Cleanup(func() { s.http.Close() })
	t.Cleanup(b.Close)
	return s
}

func (s *server) start() *server {
	s.http.Start()
	return s
}

func (s *server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	query := r.URL.Query()
	since, _ := chat.ParseSince(query.Get("since"), time.Now())
	sub := Subscription{
		Since: since, UserName: chat.Name(query.Get("user_name")),
		HeartbeatEvents: query.Has("heartbeat"), Unnamed: query.Has("event"),
		OnEnd: func(reason error) { s.ended <- reason },
	}
	if query.Has("guarded") {
		sub.May = s.may
	}
	if query.Has("activity") {
		sub.Activity = new(Audience)
	}
	for _, room := range query["room"] {
		sub.Rooms = append(sub.Rooms, chat.Room(room))
	}
	if err := s.broker.Serve(w, r, sub); err != nil {
		http.Error(w, err.Error(), http.StatusServiceUnavailable)
	}
}

func (s *server) say(room chat.Room, text string) chat.Event {
	s.t.Helper()
	ev, _, err := s.log.Append(s.t.Context(), chat.Draft{Room: room, From: chat.Person{Name: "me"}, Body: chat.Message{Text: text}})
	if err != nil {
		s.t.Fatal(err)
	}
	return ev
}

// listener is one open stream.
type listener struct {
	t    testing.TB
	body io.Closer
	*eventstream.Reader
	hello eventstream.Event
}

// listen opens a stream and reads its hello.
func (s *server) listen(query url.Values) *listener {
	s.t.Helper()
	res, err := s.http.Client().Get(s.http.URL + "/?" + query.Encode())
	if err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() { res.Body.Close() })
	if res.StatusCode != http.StatusOK || res.Header.Get("Content-Type") != "text/event-stream" {
		s.t.Fatalf("answered %s, %s", res.Status, res.Header.Get("Content-Type"))
	}
	l := &listener{t: s.t, body: res.Body, Reader: eventstream.NewReader(res.Body)}
	if l.hello = l.next(); l.hello.Type != eventHello {
		s.t.Fatalf("the stream begins with %+v", l.hello)
	}
	return l
}

func (l *listener) next() eventstream.Event {
	l.t.Helper()
	ev, err := l.Next()
	if err != nil {
		l.t.Fatal(err)
	}
	return ev
}

// message reads the next event, which must be a message.
func (l *listener) message() chat.Event {
	l.t.Helper()
	ev := l.next()
	if ev.Type != "my response" {
		l.t.Fatalf("got %+v, want a message", ev)
	}
	var message chat.Event
	if err := message.UnmarshalJSON([]byte(ev.Data)); err != nil {
		l.t.Fatal(err)
	}
	if message.ID.String() != ev.LastEventID {
		l.t.Fatalf("event %s carries message %s", ev.LastEventID, message.ID)
	}
	return message
}

// expect reads messages and compares them.
func (l *listener) expect(want ...chat.Event) {
	l.t.Helper()
	for _, ev := range want {
		if got := l.message(); got != ev {
			l.t.Fatalf("got %s %q, want %s %q", got.ID, got.Text(), ev.ID, ev.Text())
		}
	}
}

func inRooms(rooms ...string) url.Values { return url.Values{"room": rooms} }

func since(query url.Values, position string) url.Values {
	query.Set("since", position)
	return query
}

// openRaw opens a stream on a socket with a small receive buffer and returns it
// after its request, with nothing read yet.
func (s *server) openRaw(path string, buffer int) net.Conn {
	s.t.Helper()
	return s.ask("GET "+path+" HTTP/1.1", buffer)
}

// ask sends a request line on a socket of its own.
func (s *server) ask(line string, buffer int) net.Conn {
	s.t.Helper()
	dialer := net.Dialer{}
	conn, err := dialer.DialContext(s.t.Context(), "tcp", s.http.Listener.Addr().String())
	if err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() { conn.Close() })
	if err := conn.(*net.TCPConn).SetReadBuffer(buffer); err != nil {
		s.t.Fatal(err)
	}
	if _, err := fmt.Fprintf(conn, "%s\r\nHost: x\r\n\r\n", line); err != nil {
		s.t.Fatal(err)
	}
	return conn
}

// body returns what the body of an answer holds.
func body(t testing.TB, answer io.Reader) io.Reader {
	t.Helper()
	res, err := http.ReadResponse(bufio.NewReader(answer), nil)
	if err != nil {
		t.Fatal(err)
	}
	return res.Body
}
