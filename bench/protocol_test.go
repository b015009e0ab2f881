package bench

import "testing"

// periodic plans faults that come round so regularly that their number is the same,
// however many messages of the warm-up went before: of a hundred messages to a room
// the first stream loses 10, the second doubles 5 and the third is sent 4 pairs swapped.
func periodic(_ string, k, n int) fate {
	switch {
	case k == 0 && n%10 == 5:
		return lose
	case k == 1 && n%20 == 11:
		return double
	case k == 2 && n%25 == 17:
		return swap
	}
	return deliver
}

// periodicFaults is what the report says of 100 messages of one publisher to each of two
// rooms of three streams.
var periodicFaults = Deliveries{Expected: 600, Received: 580, Lost: 20, Duplicated: 10, OutOfOrder: 8}

func periodicOptions(address string, name Protocol) Options {
	return Options{Address: address, Protocol: name, Subscribers: 6, Publishers: 1, Rooms: 2, Size: 60, Messages: 200}
}

// A server of event streams that are not plainchat's: what its events are called and which
// ids they have does not matter, the order is told by publisher.
func TestEventSourceFaultsAreCountedExactly(t *testing.T) {
	f := newFaultyServer(t)
	f.delivery = periodic
	report := mustRun(t, periodicOptions(f.start().URL, EventSource))
	report.check(t, 200, periodicFaults)
}

func TestEventSourceFaultless(t *testing.T) {
	f := newFaultyServer(t)
	report := mustRun(t, periodicOptions(f.start().URL, EventSource))
	report.check(t, 200, Deliveries{Expected: 600, Received: 600})
}

// Each publisher's messages have to come in its order; publishers may overtake each other.
func TestOrderByPublisher(t *testing.T) {
	s, _ := newTestSubscriber(EventSource, 1, 0)
	for i, c := range []struct {
		ticket, publisher int
		late              int // so far
	}{{0, 0, 0}, {5, 1, 0}, {1, 0, 0}, {4, 1, 1}, {6, 1, 1}, {3, 0, 1}, {2, 0, 2}} {
		s.latency = s.latencies.take()
		s.receive(mark{ticket: c.ticket, publisher: c.publisher}, 0)
		s.latencies.put(s.latency)
		if s.outOfOrder != c.late {
			t.Errorf("after the message %d: %d are out of order, want %d", i, s.outOfOrder, c.late)
		}
	}
}
