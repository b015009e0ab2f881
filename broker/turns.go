package broker

import (
	"context"
	"net/netip"
	"sync"
)

// turns lets one at a time read the log for a stream that catches up. However many streams
// do, one processor is all they take from those who post, listen and look at history; and
// the clients take turns, so that one with many streams waits longer, and not the others.
type turns struct {
	mu      sync.Mutex
	taken   bool
	waiting map[netip.Prefix][]*turn // of each client, those who wait, in the order in which they came
	clients []netip.Prefix           // those of which somebody waits, in the order of their turns
}

// turn is a place in the queue.
type turn struct {
	granted chan struct{}
	given   bool // up, by whoever waited; guarded by turns.mu
}

// take waits for a turn. Each must be given back with release, unless ctx has ended.
func (q *turns) take(ctx context.Context, client netip.Prefix) error {
	q.mu.Lock()
	if !q.taken {
		q.taken = true
		q.mu.Unlock()
		return nil
	}
	t := &turn{granted: make(chan struct{})}
	if q.waiting == nil {
		q.waiting = make(map[netip.Prefix][]*turn)
	}
	if len(q.waiting[client]) == 0 {
		q.clients = append(q.clients, client)
	}
	q.waiting[client] = append(q.waiting[client], t)
	q.mu.Unlock()
	select {
	case <-t.granted:
		return nil
	case <-ctx.Done():
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	t.given = true
	select {
	case <-t.granted: // at the same moment
		q.pass()
	default:
	}
	return ctx.Err()
}

// release ends a turn.
func (q *turns) release() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.pass()
}

// pass gives the turn to the client that has waited longest for one.
func (q *turns) pass() {
	for len(q.clients) > 0 {
		client := q.clients[0]
		q.clients = q.clients[1:]
		t := q.waiting[client][0]
		if rest := q.waiting[client][1:]; len(rest) > 0 {
			q.waiting[client] = rest
			q.clients = append(q.clients, client)
		} else {
			delete(q.waiting, client)
		}
		if !t.given {
			close(t.granted)
			return
		}
	}
	q.taken = false
}
