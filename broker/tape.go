package broker

import (
	"context"
	"sort"
	"sync"
)

// cursor is a place on the tape: before the frame numbered pos, and after the
// durable event numbered seq.
type cursor struct {
	pos uint64 // counts the frames, from 0
	seq uint64 // counts the log's events
}

// tape is the window of the newest frames, in log order. Its memory is bounded
// by a number of frames and a number of bytes; what no longer fits falls off at
// the old end and is left to the log. All methods may be called concurrently.
type tape struct {
	mu    sync.RWMutex
	ring  []frame // frame number n is at n modulo the length
	start cursor  // before the oldest frame held
	end   cursor  // after the newest
	size  int     // bytes of all frames held
	limit int     // at most this many of them

	moved chan struct{} // closed by the next append; nil if nobody waits for it
}

// newTape returns an empty tape that begins after the event numbered seq.
func newTape(frames, bytes int, seq uint64) *tape {
	at := cursor{seq: seq}
	return &tape{ring: make([]frame, frames), limit: bytes, start: at, end: at}
}

// append adds the frame of an event, whose position must be above that of the one before.
func (t *tape) append(l label, chunk []byte) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.end.pos-t.start.pos == uint64(len(t.ring)) {
		t.drop()
	}
	slot := t.slot(t.end.pos)
	t.end.pos++
	t.end.seq = l.seq
	*slot = frame{after: t.end, room: l.room, edits: l.edits, chunk: chunk}
	for t.size += len(chunk); t.size > t.limit; {
		t.drop()
	}
	if t.moved != nil {
		close(t.moved)
		t.moved = nil
	}
}

// await waits until the event numbered seq is on the tape, or ctx ends.
func (t *tape) await(ctx context.Context, seq uint64) error {
	for {
		t.mu.Lock()
		if t.end.seq >= seq {
			t.mu.Unlock()
			return nil
		}
		if t.moved == nil {
			t.moved = make(chan struct{})
		}
		moved := t.moved
		t.mu.Unlock()
		select {
		case <-moved:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// drop lets the oldest frame fall off.
func (t *tape) drop() {
	oldest := t.slot(t.start.pos)
	t.start = oldest.after
	t.size -= len(oldest.chunk)
	*oldest = frame{}
}

// erase empties the frames that have the text of a message.
func (t *tape) erase(seq uint64) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for pos := t.start.pos; pos < t.end.pos; pos++ {
		if f := t.slot(pos); f.after.seq == seq || f.edits == seq {
			t.size -= len(f.chunk)
			f.chunk = nil
		}
	}
}

// clear leaves all that was before to the log.
func (t *tape) clear() {
	t.mu.Lock()
	defer t.mu.Unlock()
	for t.start.pos < t.end.pos {
		t.drop()
	}
}

func (t *tape) slot(pos uint64) *frame { return &t.ring[pos%uint64(len(t.ring))] }

// head returns the place after the newest frame.
func (t *tape) head() cursor {
	t.mu.RLock()
	defer t.mu.RUnlock()
	return t.end
}

// read appends to dst at most limit frames, from a position on. It reports false
// if that position has fallen off.
func (t *tape) read(dst []frame, pos uint64, limit int) ([]frame, bool) {
	t.mu.RLock()
	defer t.mu.RUnlock()
	if pos < t.start.pos {
		return dst, false
	}
	for upto := min(t.end.pos, pos+uint64(limit)); pos < upto; pos++ { // #nosec G115 -- a count
		dst = append(dst, *t.slot(pos))
	}
	return dst, true
}

// seek returns the place right after the event numbered seq, which must not be
// newer than the head. It reports false if events after it have fallen off.
func (t *tape) seek(seq uint64) (cursor, bool) {
	t.mu.RLock()
	defer t.mu.RUnlock()
	if seq < t.start.seq {
		return cursor{}, false
	}
	held := int(t.end.pos - t.start.pos) // #nosec G115 -- no more than the tape has frames
	skip := sort.Search(held, func(i int) bool {
		return t.slot(t.start.pos+uint64(i)).after.seq > seq // #nosec G115 -- an index
	})
	return cursor{pos: t.start.pos + uint64(skip), seq: seq}, true // #nosec G115 -- an index
}
