package bench

import (
	"testing"
	"time"
)

// newTestSubscriber returns a subscriber to one of the rooms, with no connection.
func newTestSubscriber(name Protocol, rooms, room int) (s *subscriber, fenced *int) {
	fenced = new(int)
	address, _ := parseTarget("localhost")
	p := newProtocol(name, address, testPrefix, MinSize)
	s = &subscriber{
		room: room, protocol: p, spread: newSpread(rooms, 0), schedule: &schedule{start: time.Now()}, latencies: new(latencies),
		fenced: func() { *fenced++ }, warmed: func() {},
	}
	_, s.answer = p.stream(s, nil)
	answer := head{status: 200, length: -1, eventStream: true}
	if name == SocketIO {
		answer = head{status: 101, socketAccept: socketAccept}
	}
	if err := s.answer.begin(answer); err != nil {
		panic(err)
	}
	return s, fenced
}

// TestOutOfOrder: a message is late if its position is not above all before it on
// the stream, from the hello on; that it is late once does not make its successors late.
func TestOutOfOrder(t *testing.T) {
	for name, c := range map[string]struct {
		seqs []int
		want int
	}{
		"ascending, with gaps": {[]int{11, 12, 20}, 0},
		"two swapped":          {[]int{12, 11, 13}, 1},
		"one very late":        {[]int{12, 13, 14, 11, 15}, 1},
		"all backwards":        {[]int{14, 13, 12, 11}, 3},
		"the same twice":       {[]int{11, 11, 12}, 1},
		"before the hello":     {[]int{10, 9, 11}, 2},
	} {
		s, _ := newTestSubscriber(SSE, 3, 1)
		raw := "id: e1-10\ndata: {}\nevent: hello\n\n"
		for i, seq := range c.seqs {
			raw += messageFrame(seq, "bench-0002", marked(1+3*i, 0, 0))
		}
		if err := s.feed([]byte(raw)); err != nil {
			t.Fatal(err)
		}
		if s.outOfOrder != c.want || s.duplicated+s.misrouted > 0 || int(s.arrived) != len(c.seqs) {
			t.Errorf("%s: %d out of order, want %d; %d arrived", name, s.outOfOrder, c.want, s.arrived)
		}
	}
}

// TestNotOurs: neither other runs, other events nor impossible tickets are counted.
func TestNotOurs(t *testing.T) {
	s, fenced := newTestSubscriber(SSE, 3, 1)
	raw := messageFrame(1, "bench-0002", "brun99999.00000001.0000000000000000.") +
		"data: " + marked(1, 0, 0) + "\nevent: presence\n\n" +
		messageFrame(2, "bench-0002", marked(MaxMessages, 0, 0))
	if err := s.feed([]byte(raw)); err != nil {
		t.Fatal(err)
	}
	if s.arrived+int64(s.duplicated+s.outOfOrder+s.misrouted) > 0 || *fenced > 0 {
		t.Errorf("counted %d, %d, %d, %d", s.arrived, s.duplicated, s.outOfOrder, s.misrouted)
	}
}

// TestFenceCountsOnce, however often it comes.
func TestFenceCountsOnce(t *testing.T) {
	s, fenced := newTestSubscriber(SSE, 3, 1)
	frame := messageFrame(1, "bench-0002", marked(fence, 0, 0))
	if err := s.feed([]byte(frame + frame)); err != nil {
		t.Fatal(err)
	}
	s.finish()
	if *fenced != 1 || s.arrived != 0 {
		t.Errorf("fenced %d times, %d arrived", *fenced, s.arrived)
	}
}
