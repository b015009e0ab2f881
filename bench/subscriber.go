package bench

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"sync/atomic"
	"time"
)

// openTimeout bounds the wait for a stream's first event.
const openTimeout = 30 * time.Second

// subscriber is one event stream. Its counts belong to the goroutine in read until
// that has returned.
type subscriber struct {
	room, rooms int
	schedule    *schedule
	latencies   *latencies
	fenced      func() // called once, when no message is to be expected any more

	in      input
	body    body
	scanner scanner
	greeted bool // the hello has arrived
	over    bool // fenced was called

	now         time.Duration // when the piece being scanned arrived
	latency     *histogram    // lent for the piece being scanned
	got         bitmap        // tickets of this room, divided by the number of rooms
	highest     uint64        // position of the stream so far
	duplicated  int
	outOfOrder  int
	misrouted   int
	lastArrival time.Duration
	arrived     int64        // tickets, without duplicates
	progress    atomic.Int64 // arrived, for others to read
	err         error        // what ended the stream
}

// open connects and waits for the stream's hello: what is acknowledged from
// then on must arrive. It closes the connection if it fails.
func (s *subscriber) open(ctx context.Context, t *target) error {
	conn, err := t.dial(ctx)
	if err != nil {
		return err
	}
	s.in = newInput(conn)
	if err := s.start(conn, streamRequest(t, s.room)); err != nil {
		conn.Close()
		return err
	}
	return nil
}

func (s *subscriber) start(conn net.Conn, request []byte) error {
	if err := conn.SetDeadline(time.Now().Add(openTimeout)); err != nil {
		return err
	}
	if _, err := conn.Write(request); err != nil {
		return err
	}
	h, rest, err := s.in.head()
	if err != nil {
		return err
	}
	if h.status != http.StatusOK || !h.eventStream {
		return fmt.Errorf("the server answered the request for an event stream with status %d and no event stream", h.status)
	}
	s.body = newBody(h)
	if err := s.feed(rest); err != nil {
		return err
	}
	for !s.greeted {
		if err := s.readOnce(); err != nil {
			return fmt.Errorf("no hello on the event stream: %w", err)
		}
	}
	return conn.SetDeadline(time.Time{})
}

// read reads the stream until it ends, which closing the connection brings about.
func (s *subscriber) read() {
	defer s.in.conn.Close()
	for s.err == nil {
		s.err = s.readOnce()
	}
	s.finish()
}

func (s *subscriber) readOnce() error {
	p, err := s.in.next()
	if err != nil {
		return err
	}
	return s.feed(p)
}

// feed takes the next piece of the response's body.
func (s *subscriber) feed(p []byte) error {
	s.now = s.schedule.now()
	s.latency = s.latencies.take()
	defer s.latencies.put(s.latency)
	defer func() { s.progress.Store(s.arrived) }()
	for len(p) > 0 {
		var data []byte
		var err error
		if data, p, err = s.body.next(p); err != nil {
			return err
		}
		if err := s.scanner.feed(data); err != nil {
			return err
		}
		if s.body.done() {
			return io.EOF
		}
	}
	return nil
}

// receive takes one event.
func (s *subscriber) receive(f *frame) {
	switch {
	case f.name == helloEvent:
		s.greeted, s.highest = true, f.seq
	case f.name != messageEvent || !f.marked:
	case f.ticket == fence:
		s.finish()
	case f.ticket < MaxMessages:
		s.count(f)
	}
}

// count enters a message of this run.
func (s *subscriber) count(f *frame) {
	n, room := uint32(f.ticket)/uint32(s.rooms), uint32(f.ticket)%uint32(s.rooms)
	if int(room) != s.room {
		s.misrouted++
		return
	}
	if !s.got.set(int(n)) {
		s.duplicated++
		return
	}
	if f.seq > s.highest {
		s.highest = f.seq
	} else {
		s.outOfOrder++
	}
	s.lastArrival = s.now
	s.latency.record(s.now - f.sent)
	s.arrived++
}

// finish says, once, that nothing more is to be expected.
func (s *subscriber) finish() {
	if !s.over {
		s.over = true
		s.fenced()
	}
}

// ended returns why the stream ended, if not because we closed it.
func (s *subscriber) ended() error {
	if errors.Is(s.err, net.ErrClosed) {
		return nil
	}
	return s.err
}
