package broker

import (
	"context"
	"math"
	"slices"
	"sync"
	"time"

	"plainchat/chat"
)

// heartbeatSeconds is how often each stream carries a comment: often enough for
// the proxies that give up on a silent connection after 30 or 60 seconds.
const heartbeatSeconds = 15

// What a heartbeat is. The event has no id, so that it leaves the client's position alone.
var (
	heartbeatComment = asChunk([]byte(":\n")) // without an empty line, which some clients take for an event
	heartbeatEvent   = asChunk(appendFrame(nil, "", eventHeartbeat, []byte("{}")))
)

// shard is the part of the connections that one goroutine serves. All its
// current connections stand at one place on the tape.
type shard struct {
	tape     *tape
	presence *presence
	activity *activity
	stats    *Stats
	woken    chan struct{} // has room for one: frames are waiting

	mu    sync.Mutex
	at    cursor
	conns []*conn               // the current ones
	rooms map[chat.Room][]*conn // the same by room; one in several is there several times
	pass  uint64                // counts the calls of advance that found something
	heard uint64                // the last news that the current ones were told
	// watchers are those of the current ones that want to be told of activity, and told is the
	// last bulletin that they are.
	watchers []*conn
	told     uint64

	// Work space of one pass.
	fresh  []frame
	byRoom map[chat.Room][]frame
	own    []frame
	joined []byte
	left   []departure
}

// departure is a connection that a pass could not finish with.
type departure struct {
	conn *conn
	from place
	err  error // not nil: the stream is to end
}

func newShard(t *tape, p *presence, a *activity, stats *Stats) *shard {
	return &shard{
		tape: t, presence: p, activity: a, stats: stats, at: t.head(),
		woken:  make(chan struct{}, 1),
		rooms:  make(map[chat.Room][]*conn),
		byRoom: make(map[chat.Room][]frame),
	}
}

// wake says that there are new frames. It never blocks.
func (s *shard) wake() {
	select {
	case s.woken <- struct{}{}:
	default:
	}
}

// run serves the shard until ctx ends.
func (s *shard) run(ctx context.Context) {
	ticks := time.NewTicker(time.Second)
	defer ticks.Stop()
	for second := 0; ; {
		select {
		case <-ctx.Done():
			return
		case <-s.woken:
			s.locked(s.advance)
		case <-ticks.C:
			second = (second + 1) % heartbeatSeconds
			s.locked(func() { s.beat(uint8(second)) }) // #nosec G115 -- below heartbeatSeconds
		}
	}
}

// locked does some work on the shard and then, without the lock, sees off the
// connections that the work had to leave behind.
func (s *shard) locked(work func()) {
	s.mu.Lock()
	work()
	left := s.left
	s.left = nil
	for _, d := range left {
		s.detach(d.conn)
	}
	s.mu.Unlock()
	for _, d := range left {
		if d.err != nil {
			d.conn.end(d.err)
		} else {
			d.conn.resume(d.from)
		}
	}
}

// advance brings the shard and all its current connections to the tape's head.
func (s *shard) advance() {
	var held bool
	s.fresh, held = s.tape.read(s.fresh[:0], s.at.pos, math.MaxInt)
	if !held {
		s.scatter()
		return
	}
	if len(s.fresh) == 0 {
		return
	}
	s.pass++
	s.at = s.fresh[len(s.fresh)-1].after
	for _, f := range s.fresh {
		if len(s.rooms[f.room]) > 0 {
			s.byRoom[f.room] = append(s.byRoom[f.room], f)
		}
	}
	for room, frames := range s.byRoom {
		s.deliverRoom(s.rooms[room], frames)
	}
	clear(s.byRoom)
	clear(s.fresh)
}

// scatter leaves all connections to catch up, since the tape has moved on past the
// place where they stand.
func (s *shard) scatter() {
	for _, c := range s.conns {
		s.leave(c, place{at: s.at}, nil)
	}
	s.at = s.tape.head()
}

// beat sends what keeps a silent connection open, and finds out the
// dead, to the connections whose second it is.
func (s *shard) beat(second uint8) {
	s.advance() // so that they stand at s.at
	for _, c := range s.conns {
		if c.beat != second || !c.current {
			continue
		}
		beat := c.encode(heartbeatComment)
		if c.beatEvents {
			beat = c.encode(heartbeatEvent)
		}
		if n, err := c.sink.tryWrite(beat); err != nil || n < len(beat) {
			s.leave(c, place{at: s.at, rest: beat[n:]}, err)
		}
	}
}

// announce tells the connections in a room its news. It takes the lock for one room at a
// time, so that messages need not wait for all of them.
func (s *shard) announce(news frame) {
	s.locked(func() {
		s.advance() // so that they stand at s.at
		news.after, s.heard = s.at, news.news
		only := []frame{news}
		for _, c := range s.rooms[news.room] {
			if c.current && c.heard < news.news { // otherwise it was opened since
				s.send(c, only, c.encode(news.chunk))
			}
		}
	})
}

// catchUpNews tells a connection that was attached the latest news that it has missed.
func (s *shard) catchUpNews(c *conn, heard uint64) {
	if heard < s.heard && c.current {
		for _, news := range s.presence.latest(c.rooms, heard, s.heard) {
			news.after = s.at
			s.send(c, []frame{news}, c.encode(news.chunk))
			heard = news.news
			if !c.current {
				break
			}
		}
	}
	if !c.current {
		c.heard = heard
	}
}

// dismiss ends all current connections once they have what is on the tape.
func (s *shard) dismiss() {
	s.locked(func() {
		s.advance()
		for _, c := range s.conns {
			if c.current {
				s.leave(c, place{}, errShutdown)
			}
		}
	})
}

// leave takes a connection out of this pass; s.locked does the rest.
func (s *shard) leave(c *conn, from place, err error) {
	if c.current {
		c.current, c.heard = false, s.heard
		s.left = append(s.left, departure{c, from, err})
	}
}

// attach takes a connection that has caught up with the tape, as far as at, and
// writes to it what the shard's others have been sent beyond that. It reports
// false if that has fallen off the tape meanwhile.
func (s *shard) attach(c *conn, at cursor) (attached bool) {
	s.locked(func() {
		s.advance()
		var missed []frame
		missed, attached = s.tape.read(nil, at.pos, int(s.at.pos-at.pos)) // #nosec G115 -- the shard is never behind what it attaches
		if attached && !c.ended {
			heard := c.heard
			s.add(c)
			s.deliver(c, missed)
			s.catchUpNews(c, heard)
			s.catchUpActivity(c)
		}
	})
	return attached
}

// hasEnded reports whether the connection was let go of.
func (c *conn) hasEnded() bool {
	c.shard.mu.Lock()
	defer c.shard.mu.Unlock()
	return c.ended
}

// remove lets go of a connection for good.
func (s *shard) remove(c *conn) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c.ended = true
	if c.current {
		c.current = false
		s.detach(c)
	}
}

// add puts a connection into the shard's lists.
func (s *shard) add(c *conn) {
	c.current = true
	c.index = len(s.conns)
	s.conns = append(s.conns, c)
	s.addWatcher(c)
	for i, room := range c.rooms {
		c.indices[i] = len(s.rooms[room])
		s.rooms[room] = append(s.rooms[room], c)
	}
}

// detach takes a connection out of the shard's lists. It takes as long however long they
// are: where every socket has to be waited for, each frame detaches all connections.
func (s *shard) detach(c *conn) {
	var moved *conn
	if s.conns, moved = removeAt(s.conns, c.index); moved != nil {
		moved.index = c.index
	}
	s.removeWatcher(c)
	for i, room := range c.rooms {
		rest, moved := removeAt(s.rooms[room], c.indices[i])
		if moved != nil {
			nth, _ := slices.BinarySearch(moved.rooms, room)
			moved.indices[nth] = c.indices[i]
		}
		if len(rest) > 0 {
			s.rooms[room] = rest
		} else {
			delete(s.rooms, room)
		}
	}
}

// removeAt removes what is at an index and fills its place with the last one, which it
// returns; nil if that was it.
func removeAt(conns []*conn, index int) (rest []*conn, moved *conn) {
	last := len(conns) - 1
	if index < last {
		moved = conns[last]
		conns[index] = moved
	}
	conns[last] = nil
	return conns[:last], moved
}
