package bench

import (
	"sync"
	"testing"
	"time"
)

// TestLatenciesFromManyGoroutines: nothing that was recorded is missing from the sum.
func TestLatenciesFromManyGoroutines(t *testing.T) {
	var l latencies
	var recording sync.WaitGroup
	for i := range 8 {
		recording.Go(func() {
			for n := range 125 {
				h := l.take()
				h.record(time.Duration(i*125+n+1) * time.Millisecond)
				l.put(h)
			}
		})
	}
	recording.Wait()
	got := l.merged().percentiles()
	for _, c := range []struct{ got, want float64 }{{got.P50, 0.5}, {got.P90, 0.9}, {got.P99, 0.99}, {got.P999, 0.999}, {got.Max, 1}} {
		if c.got < c.want*0.99 || c.got > c.want*1.01 {
			t.Errorf("got %v, want %v", c.got, c.want)
		}
	}
	if len(l.free) != len(l.all) || len(l.all) > 8 {
		t.Errorf("%d histograms, %d of them back", len(l.all), len(l.free))
	}
}

func TestLatenciesOutOfRange(t *testing.T) {
	h := newHistogram()
	h.record(-1)
	h.record(2 * maxLatency)
	if n, p := h.hdr.TotalCount(), h.percentiles(); n != 2 || p.Max < maxLatency.Seconds()*0.99 || p.Max > maxLatency.Seconds()*1.01 {
		t.Errorf("%d recorded, %+v", n, p)
	}
	if p := newHistogram().percentiles(); p != (Percentiles{}) {
		t.Errorf("of nothing: %+v", p)
	}
}
