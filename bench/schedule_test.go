package bench

import (
	"context"
	"testing"
	"testing/synctest"
	"time"
)

// tickets takes tickets until there are no more and returns when each counts from. Each
// keeps the only publisher busy for the given time.
func tickets(ctx context.Context, s *schedule, busy ...time.Duration) (sent []time.Duration) {
	for {
		_, at, ok := s.take(ctx)
		if !ok {
			return sent
		}
		sent = append(sent, at)
		if n := len(sent); n <= len(busy) {
			wait(ctx, busy[n-1])
		}
	}
}

func TestScheduleKeepsItsRate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &schedule{start: time.Now(), messages: 1000, duration: time.Second, rate: 20}
		sent := tickets(t.Context(), s)
		for i, at := range sent {
			if want := time.Duration(i) * 50 * time.Millisecond; at != want {
				t.Errorf("ticket %d counts from %v, want %v", i, at, want)
			}
		}
		if len(sent) != 20 {
			t.Errorf("got %d tickets in a second, want 20", len(sent))
		}
	})
}

// TestScheduleCountsFromDue: a server that holds up its sender for 125 ms makes the
// tickets that were due in that time late; they do not become due later.
func TestScheduleCountsFromDue(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &schedule{start: time.Now(), messages: 5, duration: time.Hour, rate: 20}
		for i, at := range tickets(t.Context(), s, 125*time.Millisecond) {
			if want := time.Duration(i) * 50 * time.Millisecond; at != want {
				t.Errorf("ticket %d counts from %v, want %v", i, at, want)
			}
		}
		if got, want := s.now(), 200*time.Millisecond; got != want {
			t.Errorf("took %v, want %v", got, want)
		}
	})
}

func TestScheduleEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &schedule{start: time.Now(), messages: 7, duration: time.Second}
		if n := len(tickets(t.Context(), s)); n != 7 {
			t.Errorf("got %d tickets, want 7", n)
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		s = &schedule{start: time.Now(), messages: 7, duration: time.Hour, rate: 0.01}
		if n := len(tickets(ctx, s)); n != 1 || s.now() != time.Minute {
			t.Errorf("got %d tickets and the end after %v, want 1 and a minute", n, s.now())
		}
	})
}

// TestScheduleGoesOn: further tickets have other numbers and another rate, until it is stopped.
func TestScheduleGoesOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &schedule{start: time.Now(), duration: time.Hour, messages: 1, rate: 1}
		tickets(t.Context(), s)
		wait(t.Context(), time.Minute)
		s.next(3, time.Second, 10)
		first, at, ok := s.take(t.Context())
		if first < 1 || at != time.Minute || !ok {
			t.Errorf("got ticket %d at %v, %v", first, at, ok)
		}
		if n := len(tickets(t.Context(), s)); n != 2 || s.now() != time.Minute+200*time.Millisecond {
			t.Errorf("got %d more until %v", n, s.now())
		}
		s.next(MaxMessages, time.Second, 10)
		if s.messages != MaxMessages {
			t.Errorf("there may be tickets up to %d", s.messages)
		}
		s.stop()
		if n := len(tickets(t.Context(), s)); n != 0 {
			t.Errorf("got %d tickets after the end", n)
		}
	})
}
