package views_test

import (
	"context"
	"iter"
	"slices"
	"sync"
	"time"

	"plainchat/chat"
	"plainchat/store"
)

// fakeLog is a log in memory.
type fakeLog struct {
	epoch string

	mu      sync.Mutex
	events  []chat.Event
	first   uint64
	last    uint64
	damaged map[uint64]bool
	moved   chan struct{}
}

func newLog() *fakeLog {
	return &fakeLog{epoch: "e1", first: 1, damaged: map[uint64]bool{}, moved: make(chan struct{})}
}

// say appends messages to a room.
func (l *fakeLog) say(room chat.Room, texts ...string) (last uint64) {
	for _, text := range texts {
		last = l.append(chat.Event{Room: room, From: chat.Person{Name: "Ann"}, Body: chat.Message{Text: text}})
	}
	return last
}

func (l *fakeLog) append(ev chat.Event) uint64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.last++
	ev.ID, ev.Time = chat.ID{Epoch: l.epoch, Seq: l.last}, time.UnixMilli(int64(l.last)).UTC()
	l.events = append(l.events, ev)
	close(l.moved)
	l.moved = make(chan struct{})
	return l.last
}

// expire removes what is before a position.
func (l *fakeLog) expire(first uint64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.first = first
	l.events = slices.DeleteFunc(slices.Clone(l.events), func(ev chat.Event) bool { return ev.ID.Seq < first })
}

func (l *fakeLog) Epoch() string { return l.epoch }

func (l *fakeLog) Bounds(context.Context) (first, last uint64, err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.first, l.last, nil
}

func (l *fakeLog) after(seq uint64) (events []chat.Event, moved <-chan struct{}) {
	l.mu.Lock()
	defer l.mu.Unlock()
	i, _ := slices.BinarySearchFunc(l.events, seq+1, func(ev chat.Event, seq uint64) int { return int(ev.ID.Seq) - int(seq) })
	return l.events[i:], l.moved
}

func (l *fakeLog) Read(ctx context.Context, after, upto uint64, _ ...chat.Room) iter.Seq2[chat.Event, error] {
	return func(yield func(chat.Event, error) bool) {
		events, _ := l.after(after)
		for _, ev := range events {
			if ev.ID.Seq > upto || !l.yield(yield, ev) {
				return
			}
		}
	}
}

func (l *fakeLog) Tail(ctx context.Context, after uint64) iter.Seq2[chat.Event, error] {
	return func(yield func(chat.Event, error) bool) {
		for ctx.Err() == nil {
			events, moved := l.after(after)
			for _, ev := range events {
				if !l.yield(yield, ev) {
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

func (l *fakeLog) yield(yield func(chat.Event, error) bool, ev chat.Event) bool {
	if l.damaged[ev.ID.Seq] {
		return yield(chat.Event{}, &store.Damaged{Seq: ev.ID.Seq})
	}
	return yield(ev, nil)
}
