package store

import (
	"slices"
	"sort"
	"sync"

	"plainchat/chat"
)

// How many of the newest events stay in memory for those who tail the log, and
// about how many bytes of text. One who falls further behind reads the database.
const (
	recentEvents = 1024
	recentBytes  = 2 << 20
)

// recent is the log's newest part and its bounds, as of the last commit.
type recent struct {
	mu          sync.Mutex
	first, last uint64
	changed     uint64        // no event after it but plain messages
	start       uint64        // all events after it are held
	events      []chat.Event  // those up to last; never written to once appended
	size        int           // bytes of their text
	moved       chan struct{} // closed by the next commit; nil once the log is closed
}

func newRecent(first, last uint64) *recent {
	return &recent{first: first, last: last, changed: last, start: last, moved: make(chan struct{})}
}

// committed adds events that have become durable.
func (r *recent) committed(events []chat.Event) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.events = append(r.events, events...)
	for _, ev := range events {
		r.size += len(ev.Text())
		if m, is := ev.Body.(chat.Message); !is || m.ReplyTo != 0 {
			r.changed = ev.ID.Seq
		}
	}
	if len(r.events) > 2*recentEvents || r.size > 2*recentBytes {
		r.trim()
	}
	r.last = events[len(events)-1].ID.Seq
	close(r.moved)
	r.moved = make(chan struct{})
}

// trim lets go of the oldest events. What is kept moves to a list of its own:
// someone may still be reading the present one.
func (r *recent) trim() {
	r.size = 0
	keep := 0
	for keep < min(len(r.events), recentEvents) && r.size < recentBytes {
		keep++
		r.size += len(r.events[len(r.events)-keep].Text())
	}
	gone := len(r.events) - keep
	if gone > 0 {
		r.start = r.events[gone-1].ID.Seq
	}
	r.events = append(make([]chat.Event, 0, 2*keep), r.events[gone:]...)
}

// forget lets go of events that were erased or removed, in a list of its own as trim does.
func (r *recent) forget(gone func(chat.Event) bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	kept := make([]chat.Event, 0, cap(r.events))
	r.size = 0
	for _, ev := range r.events {
		if !gone(ev) {
			kept = append(kept, ev)
			r.size += len(ev.Text())
		}
	}
	r.events = kept
}

// after returns the events after a position and, should there be none yet, what
// to wait for: nil if there will be none. It reports false if some of them are
// not in memory.
func (r *recent) after(seq uint64) (events []chat.Event, last uint64, moved <-chan struct{}, held bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if seq < r.start {
		return nil, r.last, nil, false
	}
	next := sort.Search(len(r.events), func(i int) bool { return r.events[i].ID.Seq > seq })
	return r.events[next:], r.last, r.moved, true
}

// between returns the first events in (after, upto] of the rooms, or without any of all rooms:
// no more than a page, and none if there are no such. It reports false if some of them are not
// in memory.
func (r *recent) between(after, upto uint64, rooms []chat.Room) (rows []row, held bool) {
	events, _, _, held := r.after(after)
	first, _, err := r.bounds()
	if !held || err != nil {
		return nil, false
	}
	size := 0
	for _, ev := range events {
		if ev.ID.Seq > upto || size >= pageBytes || len(rows) == pageRows {
			break
		}
		expired := ev.ID.Seq < first && ev.Kind().Class == chat.Content
		if !expired && (len(rooms) == 0 || slices.Contains(rooms, ev.Room)) {
			rows = append(rows, row{event: ev})
			size += len(ev.Text())
		}
	}
	return rows, true
}

func (r *recent) bounds() (first, last uint64, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.moved == nil {
		return 0, 0, ErrClosed
	}
	return r.first, max(r.last, r.first-1), nil // the last may never have been here
}

func (r *recent) lastChange() uint64 {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.changed
}

// pruned moves the log's beginning.
func (r *recent) pruned(first uint64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.first = first
}

func (r *recent) close() {
	r.mu.Lock()
	defer r.mu.Unlock()
	close(r.moved)
	r.moved = nil
}
