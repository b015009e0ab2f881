package broker

import (
	"context"
	"errors"
	"iter"
	"log/slog"
	"strings"
	"sync"
	"testing"

	"plainchat/chat"
	"plainchat/store"
)

// readLog notes where it is read from.
type readLog struct {
	*store.SQLite
	mu    sync.Mutex
	reads map[uint64]int // by the position after which
}

func (l *readLog) Read(ctx context.Context, after, upto uint64, rooms ...chat.Room) iter.Seq2[chat.Event, error] {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.reads[after]++
	return l.SQLite.Read(ctx, after, upto, rooms...)
}

// A crowd that comes back to the same place reads the log once between them.
func TestPagesAreReadOnce(t *testing.T) {
	log, err := store.Open(t.Context(), store.Options{Dir: t.TempDir(), Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { log.Close() })
	source := &readLog{SQLite: log, reads: make(map[uint64]int)}
	s := serveLog(t, log, source, Options{TapeFrames: 2}).start()
	var said []chat.Event
	for range 40 { // some four pages
		said = append(said, s.say("lobby", strings.Repeat("x", 8000)))
	}
	var crowd sync.WaitGroup
	for range 20 {
		crowd.Go(func() {
			s.listen(since(inRooms("lobby"), said[0].ID.String())).expect(said[1:]...)
		})
	}
	crowd.Wait()
	source.mu.Lock()
	defer source.mu.Unlock()
	for after, times := range source.reads {
		if times != 1 {
			t.Errorf("what follows event %d was read %d times", after, times)
		}
	}
	if len(source.reads) < 4 {
		t.Errorf("only read after %v", source.reads)
	}
}

// After a restart, what those who come back have missed is on the tape already.
func TestTapeBeginsWithTheEndOfTheLog(t *testing.T) {
	s := startServer(t, Options{})
	var said []chat.Event
	for range 10 {
		said = append(said, s.say("lobby", "before"))
	}
	again := serveLog(t, s.log, s.log, Options{TapeFrames: 8}).start()
	again.listen(since(inRooms("lobby"), said[1].ID.String())).expect(said[2:]...)
	if misses := again.broker.Stats.TapeMisses.Load(); misses != 0 {
		t.Errorf("the log was read %d times", misses)
	}
	again.listen(since(inRooms("lobby"), said[0].ID.String())).expect(said[1:]...)
	if misses := again.broker.Stats.TapeMisses.Load(); misses != 1 {
		t.Errorf("the log was read %d times for what is older than the tape; want 1", misses)
	}
}

// brokenLog is a log of which an event cannot be read, nor anything that comes after it
// when it is read from before.
type brokenLog struct {
	*store.SQLite
	at uint64
}

func (b *brokenLog) Tail(ctx context.Context, after uint64) iter.Seq2[chat.Event, error] {
	return func(yield func(chat.Event, error) bool) {
		for ev, err := range b.SQLite.Tail(ctx, after) {
			if err == nil && ev.ID.Seq == b.at {
				yield(chat.Event{}, errors.New("this page cannot be read"))
				return
			}
			if !yield(ev, err) {
				return
			}
		}
	}
}

// What cannot be read at the end of the log keeps nobody from what is said from now on,
// and nobody takes what was before and after it for all there is.
func TestUnreadableEndOfTheLog(t *testing.T) {
	s := startServer(t, Options{})
	var said []chat.Event
	for range 5 {
		said = append(said, s.say("lobby", "before"))
	}
	again := serveLog(t, s.log, &brokenLog{s.log, 3}, Options{Logger: slog.New(slog.DiscardHandler)}).start()
	l := again.listen(inRooms("lobby"))
	l.expect(again.say("lobby", "after"))
	again.listen(since(inRooms("lobby"), said[0].ID.String())).expect(said[1:]...)
	if misses := again.broker.Stats.TapeMisses.Load(); misses != 1 {
		t.Errorf("the log was read %d times for what is not on the tape; want 1", misses)
	}
}
