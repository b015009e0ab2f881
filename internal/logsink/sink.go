// Package logsink keeps the reader of a log out of the path of a program's requests.
// A pipe whose reader stalls would block whoever writes a record, and with it, by the
// log's lock, everybody else. A Sink takes records without waiting and drops those that
// find no room.
package logsink

import (
	"bytes"
	"io"
	"sync"
	"sync/atomic"
	"time"
)

const (
	maxPending = 1 << 20  // bytes that wait to be written; as many may be in a write
	maxKept    = 64 << 10 // bytes of a buffer that is kept for the next records
)

// Sink is an io.Writer for records, one in each call and each with its newline. One
// goroutine writes them on, in order. Its methods may be called concurrently.
type Sink struct {
	// Dropped counts the records that were not written: those that came while the
	// buffer of 1 MiB was full or after Close, and those whose write failed.
	Dropped atomic.Int64

	w      io.Writer
	notice func(lost int64) []byte
	wake   chan struct{} // tells the goroutine of pending records
	done   chan struct{} // closed when it has ended

	mu      sync.Mutex
	pending []byte
	lost    int64 // dropped since the last notice
	closed  bool

	torn bool // the last write ended amid a record; the goroutine's alone
}

// New returns a sink that writes to w. Once w takes records again after some were lost,
// it gets the notice that tells how many; there is none if notice is nil.
func New(w io.Writer, notice func(lost int64) []byte) *Sink {
	s := &Sink{w: w, notice: notice, wake: make(chan struct{}, 1), done: make(chan struct{})}
	go s.run()
	return s
}

// Write takes a copy of a record. It never waits and never fails.
func (s *Sink) Write(record []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed || len(s.pending)+len(record) > maxPending {
		s.drop(1)
		return len(record), nil
	}
	if len(s.pending) == 0 {
		select {
		case s.wake <- struct{}{}:
		default:
		}
	}
	s.pending = append(s.pending, record...)
	return len(record), nil
}

// Close writes what is pending, but waits no longer than it is told: a reader that has
// stalled must not keep the program from ending. Records that come later are dropped.
func (s *Sink) Close(most time.Duration) {
	s.mu.Lock()
	if !s.closed {
		s.closed = true
		close(s.wake)
	}
	s.mu.Unlock()
	select {
	case <-s.done:
	case <-time.After(most):
	}
}

// drop counts records as lost. The lock is held.
func (s *Sink) drop(records int64) {
	s.lost += records
	s.Dropped.Add(records)
}

func (s *Sink) run() {
	defer close(s.done)
	var spare []byte
	for open := true; open; {
		_, open = <-s.wake
		for {
			batch := s.take(spare)
			spare = batch[:0] // the other one is where records come in now, even if this was empty
			if len(batch) == 0 {
				break
			}
			if s.write(batch) {
				s.tellLost()
			}
			if cap(spare) > maxKept {
				spare = nil
			}
		}
	}
}

// take returns what is pending, and leaves an empty buffer in its place.
func (s *Sink) take(spare []byte) []byte {
	s.mu.Lock()
	defer s.mu.Unlock()
	batch := s.pending
	s.pending = spare
	return batch
}

// write reports whether all of a batch was written, and counts what was not.
func (s *Sink) write(batch []byte) bool {
	if s.torn { // as on a disk that was full
		if _, err := s.w.Write([]byte("\n")); err == nil {
			s.torn = false
		}
	}
	n, err := s.w.Write(batch)
	if err == nil {
		return true
	}
	s.torn = s.torn || n > 0 && batch[n-1] != '\n'
	s.mu.Lock()
	defer s.mu.Unlock()
	s.drop(int64(bytes.Count(batch[n:], []byte("\n"))))
	return false
}

// tellLost writes how many records were lost before now, if any were.
func (s *Sink) tellLost() {
	s.mu.Lock()
	lost := s.lost
	s.mu.Unlock()
	if lost == 0 || s.notice == nil {
		return
	}
	if _, err := s.w.Write(s.notice(lost)); err != nil {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.lost -= lost
}
