package main

import (
	"math/rand/v2"
	"testing"
)

// TestKill: kill -9 in the midst of sending, twenty times, loses nothing that was
// acknowledged and disturbs no listener.
func TestKill(t *testing.T) {
	t.Parallel()
	ctx := bounded(t)
	s := newServer(t, "--log-level=warn")
	c := newCrowd(ctx, s, 8)
	for range 20 {
		c.awaitAcks(ctx, 10+rand.IntN(50))
		s.kill()
		s.start()
	}
	a := c.disperse(ctx)
	for _, fault := range a.faults() {
		t.Error(fault)
	}
	t.Logf("%d messages sent, %d acknowledged, %d in the log", len(a.sent), len(a.acked), len(a.log))
}
