package broker

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"

	"plainchat/chat"
	"plainchat/store"
)

const (
	// pageBytes and pageEvents are about how much of the log one page holds: as many
	// frames as one query of the store brings, since what it brings beyond is read in
	// vain; while a stream that takes long to write its page keeps little in memory.
	pageBytes  = 64 << 10
	pageEvents = 256
	// pagesKept is how many of the last pages stay in memory.
	pagesKept = 32
)

// page is a part of the log as frames. It is shared by all streams of the same rooms
// that stand at the same place, and never changes.
type page struct {
	chunk  []byte // empty if there is nothing in it
	events int
	next   uint64 // the position of a stream that was sent the page
	last   bool   // what follows is for the tape
}

// pages reads the log for the streams that have fallen off the tape. A crowd that
// comes back after an outage stands at a few places; what follows each is read once
// for all of them. All methods may be called concurrently.
type pages struct {
	log    Log
	tape   *tape
	encode func(dst []byte, ev chat.Event) []byte
	turns  turns

	mu      sync.Mutex
	byPlace map[string]*page
	keys    [pagesKept]string // a ring of those that there are, in the order of reading
	last    int
	erased  int // counts what was erased, so that no page is kept that was read before
}

func newPages(log Log, t *tape, encode func([]byte, chat.Event) []byte) *pages {
	return &pages{log: log, tape: t, encode: encode, byPlace: make(map[string]*page)}
}

// get returns the page that follows a position in the sorted rooms, which is kept for
// the others there. Its caller must have the turn.
func (p *pages) get(ctx context.Context, rooms []chat.Room, after uint64) (*page, error) {
	if pg := p.kept(rooms, after); pg != nil { // read by whoever had the turn before
		return pg, nil
	}
	p.mu.Lock()
	erased := p.erased
	p.mu.Unlock()
	pg, err := p.read(ctx, rooms, after, p.tape.head().seq)
	if err == nil {
		p.keep(pageKey(rooms, after), pg, erased)
	}
	return pg, err
}

func pageKey(rooms []chat.Room, after uint64) string {
	var b strings.Builder
	for _, room := range rooms {
		b.WriteString(string(room))
		b.WriteByte(',') // is in no room's name
	}
	fmt.Fprint(&b, after)
	return b.String()
}

// kept returns a page that was read before, or nil. One that ends where the tape began is
// of no use once the tape has moved on.
func (p *pages) kept(rooms []chat.Room, after uint64) *page {
	p.mu.Lock()
	pg := p.byPlace[pageKey(rooms, after)]
	p.mu.Unlock()
	if pg != nil && pg.last {
		if _, held := p.tape.seek(pg.next); !held {
			return nil
		}
	}
	return pg
}

// keep keeps a page for others, unless something was erased since that many times.
func (p *pages) keep(key string, pg *page, erased int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.erased != erased {
		return
	}
	if _, again := p.byPlace[key]; !again {
		p.last = (p.last + 1) % pagesKept
		delete(p.byPlace, p.keys[p.last])
		p.keys[p.last] = key
	}
	p.byPlace[key] = pg
}

// forget lets go of all pages, as one may have a text that was erased.
func (p *pages) forget() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.erased++
	clear(p.byPlace)
	p.keys = [pagesKept]string{}
}

// read reads a page. It holds nothing beyond upto, which must be no newer than the tape's
// head: what the log has and the pump has yet to publish will come by the tape, and must
// not come twice.
func (p *pages) read(ctx context.Context, rooms []chat.Room, after, upto uint64) (*page, error) {
	pg := &page{next: upto, last: true}
	out, after := p.appendExpired(beginChunk(nil), rooms, after, upto)
	for ev, err := range p.log.Read(ctx, after, upto, rooms...) {
		if _, damaged := errors.AsType[*store.Damaged](err); damaged {
			continue
		}
		if err != nil {
			return nil, err
		}
		out, _ = p.appendExpired(out, rooms, after, ev.ID.Seq-1) // perhaps while this was read
		out = appendEvent(out, ev, p.encode)
		pg.events++
		if after = ev.ID.Seq; len(out) >= pageBytes || pg.events == pageEvents {
			pg.chunk, pg.next, pg.last = endChunk(out, 0), after, false
			return pg, nil
		}
	}
	out, _ = p.appendExpired(out, rooms, after, upto)
	pg.chunk = endChunk(out, 0)
	return pg, nil
}

// appendExpired writes a gap event if retention has removed events in (after,
// upto], and returns the position after the last of those.
func (p *pages) appendExpired(dst []byte, rooms []chat.Room, after, upto uint64) ([]byte, uint64) {
	first, _, err := p.log.Bounds(context.Background()) // not for the disk, nor for long
	if err != nil || first <= after+1 || after >= upto {
		return dst, after // reading will tell of the error
	}
	after = min(first-1, upto)
	return appendGap(dst, gapExpired, chat.ID{Epoch: p.log.Epoch(), Seq: after}, rooms), after
}
