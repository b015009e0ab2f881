package broker

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"sync"
	"testing"
	"time"

	"plainchat/chat"
	"plainchat/store"
)

// follow returns what follows a position in a room, until so many events have come.
func (s *server) follow(ctx context.Context, after uint64, count int, rooms ...chat.Room) (events []chat.Event, err error) {
	for ev, err := range s.broker.Follow(ctx, Following{Rooms: rooms, After: after}) {
		if err != nil {
			return events, err
		}
		if events = append(events, ev); len(events) == count {
			return events, nil
		}
	}
	return events, errors.New("it ended without an error")
}

// Followers get their rooms' events in order, each once, wherever they begin and however
// others append.
func TestFollow(t *testing.T) {
	s := startServer(t, Options{TapeFrames: 64})
	const count, before = 600, 200
	for n := range before {
		s.say(chat.Room([]string{"a", "b"}[n%2]), fmt.Sprint(n))
	}
	starts := []uint64{0, 1, 99, 150, before}
	got := make([][]chat.Event, len(starts))
	var following, sending sync.WaitGroup
	for i, start := range starts {
		following.Go(func() {
			var err error
			if got[i], err = s.follow(t.Context(), start, (before-int(start))/2+(count-before)/2, "a"); err != nil {
				t.Error(err)
			}
		})
	}
	for range 4 {
		sending.Go(func() {
			for n := range (count - before) / 8 {
				s.say("a", fmt.Sprint("a", n))
				s.say("b", fmt.Sprint("b", n))
			}
		})
	}
	sending.Wait()
	following.Wait()
	for i, start := range starts {
		var want []chat.Event
		for ev, err := range s.log.Read(t.Context(), start, count, "a") {
			if err != nil {
				t.Fatal(err)
			}
			want = append(want, ev)
		}
		want = want[:len(got[i])]
		if !slices.Equal(got[i], want) {
			t.Errorf("from %d on: %d events that are not those of the log", start, len(got[i]))
		}
	}
}

// countedLog counts how often it is read.
type countedLog struct {
	*store.SQLite
	mu    sync.Mutex
	reads int
}

func (l *countedLog) Read(ctx context.Context, after, upto uint64, rooms ...chat.Room) iter.Seq2[chat.Event, error] {
	l.mu.Lock()
	l.reads++
	l.mu.Unlock()
	return l.SQLite.Read(ctx, after, upto, rooms...)
}

// A follower of a quiet room is not woken by a busy one.
func TestQuietFollower(t *testing.T) {
	full := startServer(t, Options{})
	log := &countedLog{SQLite: full.log}
	s := serveLog(t, full.log, log, Options{})
	heard := make(chan chat.Event)
	ctx, cancel := context.WithCancel(t.Context())
	var following sync.WaitGroup
	following.Go(func() {
		for ev, err := range s.broker.Follow(ctx, Following{Rooms: []chat.Room{"quiet"}}) {
			if err != nil {
				return
			}
			heard <- ev
		}
	})
	first := s.say("quiet", "one")
	if got := <-heard; got != first {
		t.Errorf("got %+v", got)
	}
	for n := range 100 {
		s.say("busy", fmt.Sprint(n))
	}
	last := s.say("quiet", "two")
	if got := <-heard; got != last {
		t.Errorf("got %+v", got)
	}
	cancel()
	following.Wait()
	log.mu.Lock()
	defer log.mu.Unlock()
	if log.reads > 10 {
		t.Errorf("the log was read %d times for two events", log.reads)
	}
	if left := s.broker.Stats.Connections.Load(); left != 0 || len(s.broker.hub.followers.rooms) != 0 {
		t.Errorf("%d followers are left, %v", left, s.broker.hub.followers.rooms)
	}
}

// A follower is told that nothing happens, and why it ends.
func TestFollowEnds(t *testing.T) {
	s := startServer(t, Options{})
	var denied sync.Mutex
	allowed := true
	may := func(chat.Room) error {
		denied.Lock()
		defer denied.Unlock()
		if !allowed {
			return errDenied
		}
		return nil
	}
	idles := 0
	for _, err := range s.broker.Follow(t.Context(), Following{Rooms: []chat.Room{"r"}, Idle: time.Millisecond, May: may}) {
		if errors.Is(err, ErrIdle) {
			if idles++; idles == 3 {
				denied.Lock()
				allowed = false
				denied.Unlock()
				s.broker.Recheck()
			}
		} else if !errors.Is(err, errDenied) || idles < 3 {
			t.Errorf("after %d idles: %v", idles, err)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := s.follow(ctx, 0, 1, "r"); !errors.Is(err, errHungUp) {
		t.Errorf("without a reader: %v", err)
	}
	ended := make(chan error, 1)
	waiting := make(chan struct{})
	go func() {
		for _, err := range s.broker.Follow(context.Background(), Following{Rooms: []chat.Room{"r"}, Idle: time.Millisecond}) {
			if errors.Is(err, ErrIdle) {
				select {
				case waiting <- struct{}{}:
				default:
				}
				continue
			}
			ended <- err
		}
	}()
	<-waiting
	s.broker.hub.close()
	if err := <-ended; !errors.Is(err, errShutdown) {
		t.Errorf("at the end: %v", err)
	}
	if _, err := s.follow(t.Context(), 0, 1, "r"); !errors.Is(err, errShutdown) {
		t.Errorf("after the end: %v", err)
	}
}
