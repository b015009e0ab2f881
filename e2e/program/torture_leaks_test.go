//go:build torture

package program

import (
	"flag"
	"testing"
	"time"
)

var churnTime = flag.Duration("churn", 10*time.Minute, "how long TestTortureLeaks opens and closes streams")

// TestTortureLeaks: after any number of streams there are no more goroutines and
// descriptors than after the first. What the heap does is printed.
func TestTortureLeaks(t *testing.T) {
	s := newServer(t, "--log-level=warn")
	s.say("tea", "hello")
	ctx := bounded(t)
	const round = 2000
	s.churn(ctx, round)
	first := s.settled(0, map[string]float64{"go_goroutines": 1e9})
	most := map[string]float64{
		"go_goroutines":    first["go_goroutines"] + slack,
		"process_open_fds": first["process_open_fds"] + slack,
	}
	var hours, heap, resident []float64
	start := time.Now()
	streams := 0
	for time.Since(start) < *churnTime {
		s.churn(ctx, round)
		streams += round
		m := s.settled(0, most)
		hours = append(hours, time.Since(start).Hours())
		heap = append(heap, m["go_memstats_heap_inuse_bytes"]/1e6)
		resident = append(resident, m["process_resident_memory_bytes"]/1e6)
	}
	half := len(hours) / 2 // by then the heap has found its size
	t.Logf("%d streams in %v; from half the time on the heap grew by %.2f MB an hour and the resident memory by %.2f, to %.1f and %.1f MB",
		streams, time.Since(start).Round(time.Second), slope(hours[half:], heap[half:]), slope(hours[half:], resident[half:]),
		heap[len(heap)-1], resident[len(resident)-1])
}

// slope is that of the line that fits the points best.
func slope(x, y []float64) float64 {
	var sx, sy, sxx, sxy float64
	for i := range x {
		sx, sy, sxx, sxy = sx+x[i], sy+y[i], sxx+x[i]*x[i], sxy+x[i]*y[i]
	}
	n := float64(len(x))
	return (n*sxy - sx*sy) / (n*sxx - sx*sx)
}
