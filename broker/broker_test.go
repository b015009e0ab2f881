package broker

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
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
	ended  chan error // why each stream ended
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
	sub := Subscription{
		Since: query.Get("since"), UserName: chat.Name(query.Get("user_name")),
		OnEnd: func(reason error) { s.ended <- reason },
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
	ev, _, err := s.log.Append(s.t.Context(), chat.Message{Room: room, UserName: "me", Text: text})
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
	if ev.Type != eventMessage {
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
			l.t.Fatalf("got %s %q, want %s %q", got.ID, got.Text, ev.ID, ev.Text)
		}
	}
}

func inRooms(rooms ...string) url.Values { return url.Values{"room": rooms} }

func since(query url.Values, position string) url.Values {
	query.Set("since", position)
	return query
}

// From every position, over one room and over several, a stream gives what the
// log has after it and then what is said live. The tape is much shorter than the
// log, so most begin in the log, some on the tape, and one at its edge.
func TestResumeFromEveryPosition(t *testing.T) {
	s := startServer(t, Options{TapeFrames: 8}).start()
	rooms := []chat.Room{"a", "b", "c"}
	var said []chat.Event
	for i := range 24 {
		said = append(said, s.say(rooms[i*i%3], fmt.Sprint("message ", i)))
	}
	for _, names := range [][]string{{"a"}, {"b", "a"}, {"c", "a", "b", "nobody"}} {
		for from := range len(said) + 1 {
			l := s.listen(since(inRooms(names...), chat.ID{Epoch: s.log.Epoch(), Seq: uint64(from)}.String()))
			for _, ev := range said[from:] {
				if slices.Contains(names, string(ev.Room)) {
					l.expect(ev)
				}
			}
			live := s.say(chat.Room(names[0]), "live")
			said = append(said, live)
			l.expect(live)
			l.body.Close()
		}
	}
}

func TestStreamsInOrderUnderLoad(t *testing.T) {
	s := startServer(t, Options{TapeFrames: 64}).start()
	const senders, each, listeners = 4, 100, 20
	var listening sync.WaitGroup
	logs := make([][]chat.Event, listeners)
	for i := range listeners {
		rooms := [][]string{{"a"}, {"a", "b"}}[i%2]
		l := s.listen(inRooms(rooms...))
		listening.Go(func() {
			for range senders * each * len(rooms) / 2 {
				logs[i] = append(logs[i], l.message())
			}
		})
	}
	var sending sync.WaitGroup
	for i := range senders {
		sending.Go(func() {
			for n := range each {
				s.say([]chat.Room{"a", "b"}[i%2], fmt.Sprint(i, "/", n))
			}
		})
	}
	sending.Wait()
	listening.Wait()
	for i, got := range logs {
		var want []chat.Event
		for ev, err := range s.log.Read(t.Context(), 0, 1<<40) {
			if err != nil {
				t.Fatal(err)
			}
			if ev.Room == "a" || i%2 == 1 {
				want = append(want, ev)
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("listener %d did not see the log as it is", i)
		}
	}
}

func TestHelloCarriesThePosition(t *testing.T) {
	s := startServer(t, Options{}).start()
	first := s.say("lobby", "before")
	l := s.listen(since(inRooms("lobby"), first.ID.String()))
	if l.hello.LastEventID != first.ID.String() {
		t.Errorf("hello has id %q, want %q", l.hello.LastEventID, first.ID)
	}
	if l.Retry < "1000" || l.Retry > "3000" || len(l.Retry) != 4 {
		t.Errorf("retry = %q, want 1000 to 3000", l.Retry)
	}
	second := s.say("lobby", "after")
	l.expect(second)
	again := s.listen(since(inRooms("lobby"), l.hello.LastEventID))
	again.expect(second)
}

func TestSince(t *testing.T) {
	s := startServer(t, Options{TapeFrames: 2}).start()
	var said []chat.Event
	for i := range 5 {
		said = append(said, s.say("lobby", fmt.Sprint(i)))
	}
	for _, position := range []string{"all", "10m", "2020-01-01T00:00:00Z", "2020-01-01T09:00:00 09:00"} {
		s.listen(since(inRooms("lobby"), position)).expect(said...)
	}
	l := s.listen(since(inRooms("lobby"), "2099-01-01T00:00:00Z"))
	last := s.say("lobby", "last")
	l.expect(last)
	l = s.listen(inRooms("lobby"))
	l.expect(s.say("lobby", "very last"))
}

func TestGap(t *testing.T) {
	s := startServer(t, Options{}).start()
	now := s.say("lobby", "before")
	for position, reason := range map[string]gapReason{
		"other-1":                               gapEpoch,
		s.log.Epoch() + "-999":                  gapFuture,
		s.log.Epoch() + "-18446744073709551616": gapMalformed,
		"garbage":                               gapMalformed,
		"-5m":                                   gapMalformed,
		"\x00\xff":                              gapMalformed,
	} {
		l := s.listen(since(inRooms("lobby"), position))
		ev := l.next()
		var gap gapJSON
		if err := json.Unmarshal([]byte(ev.Data), &gap); err != nil || ev.Type != eventGap {
			t.Fatalf("%q: got %+v, %v; want a gap", position, ev, err)
		}
		if gap.Reason != reason || gap.Position != now.ID || ev.LastEventID != now.ID.String() || gap.Detail == "" {
			t.Errorf("%q: got %+v with id %s, want %s at %s", position, gap, ev.LastEventID, reason, now.ID)
		}
		if want := []string{"/rooms/lobby/messages"}; !slices.Equal(gap.History, want) {
			t.Errorf("%q: history = %q, want %q", position, gap.History, want)
		}
		now = s.say("lobby", "after")
		l.expect(now)
	}
}

// pruned is a log from whose front events have been removed.
type pruned struct {
	*store.SQLite
	first uint64
}

func (p pruned) Bounds(ctx context.Context) (uint64, uint64, error) {
	_, last, err := p.SQLite.Bounds(ctx)
	return p.first, last, err
}

func TestGapAfterRetention(t *testing.T) {
	full := startServer(t, Options{})
	var said []chat.Event
	for i := range 10 {
		said = append(said, full.say("lobby", fmt.Sprint(i)))
	}
	s := serveLog(t, full.log, pruned{full.log, 6}, Options{}).start()
	l := s.listen(since(inRooms("lobby"), said[1].ID.String()))
	if ev := l.next(); ev.Type != eventGap || ev.LastEventID != said[4].ID.String() {
		t.Fatalf("got %+v, want a gap up to %s", ev, said[4].ID)
	}
	l.expect(said[5:]...)
	s.listen(since(inRooms("lobby"), said[4].ID.String())).expect(said[5:]...)
	s.listen(since(inRooms("lobby"), "all")).expect(said[5:]...)
}

// Readers that take nothing must hold up nobody, and be cut; one that takes
// little at a time must get everything.
func TestStalledReaders(t *testing.T) {
	s := startServer(t, Options{StallTimeout: 2 * time.Second, TapeFrames: 64}).start()
	const stalled, messages = 3, 200
	for range stalled {
		s.openRaw("/?room=lobby", 4096)
	}
	slow := s.openRaw("/?room=lobby", 256<<10)
	var healthy []*listener
	for range 10 {
		healthy = append(healthy, s.listen(inRooms("lobby")))
	}
	var reading sync.WaitGroup
	for _, l := range healthy {
		reading.Go(func() {
			for range messages {
				l.message()
			}
		})
	}
	reading.Go(func() {
		r := eventstream.NewReader(slow)
		for range 1 + messages {
			if _, err := r.Next(); err != nil {
				t.Errorf("the slow reader: %v", err)
				return
			}
		}
	})
	text := strings.Repeat("가", chat.MaxTextLength)
	for range messages {
		s.say("lobby", text)
	}
	reading.Wait()
	for range stalled {
		if reason := <-s.ended; reason != errStalled {
			t.Errorf("a stream ended because %v, want %v", reason, errStalled)
		}
	}
	if cut := s.broker.Stats.Cut.Load(); cut != stalled {
		t.Errorf("%d streams were cut, want %d", cut, stalled)
	}
}

// openRaw opens a stream on a socket with a small receive buffer and returns it
// after its request, with nothing read yet.
func (s *server) openRaw(path string, buffer int) net.Conn {
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
	if _, err := fmt.Fprintf(conn, "GET %s HTTP/1.0\r\nHost: x\r\n\r\n", path); err != nil {
		s.t.Fatal(err)
	}
	return conn
}

func TestHangUpIsNoticed(t *testing.T) {
	s := startServer(t, Options{}).start()
	watcher := s.listen(inRooms("lobby"))
	guest := s.listen(url.Values{"room": {"lobby"}, "user_name": {"Ann"}})
	if ev := watcher.next(); ev.Type != eventPresence || ev.Data != `{"room":"lobby","online":1,"joined":["Ann"],"left":[],"data":"User Connected"}` {
		t.Errorf("got %+v", ev)
	}
	guest.body.Close()
	if reason := <-s.ended; reason != errHungUp {
		t.Errorf("ended because %v, want %v", reason, errHungUp)
	}
	if ev := watcher.next(); ev.Data != `{"room":"lobby","online":0,"joined":[],"left":["Ann"],"data":"User Disconnected"}` {
		t.Errorf("got %+v", ev)
	}
}

func TestCloseEndsStreamsAndTheyResume(t *testing.T) {
	s := startServer(t, Options{}).start()
	l := s.listen(inRooms("lobby"))
	l.expect(s.say("lobby", "one"))
	s.broker.Close()
	if ev, err := l.Next(); err != io.EOF {
		t.Errorf("after Close: %+v, %v; want the end", ev, err)
	}
	if reason := <-s.ended; reason != errShutdown {
		t.Errorf("ended because %v, want %v", reason, errShutdown)
	}
	missed := s.say("lobby", "two")
	next := serveLog(t, s.log, s.log, Options{}).start()
	next.listen(since(inRooms("lobby"), l.LastEventID())).expect(missed)

	res, err := s.http.Client().Get(s.http.URL + "/?room=lobby")
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusServiceUnavailable {
		t.Errorf("a closed broker answers %s", res.Status)
	}
}

// HTTP/2 cannot be hijacked: the same streams go through a ResponseController.
func TestHTTP2(t *testing.T) {
	s := startServer(t, Options{TapeFrames: 4})
	s.http.EnableHTTP2 = true
	s.http.StartTLS()
	s.http.URL = "https://" + s.http.Listener.Addr().String()
	var said []chat.Event
	for i := range 20 {
		said = append(said, s.say("lobby", fmt.Sprint(i)))
	}
	l := s.listen(since(inRooms("lobby"), "all"))
	l.expect(said...)
	for range 20 {
		l.expect(s.say("lobby", "live"))
	}
	l.body.Close()
	if reason := <-s.ended; reason != errHungUp {
		t.Errorf("ended because %v, want %v", reason, errHungUp)
	}
}

// With every stream gone the broker holds nothing for any of them.
func TestNothingIsLeftBehind(t *testing.T) {
	s := startServer(t, Options{}).start()
	for range 20 {
		var open []*listener
		for range 20 {
			open = append(open, s.listen(url.Values{"room": {"a", "b"}, "user_name": {"Ann"}}))
		}
		for _, l := range open {
			l.body.Close()
		}
		for range open {
			<-s.ended
		}
	}
	if n := s.broker.Stats.Connections.Load(); n != 0 {
		t.Errorf("%d connections are counted", n)
	}
	if n := len(s.broker.hub.conns); n != 0 {
		t.Errorf("the hub holds %d connections", n)
	}
	for _, shard := range s.broker.hub.shards {
		if len(shard.conns)+len(shard.rooms) != 0 {
			t.Errorf("a shard holds %d connections in %d rooms", len(shard.conns), len(shard.rooms))
		}
	}
}
