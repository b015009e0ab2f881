package broker

import (
	"context"
	"errors"
	"io"
	"iter"
	"net/http"
	"net/netip"
	"slices"
	"sync"
	"time"

	"plainchat/chat"
	"plainchat/store"
)

// Following is what a follower asks for. Rooms, Client and May are as in Subscription.
type Following struct {
	Rooms []chat.Room
	// After is the position behind which it begins.
	After  uint64
	Client netip.Prefix
	May    func(chat.Room) error
	// Idle is after how long without an event ErrIdle is yielded, over and over; 0 is never.
	Idle time.Duration
}

// ErrIdle is yielded by Follow where nothing has happened for a while. It is no end.
var ErrIdle = errors.New("broker: nothing has happened")

// Follow yields the events of some rooms, in log order and each once, and waits for more:
// what an event stream carries, for those who want it in another form. What retention has
// removed meanwhile is passed over, as is what is damaged.
//
// It ends with an error that says why: ctx has ended, the broker closes, May does not allow it
// any more, or the log cannot be read. It is as slow as its consumer, who delays nobody, and
// holds no more than a page of the log.
func (b *Broker) Follow(ctx context.Context, f Following) iter.Seq2[chat.Event, error] {
	return func(yield func(chat.Event, error) bool) {
		giveUpVanished(ctx)
		done, ok := b.hub.enter()
		if !ok {
			yield(chat.Event{}, errShutdown)
			return
		}
		defer done()
		follower := follower{Broker: b, Following: f, at: f.After, wake: b.hub.followers.add(f.Rooms)}
		defer b.hub.followers.remove(f.Rooms, follower.wake)
		for {
			events, err := follower.next(ctx)
			if err != nil && !errors.Is(err, ErrIdle) {
				yield(chat.Event{}, err)
				return
			}
			if err != nil && !yield(chat.Event{}, err) {
				return
			}
			for _, ev := range events {
				if !yield(ev, nil) {
					return
				}
			}
		}
	}
}

// Writer begins a response that lasts, such as one made with Follow, by sending its header, and
// returns what writes to its reader: each write is sent at once, and fails if the reader takes nothing for
// Options.StallTimeout, or for a second once the broker closes, so that a last word can be said.
// done is to be called when the response is at its end.
func (b *Broker) Writer(w http.ResponseWriter) (out io.Writer, done func()) {
	sink := newResponseSink(w, b.hub.stall)
	_ = sink.rc.Flush() // whether the reader has gone the first write tells
	stop := context.AfterFunc(b.hub.ctx, sink.end)
	return sinkWriter{sink}, func() {
		stop()
		sink.close()
	}
}

type sinkWriter struct{ sink }

func (w sinkWriter) Write(p []byte) (int, error) {
	if err := w.sink.write(p); err != nil {
		return 0, err
	}
	return len(p), nil
}

// follower is a Follow under way.
type follower struct {
	*Broker
	Following
	at   uint64
	wake chan struct{}
}

// next returns the events that follow, no more than a page has, and waits if there are none.
func (f *follower) next(ctx context.Context) ([]chat.Event, error) {
	for {
		if err := allowed(f.May, f.Rooms); err != nil {
			return nil, err
		}
		head := f.tape.head().seq
		events, err := f.read(ctx, head)
		if err != nil || len(events) > 0 {
			return events, err
		}
		if f.at < head {
			continue
		}
		if err := f.wait(ctx); err != nil {
			return nil, err
		}
	}
}

// read reads up to a position, or as far as a page goes, and moves there. What is on the tape
// the log has in memory; the rest is read when it is the client's turn.
func (f *follower) read(ctx context.Context, upto uint64) (events []chat.Event, err error) {
	if _, held := f.tape.seek(f.at); !held {
		if err := f.hub.pages.turns.take(ctx, f.Client); err != nil {
			return nil, err
		}
		defer f.hub.pages.turns.release()
	}
	size := 0
	for ev, err := range f.log.Read(ctx, f.at, upto, f.Rooms...) {
		if _, damaged := errors.AsType[*store.Damaged](err); damaged {
			continue
		}
		if err != nil {
			return nil, err
		}
		events = append(events, ev)
		f.at = ev.ID.Seq
		if size += len(ev.Text()); size >= pageBytes || len(events) == pageEvents {
			return events, nil
		}
	}
	f.at = upto
	return events, nil
}

// wait waits until something has happened in one of the rooms.
func (f *follower) wait(ctx context.Context) error {
	var idle <-chan time.Time
	if f.Idle > 0 {
		timer := time.NewTimer(f.Idle)
		defer timer.Stop()
		idle = timer.C
	}
	select {
	case <-f.wake:
		return nil
	case <-idle:
		return ErrIdle
	case <-ctx.Done():
		return errHungUp
	case <-f.hub.ctx.Done():
		return errShutdown
	}
}

// followers are woken by what happens in their rooms, and by nothing else. The zero value has
// none.
type followers struct {
	mu    sync.Mutex
	rooms map[chat.Room][]chan struct{}
}

func (f *followers) add(rooms []chat.Room) chan struct{} {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.rooms == nil {
		f.rooms = make(map[chat.Room][]chan struct{})
	}
	wake := make(chan struct{}, 1)
	for _, room := range rooms {
		f.rooms[room] = append(f.rooms[room], wake)
	}
	return wake
}

func (f *followers) remove(rooms []chat.Room, wake chan struct{}) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, room := range rooms {
		left := slices.DeleteFunc(f.rooms[room], func(c chan struct{}) bool { return c == wake })
		if f.rooms[room] = left; len(left) == 0 {
			delete(f.rooms, room)
		}
	}
}

// woken wakes those in a room.
func (f *followers) woken(room chat.Room) {
	f.mu.Lock()
	defer f.mu.Unlock()
	wakeAll(f.rooms[room])
}

// all wakes everybody.
func (f *followers) all() {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, room := range f.rooms {
		wakeAll(room)
	}
}

func wakeAll(wakes []chan struct{}) {
	for _, wake := range wakes {
		select {
		case wake <- struct{}{}:
		default: // it is to look already
		}
	}
}
