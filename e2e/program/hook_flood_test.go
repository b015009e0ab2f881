package program

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

const (
	floodRate = 1000 // requests in a second
	floodFor  = 2 * time.Second
)

// A hook that is flooded is refused what is more than its limit, while everything else is taken. How long that
// took, undisturbed and meanwhile, is reported.
func TestFloodedHook(t *testing.T) {
	t.Parallel()
	s := newServer(t, "--rate-limit=50", "--max-streams-per-client=0")
	s.client = &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 32}}
	noisy, _ := s.hookFor("noisy", "noise")
	quiet, _ := s.hookFor("quiet", "ops")
	alone := s.paced(quiet)
	ctx, cancel := context.WithCancel(t.Context())
	flood := s.floodHook(ctx, noisy)
	flooded := s.paced(quiet)
	cancel()
	sent, refused := flood()
	if refused == 0 {
		t.Errorf("of %d requests none was refused", sent)
	}
	t.Logf("p99 of a healthy hook: %v undisturbed, %v while another is sent %.0f requests a second, of which %d of %d were refused",
		p99(alone), p99(flooded), float64(sent)/floodFor.Seconds(), refused, sent)
}

// paced sends 40 messages a second, and returns how long each took. All have to be taken.
func (s *server) paced(address string) (took []time.Duration) {
	s.t.Helper()
	target := strings.TrimPrefix(address, s.url)
	const each = 25 * time.Millisecond
	ticks := time.NewTicker(each)
	defer ticks.Stop()
	for range int(floodFor / each) {
		<-ticks.C
		start := time.Now()
		s.expect(http.StatusOK, http.MethodPost, target, http.Header{"Content-Type": {"application/json"}}, `{"text":"all is well"}`)
		took = append(took, time.Since(start))
	}
	return took
}

// floodHook sends as many requests in a second as floodRate says, until ctx ends; then the function that it returns
// tells how many, and how many were refused.
func (s *server) floodHook(ctx context.Context, address string) func() (sent, refused int64) {
	var all, no atomic.Int64
	var senders sync.WaitGroup
	const n = 16
	for range n {
		senders.Go(func() {
			ticks := time.NewTicker(n * time.Second / floodRate)
			defer ticks.Stop()
			for ctx.Err() == nil {
				select {
				case <-ticks.C:
				case <-ctx.Done():
					return
				}
				answer, err := s.client.Post(address, "application/json", strings.NewReader(`{"text":"again"}`))
				if err != nil {
					continue // the server is there, or paced would fail
				}
				answer.Body.Close()
				all.Add(1)
				if answer.StatusCode == http.StatusTooManyRequests {
					no.Add(1)
				}
			}
		})
	}
	return func() (sent, refused int64) {
		senders.Wait()
		return all.Load(), no.Load()
	}
}

func p99(took []time.Duration) time.Duration {
	sorted := slices.Sorted(slices.Values(took))
	return sorted[len(sorted)*99/100]
}
