// Package viewstest has a log in memory, for the tests of views.
package viewstest

import (
	"context"
	"iter"
	"slices"
	"sync"
	"testing"
	"time"

	"plainchat/chat"
	"plainchat/store"
	"plainchat/views"
)

// Log implements views.Log. A Delete erases as it does in a real log.
type Log struct {
	Name string // the epoch

	mu      sync.Mutex
	events  []chat.Event // never written to once appended
	first   uint64
	last    uint64
	damaged map[uint64]bool
	erased  map[uint64]uint64 // by which deletion
	moved   chan struct{}
}

var _ views.Log = (*Log)(nil)

// New returns an empty log.
func New() *Log {
	return &Log{Name: "e1", first: 1, damaged: map[uint64]bool{}, erased: map[uint64]uint64{}, moved: make(chan struct{})}
}

// Say appends messages of Ann to a room and returns the position of the last.
func (l *Log) Say(room chat.Room, texts ...string) (last uint64) {
	for _, text := range texts {
		last = l.Append(room, "Ann", chat.Message{Text: text})
	}
	return last
}

// Append appends an event and returns its position.
func (l *Log) Append(room chat.Room, from chat.Name, body chat.Body) uint64 {
	return l.AppendAs(room, chat.Person{Name: from}, body)
}

// AppendAs is Append for somebody who may have an id.
func (l *Log) AppendAs(room chat.Room, from chat.Person, body chat.Body) uint64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.last++
	if deleted, is := body.(chat.Delete); is {
		l.erased[deleted.Of] = l.last
	}
	l.events = append(l.events, chat.Event{
		ID: chat.ID{Epoch: l.Name, Seq: l.last}, Time: time.UnixMilli(int64(l.last)).UTC(), // #nosec G115 -- small
		Room: room, From: from, Body: body,
	})
	close(l.moved)
	l.moved = make(chan struct{})
	return l.last
}

// Expire removes what is before a position, as retention does.
func (l *Log) Expire(first uint64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.first = first
	l.events = slices.DeleteFunc(slices.Clone(l.events), func(ev chat.Event) bool { // readers have the one before
		return ev.ID.Seq < first && ev.Kind().Class == chat.Content
	})
}

// Damage makes the event at a position unreadable.
func (l *Log) Damage(seq uint64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.damaged[seq] = true
}

// Epoch implements views.Log.
func (l *Log) Epoch() string { return l.Name }

// Bounds implements views.Log.
func (l *Log) Bounds(context.Context) (first, last uint64, err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.first, l.last, nil
}

// Read implements views.Log; rooms are ignored.
func (l *Log) Read(ctx context.Context, after, upto uint64, _ ...chat.Room) iter.Seq2[chat.Event, error] {
	return func(yield func(chat.Event, error) bool) {
		events, _ := l.after(after)
		for _, ev := range events {
			if ev.ID.Seq > upto || ctx.Err() != nil || !l.pass(yield, ev) {
				return
			}
		}
	}
}

// Tail implements views.Log.
func (l *Log) Tail(ctx context.Context, after uint64) iter.Seq2[chat.Event, error] {
	return func(yield func(chat.Event, error) bool) {
		for ctx.Err() == nil {
			events, moved := l.after(after)
			for _, ev := range events {
				if ctx.Err() != nil || !l.pass(yield, ev) {
					return
				}
				after = ev.ID.Seq
			}
			if len(events) == 0 {
				select {
				case <-moved:
				case <-ctx.Done():
				}
			}
		}
	}
}

// after returns what there is after a position, and what tells of more.
func (l *Log) after(seq uint64) (events []chat.Event, moved <-chan struct{}) {
	l.mu.Lock()
	defer l.mu.Unlock()
	i, _ := slices.BinarySearchFunc(l.events, seq+1, func(ev chat.Event, seq uint64) int {
		return int(ev.ID.Seq) - int(seq) // #nosec G115 -- small
	})
	return l.events[i:], l.moved
}

// pass yields an event as it is now, or nothing in the place of one that was erased.
func (l *Log) pass(yield func(chat.Event, error) bool, ev chat.Event) bool {
	l.mu.Lock()
	revised, _, _ := chat.Revision(ev.Body)
	erased := l.erased[ev.ID.Seq] > 0 || ev.ID.Seq < l.erased[revised]
	damaged := l.damaged[ev.ID.Seq]
	l.mu.Unlock()
	switch {
	case erased:
		return true
	case damaged:
		return yield(chat.Event{}, &store.Damaged{Seq: ev.ID.Seq})
	}
	return yield(ev, nil)
}

// Settle waits until a projector has applied all that is in the log, also where it has to
// build its file first.
func Settle(t testing.TB, p *views.Projector) {
	t.Helper()
	for {
		moved := p.Moved()
		status, err := p.Status(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if status.Ready && status.Position >= status.Last {
			return
		}
		select {
		case <-moved:
		case <-t.Context().Done():
			t.Fatal("the views were not built before the end of the test")
		}
	}
}
