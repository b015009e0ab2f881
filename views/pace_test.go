package views

import (
	"testing"
	"time"
)

func TestPace(t *testing.T) {
	const took = 10 * time.Millisecond
	start := time.Unix(1000, 0)
	p := pace{share: 0.1, since: start}
	for _, c := range []struct {
		at      time.Duration
		last    uint64
		backlog bool
		want    time.Duration
	}{
		{0, 1, true, 0}, // it is not known yet whether the log grows fast
		{time.Second, 10_000, true, 0},
		{2 * time.Second, 20_000, true, 9 * took},
		{2*time.Second + time.Millisecond, 20_000, true, 9 * took}, // too soon to tell
		{3 * time.Second, 20_010, true, 0},                         // quiet: it catches up
		{4 * time.Second, 20_020, false, 9 * took},                 // what comes next is taken together
		{5 * time.Second, 40_000, false, 9 * took},
	} {
		if got := p.rest(start.Add(c.at), took, c.last, c.backlog); got != c.want {
			t.Errorf("after %v at %d the rest is %v, want %v", c.at, c.last, got, c.want)
		}
	}
	none := pace{since: start}
	if got := none.rest(start.Add(time.Hour), took, 1_000_000, true); got != 0 {
		t.Errorf("without a share the rest is %v", got)
	}
}
