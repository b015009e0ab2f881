package main

import (
	"slices"
	"sync"
)

// rooms keeps who listens where. The zero value is empty; all methods may be
// called concurrently.
type rooms[T comparable] struct {
	mu      sync.Mutex
	members map[string][]T
}

// join adds a member, after the greeting if there is one: nothing reaches the
// member before that.
func (r *rooms[T]) join(room string, member T, greet func()) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if greet != nil {
		greet()
	}
	if r.members == nil {
		r.members = make(map[string][]T)
	}
	r.members[room] = append(r.members[room], member)
}

func (r *rooms[T]) leave(room string, member T) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.members[room] = slices.DeleteFunc(r.members[room], func(m T) bool { return m == member })
}

// each calls f for all members of a room, holding the lock: what one caller passes
// on after the other reaches all in that order. Members for which f returns an
// error leave.
func (r *rooms[T]) each(room string, f func(T) error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.members[room] = slices.DeleteFunc(r.members[room], func(m T) bool { return f(m) != nil })
}
