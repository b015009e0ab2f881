package program

import (
	"context"
	"flag"
	"testing"
	"time"

	"plainchat/internal/seed"
)

var (
	kills     = flag.Int("kills", 20, "how often TestKill kills the server")
	followers = flag.Int("followers", 10, "how many streams follow it")
)

// TestKill: kill -9 in the midst of sending, again and again, loses nothing that was
// acknowledged and disturbs no listener.
func TestKill(t *testing.T) {
	t.Parallel()
	rng := seed.Rand(t)
	ctx, cancel := context.WithTimeout(t.Context(), limit+time.Duration(*kills)*time.Second)
	defer cancel()
	s := newServer(t, "--log-level=warn")
	c := newCrowd(ctx, s, 8, *followers)
	for range *kills {
		c.awaitAcks(ctx, 10+rng.IntN(50))
		s.kill()
		s.start()
	}
	a := c.disperse(ctx)
	for _, fault := range a.faults() {
		t.Error(fault)
	}
	t.Logf("%d kills, %d streams; %d messages sent, %d acknowledged, %d in the log", *kills, *followers, len(a.sent), len(a.acked), len(a.log))
}
