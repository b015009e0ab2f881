package bench

import (
	"errors"
	"testing"
	"time"
)

// faults plans, for a hundred messages to a room of three streams: the first loses 10, the second
// has 5 twice, and of the third 4 pairs are swapped. What follows them is the fence.
func faults(_ string, k, n int) fate {
	switch {
	case n >= 100:
		return deliver
	case k == 0 && n%10 == 5:
		return lose
	case k == 1 && n%20 == 11:
		return double
	case k == 2 && n%25 == 17:
		return swap
	}
	return deliver
}

// faultsOf200 is what a report says of them, in two rooms, if all messages are one publisher's.
var faultsOf200 = Deliveries{Expected: 600, Received: 580, Lost: 20, Duplicated: 10, OutOfOrder: 8}

func options200(address string, name Protocol, publishers int) Options {
	return Options{Address: address, Protocol: name, Subscribers: 6, Publishers: publishers, Rooms: 2, Size: 60, Messages: 200}
}

// newForeignServer is a server of event streams that are not plainchat's.
func newForeignServer(t *testing.T) *faultyServer {
	f := newFaultyServer(t)
	f.foreign = true
	return f
}

// isWarmUp reports whether a text is one of the warm-up's.
func isWarmUp(text string) bool {
	m, _ := parseMarker([]byte(text))
	return m.ticket == warmUp
}

// warm delivers a message of the warm-up. The caller holds mu.
func (f *faultyServer) warm(room *faultyRoom, name, frame string) {
	room.warmUps++
	if f.isDeaf(room) {
		return
	}
	for _, s := range room.streams {
		f.put(s, name, frame, deliver)
	}
}

// isDeaf reports whether no stream of the room is subscribed yet. The caller holds mu.
func (f *faultyServer) isDeaf(room *faultyRoom) bool {
	return f.deaf > 0 && room.warmUps <= f.deaf
}

// TestEventSourceFaultsAreCountedExactly: neither names nor ids of events matter, and the order
// is told by publisher.
func TestEventSourceFaultsAreCountedExactly(t *testing.T) {
	for name, f := range map[string]*faultyServer{"plainchat": newFaultyServer(t), "foreign": newForeignServer(t)} {
		t.Run(name, func(t *testing.T) {
			f.delivery = faults
			mustRun(t, options200(f.start().URL, EventSource, 1)).check(t, 200, faultsOf200)
		})
	}
}

func TestEventSourceFaultless(t *testing.T) {
	report := mustRun(t, options200(newForeignServer(t).start().URL, EventSource, 4))
	report.check(t, 200, Deliveries{Expected: 600, Received: 600})
	if err := report.Err(); err != nil || len(report.Errors)+len(report.Faults) > 0 {
		t.Errorf("%v, %v, %v", err, report.Errors, report.Faults)
	}
}

// TestEventSourceSubscribesLate: a server that answers before it subscribes has lost nothing.
func TestEventSourceSubscribesLate(t *testing.T) {
	f := newForeignServer(t)
	f.deaf = 3
	r := newRun(options200(f.start().URL, EventSource, 1))
	r.pause = time.Millisecond
	report, err := r.do(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	report.check(t, 200, Deliveries{Expected: 600, Received: 600})
}

func TestEventSourceNeverSubscribes(t *testing.T) {
	f := newForeignServer(t)
	f.deaf = warmUps
	r := newRun(options200(f.start().URL, EventSource, 1))
	r.pause = time.Millisecond
	if _, err := r.do(t.Context()); !errors.Is(err, errCold) {
		t.Errorf("got %v", err)
	}
}

// TestOrderByPublisher: each publisher's messages have to come in its order; publishers may
// overtake each other.
func TestOrderByPublisher(t *testing.T) {
	s, _ := newTestSubscriber(EventSource, 1, 0)
	s.latency = s.latencies.take()
	for i, c := range []struct {
		ticket, publisher int
		late              int // so far
	}{{0, 0, 0}, {5, 1, 0}, {1, 0, 0}, {4, 1, 1}, {6, 1, 1}, {3, 0, 1}, {2, 0, 2}} {
		s.receive(mark{ticket: c.ticket, publisher: c.publisher}, 0)
		if s.outOfOrder != c.late {
			t.Errorf("after the message %d: %d are out of order, want %d", i, s.outOfOrder, c.late)
		}
	}
}
