package bench

import (
	"context"
	"errors"
	"net"
	"sync/atomic"
	"time"

	"plainchat/chat"
	"plainchat/locale"
)

// openTimeout bounds the wait until a stream is open.
const openTimeout = 30 * time.Second

var errStreamOver = locale.NewError("cli.bench.stream_over")

// subscriber is one stream. Its counts belong to the goroutine in read until
// that has returned.
type subscriber struct {
	room      int
	userName  string // announced in the room; none if empty
	protocol  protocol
	spread    *spread
	schedule  *schedule
	latencies *latencies
	fenced    func() // called once, when no message is to be expected any more
	warmed    func() // called once, when a message has arrived

	in      input
	answer  decoder
	greeted bool        // the stream is open
	over    bool        // fenced was called
	warm    bool        // warmed was called
	cut     atomic.Bool // we close the connection

	now         time.Duration // when the piece being read arrived
	latency     *histogram    // lent for the piece being read
	epoch       string        // of the positions
	got         bitmap        // tickets of this room, as the spread numbers them
	highest     uint64        // position of the stream so far
	latest      []int32       // by publisher, the last ticket; if there are no positions
	duplicated  int
	outOfOrder  int
	misrouted   int
	lastArrival time.Duration
	arrived     int64        // tickets, without duplicates
	progress    atomic.Int64 // arrived, for others to read
	err         error        // what ended the stream

	comeback comeback // what became of it after a cut
}

// open connects and waits until the stream is open: what is acknowledged from
// then on must arrive. It closes the connection if it fails. A stream that was open and
// ended at once is left for read to find so.
func (s *subscriber) open(ctx context.Context, t *target) error {
	conn, err := t.dial(ctx)
	if err != nil {
		return err
	}
	s.in, s.err, s.greeted = newInput(conn), nil, false
	if err := s.start(conn); err != nil {
		conn.Close()
		return err
	}
	return nil
}

func (s *subscriber) start(conn net.Conn) error {
	if err := conn.SetDeadline(time.Now().Add(openTimeout)); err != nil {
		return err
	}
	var request []byte
	request, s.answer = s.protocol.stream(s, conn)
	if _, err := conn.Write(request); err != nil {
		return err
	}
	h, rest, err := s.in.head()
	if err != nil {
		return err
	}
	if err := s.answer.begin(h); err != nil {
		return err
	}
	s.err = s.feed(rest)
	for s.err == nil && !s.greeted {
		s.err = s.readOnce()
	}
	if !s.greeted {
		return locale.NewError("cli.bench.not_open", "cause", s.err)
	}
	return conn.SetDeadline(time.Time{})
}

// read reads the stream until it ends, which closing the connection brings about.
func (s *subscriber) read() {
	defer s.in.conn.Close()
	for s.err == nil {
		s.err = s.readOnce()
	}
	if s.cut.Load() {
		s.err = net.ErrClosed // the server may have noticed first, and ended the stream
		return
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

// feed takes the next piece of the answer.
func (s *subscriber) feed(p []byte) error {
	s.now = s.schedule.now()
	s.latency = s.latencies.take()
	defer s.latencies.put(s.latency)
	defer func() { s.progress.Store(s.arrived) }()
	return s.answer.feed(p)
}

// greet is told that the stream is open, and from which position on.
func (s *subscriber) greet(seq uint64, epoch string) {
	s.greeted, s.epoch = true, epoch
	s.highest = max(s.highest, seq)
}

// lastEventID returns where a further stream has to begin; empty for now.
func (s *subscriber) lastEventID() string {
	if s.epoch == "" {
		return ""
	}
	return chat.ID{Epoch: s.epoch, Seq: s.highest}.String()
}

// receive takes one message of this run.
func (s *subscriber) receive(m mark, seq uint64) {
	switch {
	case m.ticket == fence:
		s.finish()
	case m.ticket == warmUp:
		if !s.warm {
			s.warm = true
			s.warmed()
		}
	case m.ticket < MaxMessages && m.publisher < MaxPublishers:
		s.count(m, seq)
	}
}

// count enters a message.
func (s *subscriber) count(m mark, seq uint64) {
	if s.spread.room(m.ticket) != s.room {
		s.misrouted++
		return
	}
	index := s.spread.index(m.ticket)
	if !s.got.set(index) {
		s.duplicated++
		return
	}
	if !s.inOrder(m, seq) {
		s.outOfOrder++
	}
	s.lastArrival = s.now
	s.latency.record(s.now - m.sent)
	s.arrived++
	s.comeback.arrived(m.ticket, index, s.now)
}

// inOrder reports whether a message is above those before it, and makes it the latest if it is.
func (s *subscriber) inOrder(m mark, seq uint64) bool {
	if s.protocol.positioned() {
		if seq <= s.highest {
			return false
		}
		s.highest = seq
		return true
	}
	for m.publisher >= len(s.latest) {
		s.latest = append(s.latest, -1)
	}
	if m.ticket <= int(s.latest[m.publisher]) {
		return false
	}
	s.latest[m.publisher] = int32(m.ticket)
	return true
}

// finish says, once, that nothing more is to be expected.
func (s *subscriber) finish() {
	s.comeback.settle()
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
