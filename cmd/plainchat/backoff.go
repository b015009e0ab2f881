package main

import (
	"context"
	"errors"
	"math/rand/v2"
	"time"
)

// backoff is how long to wait before another try: longer each time, and never
// the same for two clients that failed together.
type backoff struct {
	tries   int
	longest time.Duration // that an answer may ask to wait with Retry-After
}

const maxBackoff = 10 * time.Second

// wait sleeps, at least as long as the answer asked within bounds, or until ctx ends.
func (b *backoff) wait(ctx context.Context, cause error) error {
	b.tries++
	most := min(maxBackoff, time.Second<<min(b.tries-1, 10))
	pause := most/2 + rand.N(most/2) // #nosec G404 -- it spreads reconnections, and guards nothing
	if r, ok := errors.AsType[*refusal](cause); ok {
		pause = max(pause, min(r.retryAfter, b.longest))
	}
	select {
	case <-time.After(pause):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
