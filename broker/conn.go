package broker

import (
	"net/netip"
	"slices"
	"sync"
	"unique"

	"plainchat/chat"
)

// conn is one open stream: a sink and a place on the tape. While it is current,
// its shard writes to it and its place is the shard's. While it lags, a
// goroutine runs catchUp for it and its place is known only there.
type conn struct {
	hub      *hub
	shard    *shard
	sink     sink
	client   unique.Handle[netip.Prefix]
	userName chat.Name             // empty of a silent reader
	rooms    []chat.Room           // sorted
	may      func(chat.Room) error // whether it may listen to a room; nil for all
	watch    uint64                // its number with the hang-up poller

	chunked    bool  // takes chunks; otherwise bare events
	unnamed    bool  // takes messages without their name
	shares     bool  // takes what is on the tape for its one room as it is
	beatEvents bool  // takes heartbeats as events
	beat       uint8 // which second of the heartbeat interval is its own
	current    bool  // in the shard's lists; guarded by shard.mu
	ended      bool  // never to be attached again; guarded by shard.mu

	// parked, if not nil, is where the connection's own goroutine waits while
	// the shard has it; otherwise each catch-up gets a new goroutine.
	parked chan place

	// These are guarded by shard.mu.
	pass    uint64 // the last pass that wrote to it, if it is in several rooms
	index   int    // where it is in shard.conns
	indices []int  // where it is in the list of each of its rooms
	heard   uint64 // the last news it need not be told; while it is current, the shard's may be above

	watcher *watcher // nil if it does not want to be told of activity

	endOnce sync.Once
	onEnd   func(reason error)
}

// place is where a lagging connection stands: after at, but for rest, the part
// not yet written of the frame before.
type place struct {
	at   cursor
	rest []byte
}

const (
	catchUpFrames = 64       // frames looked at in one step of a catch-up
	catchUpBytes  = 16 << 10 // about how much is written in one
)

var catchUpBuffers = sync.Pool{New: func() any {
	return &catchUpBuffer{frames: make([]frame, 0, catchUpFrames), bytes: make([]byte, 0, catchUpBytes)}
}}

// catchUpBuffer is what a catch-up works in. It is pooled because most streams never
// catch up again once they are current.
type catchUpBuffer struct {
	frames []frame
	bytes  []byte
}

func (b *catchUpBuffer) release() {
	clear(b.frames[:cap(b.frames)]) // or the pool would keep old frames alive
	if cap(b.bytes) <= 4*catchUpBytes {
		catchUpBuffers.Put(b)
	}
}

// open writes the preamble and what follows the event numbered seq until the
// shard attaches the connection.
func (c *conn) open(preamble []byte, seq uint64) error {
	if err := c.sink.write(preamble); err != nil {
		return err
	}
	at, err := c.readLog(seq)
	if err != nil {
		return err
	}
	return c.catchUp(place{at: at})
}

// catchUp writes everything from p on until the shard attaches the connection, and
// returns nil then; otherwise it returns why the stream is to end.
func (c *conn) catchUp(p place) error {
	buf := catchUpBuffers.Get().(*catchUpBuffer)
	defer buf.release()
	for {
		if err := c.sink.write(p.rest); err != nil {
			return err
		}
		if err := c.allowed(); err != nil {
			return err
		}
		at, caughtUp, err := c.step(p.at, buf)
		if err != nil {
			return err
		}
		if caughtUp && c.shard.attach(c, at) {
			return nil
		}
		p = place{at: at}
	}
}

// step writes some of what follows at and returns the place after it. It is
// caught up when the tape has no more.
func (c *conn) step(at cursor, buf *catchUpBuffer) (next cursor, caughtUp bool, err error) {
	var held bool
	buf.frames, held = c.hub.tape.read(buf.frames[:0], at.pos, catchUpFrames)
	if !held {
		next, err = c.readLog(at.seq)
		return next, false, err
	}
	buf.bytes = buf.bytes[:0]
	var delivered int64
	for _, f := range buf.frames {
		at = f.after
		if c.in(f.room) {
			buf.bytes = append(buf.bytes, c.encode(f.chunk)...)
			delivered++
		}
		if len(buf.bytes) >= catchUpBytes {
			break
		}
	}
	if len(buf.bytes) > 0 {
		err = c.sink.write(buf.bytes)
		c.hub.stats.Deliveries.Add(delivered)
	}
	return at, len(buf.frames) == 0, err
}

// readLog writes from the log what follows the event numbered seq until the
// tape holds the rest, and returns its place there.
func (c *conn) readLog(seq uint64) (cursor, error) {
	at, held := c.hub.tape.seek(seq)
	if !held {
		c.hub.stats.TapeMisses.Add(1)
	}
	for !held {
		if err := c.allowed(); err != nil {
			return at, err
		}
		p, err := c.nextPage(seq)
		if err != nil {
			return at, err
		}
		if err := c.sink.write(c.encode(p.chunk)); err != nil {
			return at, err
		}
		c.hub.stats.Deliveries.Add(int64(p.events))
		seq = p.next
		at, held = c.hub.tape.seek(seq)
	}
	return at, nil
}

// nextPage reads the page that follows the event numbered seq, when it is the client's
// turn.
func (c *conn) nextPage(seq uint64) (*page, error) {
	pages := c.hub.pages
	if pg := pages.kept(c.rooms, seq); pg != nil {
		return pg, nil
	}
	if err := pages.turns.take(c.hub.ctx, c.client.Value()); err != nil {
		return nil, err
	}
	defer pages.turns.release()
	if c.hasEnded() { // while it waited
		return nil, errHungUp
	}
	return pages.get(c.hub.ctx, c.rooms, seq)
}

// encode returns what to write of a chunk.
func (c *conn) encode(chunk []byte) []byte {
	if c.unnamed {
		chunk = withoutMessageNames(chunk)
	}
	if c.chunked {
		return chunk
	}
	return bare(chunk)
}

// in reports whether the stream listens to a room.
func (c *conn) in(room chat.Room) bool {
	_, found := slices.BinarySearch(c.rooms, room)
	return found
}

// resume continues a connection that its shard has let go of.
func (c *conn) resume(p place) {
	if c.parked != nil {
		c.parked <- p
		return
	}
	c.hub.catchUps.Go(func() {
		if err := c.catchUp(p); err != nil {
			c.end(err)
		}
	})
}

// end closes the stream, once; later calls do nothing. It must not be called
// with the shard's lock held.
func (c *conn) end(reason error) {
	c.endOnce.Do(func() {
		c.shard.remove(c) // before the socket's number can be used again
		c.sink.close()
		c.hub.ended(c, reason)
	})
}
