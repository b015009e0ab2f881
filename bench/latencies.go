package bench

import (
	"sync"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"
)

// maxLatency is the longest latency told apart; longer ones count as this one.
const maxLatency = time.Hour

// histogram counts latencies to two digits. It is for use by one goroutine at a time.
type histogram struct{ hdr *hdrhistogram.Histogram }

func newHistogram() *histogram {
	return &histogram{hdrhistogram.New(1, int64(maxLatency), 2)}
}

func (h *histogram) record(d time.Duration) {
	// It fails only for values out of range.
	_ = h.hdr.RecordValue(int64(min(max(d, 0), maxLatency)))
}

// latencies lends histograms to goroutines, so that there are as many as run at once
// and not as many as there are connections: a few stay in the processor's
// cache, thousands would not.
type latencies struct {
	mu   sync.Mutex
	all  []*histogram
	free []*histogram
}

// take returns a histogram for the caller alone, until it is put back.
func (l *latencies) take() *histogram {
	l.mu.Lock()
	defer l.mu.Unlock()
	if n := len(l.free); n > 0 {
		h := l.free[n-1]
		l.free = l.free[:n-1]
		return h
	}
	h := newHistogram()
	l.all = append(l.all, h)
	return h
}

func (l *latencies) put(h *histogram) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.free = append(l.free, h)
}

// merged returns all that was recorded, as one. Every histogram must be back.
func (l *latencies) merged() *histogram {
	sum := newHistogram()
	for _, h := range l.all {
		sum.hdr.Merge(h.hdr)
	}
	return sum
}

// Percentiles are latencies in seconds, to two digits; all 0 if there were none.
type Percentiles struct {
	P50  float64 `json:"p50"`
	P90  float64 `json:"p90"`
	P99  float64 `json:"p99"`
	P999 float64 `json:"p99_9"`
	Max  float64 `json:"max"`
}

func (h *histogram) percentiles() Percentiles {
	at := func(q float64) float64 {
		return time.Duration(h.hdr.ValueAtQuantile(q)).Seconds()
	}
	return Percentiles{at(50), at(90), at(99), at(99.9), time.Duration(h.hdr.Max()).Seconds()}
}
