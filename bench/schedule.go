package bench

import (
	"context"
	"sync/atomic"
	"time"
)

// schedule hands out the tickets of a run, each once, to whichever publisher is free.
type schedule struct {
	start    time.Time     // of the clock
	begin    time.Duration // when sending begins, by the clock
	messages int64
	duration time.Duration
	rate     float64 // tickets per second; 0 is at once
	issued   atomic.Int64
	first    int64       // ticket since begin
	stopped  atomic.Bool // before its time
}

// next goes on, after the publishers have stopped, with further tickets at another rate: no
// more than messages, nor than make MaxMessages in all.
func (s *schedule) next(messages int, duration time.Duration, rate int) {
	s.first = s.issued.Load()
	s.messages = min(s.first+int64(messages), MaxMessages)
	s.duration, s.rate = duration, float64(rate)
	s.begin = s.now()
}

// stop hands out no more tickets.
func (s *schedule) stop() { s.stopped.Store(true) }

// now reads the run's clock, which goes on evenly whatever happens to the time of day.
func (s *schedule) now() time.Duration { return time.Since(s.start) }

// take waits until the next ticket is due and returns it with the time from which its
// latencies count. ok is false when the run is over.
//
// A ticket that no publisher was free for counts from when it was due, so that a
// server which holds up its senders does not shorten its own latencies
// ("coordinated omission"). One that was waited for counts from the end of the
// wait: that our timer fires late is not the server's doing.
func (s *schedule) take(ctx context.Context) (ticket int, sent time.Duration, ok bool) {
	n := s.issued.Add(1) - 1
	now := s.now()
	due := now
	if s.rate > 0 {
		due = s.begin + time.Duration(float64(n-s.first)/s.rate*float64(time.Second))
	}
	if n >= s.messages || due >= s.begin+s.duration || s.stopped.Load() {
		return 0, 0, false
	}
	if due > now {
		if !wait(ctx, due-now) {
			return 0, 0, false
		}
		due = s.now()
	}
	return int(n), due, ctx.Err() == nil
}

// wait waits and reports whether ctx is still alive.
func wait(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}
