package broker

import (
	"context"
	"fmt"
	"io"
	"iter"
	"net/http"
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

// Readers that take nothing must hold up nobody, and be cut; one that takes
// little at a time must get everything.
func TestStalledReaders(t *testing.T) {
	s := startServer(t, Options{StallTimeout: 5 * time.Second, TapeFrames: 64}).start()
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
		r := eventstream.NewReader(body(t, slow))
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

// A reader that is so slow that its socket seems full for longer than the limit is
// still not stalled.
func TestSlowReaderIsNotCut(t *testing.T) {
	t.Parallel()
	s := startServer(t, Options{StallTimeout: time.Second, TapeFrames: 64}).start()
	slow := s.openRaw("/?room=lobby&since=all", 4096)
	for range 12 { // 24 KB each: more than the sockets hold
		s.say("lobby", strings.Repeat("가", chat.MaxTextLength))
	}
	paced := &pacedReader{r: slow, ticks: time.NewTicker(50 * time.Millisecond)}
	defer paced.ticks.Stop()
	r := eventstream.NewReader(body(t, paced))
	for n := 0; n < 12; {
		ev, err := r.Next()
		if err != nil {
			t.Fatalf("after %d messages: %v", n, err)
		}
		if ev.Type == "my response" {
			n++
		}
	}
	if cut := s.broker.Stats.Cut.Load(); cut != 0 {
		t.Errorf("cut %d times", cut)
	}
}

// pacedReader takes 2 KiB at each tick.
type pacedReader struct {
	r     io.Reader
	ticks *time.Ticker
}

func (p *pacedReader) Read(buf []byte) (int, error) {
	<-p.ticks.C
	return p.r.Read(buf[:min(len(buf), 2<<10)])
}

func TestHangUpIsNoticed(t *testing.T) {
	s := startServer(t, Options{}).start()
	watcher := s.listen(inRooms("lobby"))
	guest := s.listen(url.Values{"room": {"lobby"}, "user_name": {"Ann"}})
	if ev := watcher.next(); ev.Type != eventPresence || ev.Data != `{"room":"lobby","online":1,"joined":["Ann"],"left":[],"idle":[],"active":[],"here":[{"user_name":"Ann","idle":false}],"data":"User Connected"}` {
		t.Errorf("got %+v", ev)
	}
	guest.body.Close()
	if reason := <-s.ended; reason != errHungUp {
		t.Errorf("ended because %v, want %v", reason, errHungUp)
	}
	if ev := watcher.next(); ev.Data != `{"room":"lobby","online":0,"joined":[],"left":["Ann"],"idle":[],"active":[],"here":[],"data":"User Disconnected"}` {
		t.Errorf("got %+v", ev)
	}
}

// Who came and went before a stream was opened is no news to it, even where it begins
// before that.
func TestPresenceIsNotRepeated(t *testing.T) {
	s := startServer(t, Options{}).start()
	watcher := s.listen(inRooms("lobby"))
	said := s.say("lobby", "one")
	watcher.expect(said)
	s.listen(url.Values{"room": {"lobby"}, "user_name": {"Ann"}})
	if ev := watcher.next(); ev.Type != eventPresence {
		t.Fatalf("got %+v", ev)
	}
	late := s.listen(since(inRooms("lobby"), "all"))
	late.expect(said, s.say("lobby", "two"))
	s.listen(url.Values{"room": {"lobby"}, "user_name": {"Ben"}})
	if ev := late.next(); ev.Type != eventPresence || !strings.Contains(ev.Data, `"joined":["Ben"]`) {
		t.Errorf("got %+v", ev)
	}
}

func TestCloseEndsStreamsAndTheyResume(t *testing.T) {
	s := startServer(t, Options{}).start()
	l := s.listen(inRooms("lobby"))
	l.expect(s.say("lobby", "one"))
	s.broker.Close()
	if ev, err := l.Next(); err == nil || err == io.EOF {
		t.Errorf("after Close: %+v, %v; want an end that is not a proper one", ev, err)
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

// unreadable is a log of which an event is damaged by the time the pump gets it.
type unreadable struct {
	*store.SQLite
	seq uint64
}

func (u unreadable) Tail(ctx context.Context, after uint64) iter.Seq2[chat.Event, error] {
	return func(yield func(chat.Event, error) bool) {
		for ev, err := range u.SQLite.Tail(ctx, after) {
			if ev.ID.Seq == u.seq {
				ev, err = chat.Event{}, &store.Damaged{Seq: u.seq}
			}
			if !yield(ev, err) {
				return
			}
		}
	}
}

// An event that cannot be published must not keep new streams waiting for it.
func TestDamagedNewestEvent(t *testing.T) {
	plain := startServer(t, Options{})
	s := serveLog(t, plain.log, unreadable{plain.log, 2}, Options{}).start()
	first := s.say("lobby", "one")
	s.say("lobby", "damaged")
	resumed := s.listen(since(inRooms("lobby"), first.ID.String()))
	fresh := s.listen(inRooms("lobby"))
	third := s.say("lobby", "three")
	resumed.expect(third)
	fresh.expect(third)
}
