package store

import (
	"sync"

	"plainchat/chat"
)

// recentEvents is how many of the newest events stay in memory, for those who
// tail the log. One who falls further behind reads the database.
const recentEvents = 1024

// recent is the log's newest part and its bounds, as of the last commit.
type recent struct {
	mu          sync.Mutex
	first, last uint64
	events      []chat.Event  // those up to last; never written to once appended
	moved       chan struct{} // closed by the next commit; nil once the log is closed
}

func newRecent(first, last uint64) *recent {
	return &recent{first: first, last: last, moved: make(chan struct{})}
}

// committed adds events that have become durable.
func (r *recent) committed(events []chat.Event) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.events)+len(events) > 2*recentEvents {
		kept := r.events[max(0, len(r.events)-recentEvents):]
		r.events = append(make([]chat.Event, 0, 2*recentEvents), kept...)
	}
	r.events = append(r.events, events...)
	r.last = events[len(events)-1].ID.Seq
	close(r.moved)
	r.moved = make(chan struct{})
}

// after returns the events after a position and, should there be none yet, what
// to wait for: nil if there will be none. It reports false if some of them are
// not in memory.
func (r *recent) after(seq uint64) (events []chat.Event, last uint64, moved <-chan struct{}, held bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	missing := r.last - min(seq, r.last)
	if missing > uint64(len(r.events)) {
		return nil, r.last, nil, false
	}
	return r.events[uint64(len(r.events))-missing:], r.last, r.moved, true
}

func (r *recent) bounds() (first, last uint64, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.moved == nil {
		return 0, 0, ErrClosed
	}
	return r.first, r.last, nil
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
