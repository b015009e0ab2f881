package bench

import (
	"math"
	"testing"
)

// TestSpreadNumbers: whatever the spread, the tickets of each room are numbered without gaps,
// over the end of a cycle too.
func TestSpreadNumbers(t *testing.T) {
	for _, c := range []struct {
		rooms    int
		exponent float64
	}{{1, 0}, {3, 0}, {MaxRooms, 0}, {1, 1.1}, {1000, 1.1}, {MaxRooms, MaxZipf}} {
		s := newSpread(c.rooms, c.exponent)
		numbered := make([]int, c.rooms)
		for ticket := range 3*zipfCycle + 5 {
			room := s.room(ticket)
			if got := s.index(ticket); got != numbered[room] {
				t.Fatalf("%+v: ticket %d has number %d in room %d, want %d", c, ticket, got, room, numbered[room])
			}
			numbered[room]++
		}
	}
}

func TestSpreadByZipf(t *testing.T) {
	const exponent, rooms = 1.2, 100
	sum := 0.0
	for k := range rooms {
		sum += math.Pow(float64(k+1), -exponent)
	}
	s := newSpread(rooms, exponent)
	for _, k := range []int{0, 1, 2, 9} {
		want := zipfCycle * math.Pow(float64(k+1), -exponent) / sum
		if got := float64(s.counts[k]); math.Abs(got-want) > 4*math.Sqrt(want) {
			t.Errorf("room %d gets %v of %d, want %.0f", k, got, zipfCycle, want)
		}
	}
}

// TestZipfFaultsAreCountedExactly: rooms that get unequal shares are counted like any other.
func TestZipfFaultsAreCountedExactly(t *testing.T) {
	f := newFaultyServer(t)
	f.delivery = func(room string, k, n int) fate {
		switch {
		case room == "bench-0001" && k == 0 && n < 100 && n%10 == 3:
			return lose
		case room == "bench-0002" && k == 1 && n < 20 && n%5 == 0:
			return double
		case room == "bench-0003" && k == 0 && n == 3:
			return swap
		}
		return deliver
	}
	o := f.start().options()
	o.Zipf = 1.5
	report := mustRun(t, o)
	report.check(t, 300, Deliveries{Expected: 600, Received: 590, Lost: 10, Duplicated: 4, OutOfOrder: 1})
	first, last := len(f.rooms["bench-0001"].said), len(f.rooms["bench-0003"].said)
	if len(report.Faults) != 3 || first < 3*last {
		t.Errorf("faults %+v; the first room got %d messages, the last %d", report.Faults, first, last)
	}
}
