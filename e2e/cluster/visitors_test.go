package cluster

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"plainchat/internal/eventstream"
)

// follower is a stream that comes back with its Last-Event-ID, as EventSource does.
type follower struct {
	client  *http.Client
	address string
	ended   chan struct{}

	mu    sync.Mutex
	heard []string // texts
	odd   []string // gaps, and answers that were no stream
	opens int
	types string // the latest that was told of who types
}

// follow opens a stream through Caddy, until ctx ends.
func (f *front) follow(ctx context.Context, query string, cookies bool) *follower {
	return f.followAs(ctx, newVisitor(cookies), query)
}

func (f *front) followAs(ctx context.Context, client *http.Client, query string) *follower {
	l := &follower{client: client, address: f.url + "/events?" + query, ended: make(chan struct{})}
	go func() {
		defer close(l.ended)
		for last := ""; ctx.Err() == nil; {
			last = l.open(ctx, last)
			select {
			case <-time.After(200 * time.Millisecond): // as EventSource waits too
			case <-ctx.Done():
			}
		}
	}()
	for l.opened() == 0 {
		time.Sleep(time.Millisecond) // other programs have to get on
	}
	return l
}

// open reads one stream to its end, and returns what to resume with.
func (l *follower) open(ctx context.Context, last string) string {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, l.address, nil)
	if err != nil {
		return last
	}
	if last != "" {
		req.Header.Set("Last-Event-ID", last)
	}
	res, err := l.client.Do(req)
	if err != nil {
		return last
	}
	defer res.Body.Close()
	l.mu.Lock()
	l.opens++
	if res.StatusCode != http.StatusOK {
		l.odd = append(l.odd, res.Status)
	}
	l.mu.Unlock()
	for events := eventstream.NewReader(res.Body); ; {
		ev, err := events.Next()
		if err != nil {
			return last
		}
		last = events.LastEventID()
		l.hear(ev)
	}
}

func (l *follower) hear(ev eventstream.Event) {
	l.mu.Lock()
	defer l.mu.Unlock()
	switch ev.Type {
	case "my response":
		var said struct{ Message string }
		_ = json.Unmarshal([]byte(ev.Data), &said) // a fault shows as a text that nobody has sent
		l.heard = append(l.heard, said.Message)
	case "typing":
		l.types = ev.Data
	case "gap":
		l.odd = append(l.odd, ev.Data)
	}
}

// sees reports whether somebody types.
func (l *follower) sees(name string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return strings.Contains(l.types, `"`+name+`"`)
}

func (l *follower) opened() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.opens
}

// await waits until the stream has heard so many texts, and returns what it has heard.
func (l *follower) await(t *testing.T, n int) []string {
	t.Helper()
	for deadline := time.Now().Add(limit); ; time.Sleep(10 * time.Millisecond) { // other programs have to get on
		l.mu.Lock()
		heard := slices.Clone(l.heard)
		l.mu.Unlock()
		if len(heard) >= n {
			return heard
		}
		if time.Now().After(deadline) {
			t.Fatalf("a stream has heard %d messages, want %d", len(heard), n)
		}
	}
}

// posters post through Caddy until they are stopped, and each message again until it is answered.
type posters struct {
	stop func()

	mu      sync.Mutex
	acked   map[string]string // ids by texts
	refused map[string]int    // what else was answered, and how often
}

func (f *front) startPosters(n int) *posters {
	p := &posters{acked: make(map[string]string), refused: make(map[string]int)}
	ctx, cancel := context.WithCancel(f.t.Context())
	var running sync.WaitGroup
	for sender := range n {
		running.Go(func() {
			client := newVisitor(sender%2 == 0)
			for i := 0; ctx.Err() == nil; i++ {
				p.post(f, client, fmt.Sprintf("%d-%d", sender, i))
				time.Sleep(10 * time.Millisecond) // people do not write faster
			}
		})
	}
	p.stop = sync.OnceFunc(func() {
		cancel()
		running.Wait()
	})
	f.t.Cleanup(p.stop)
	return p
}

func (p *posters) post(f *front, client *http.Client, text string) {
	for deadline := time.Now().Add(limit); time.Now().Before(deadline); time.Sleep(50 * time.Millisecond) { // as a page waits too
		got, err := f.post(client, text)
		var said struct{ ID string }
		taken := err == nil && got.status < http.StatusMultipleChoices && json.Unmarshal([]byte(got.body), &said) == nil
		p.mu.Lock()
		if taken {
			p.acked[text] = said.ID
		} else {
			p.refused[fmt.Sprint(got, err)]++
		}
		p.mu.Unlock()
		if taken {
			return
		}
	}
}

// startReader reads the history through Caddy until stop, which returns how often that failed and with what.
func (f *front) startReader() (stop func() map[string]int) {
	ctx, cancel := context.WithCancel(f.t.Context())
	odd := make(map[string]int)
	var running sync.WaitGroup
	running.Go(func() {
		for client := newVisitor(false); ctx.Err() == nil; time.Sleep(10 * time.Millisecond) { // as people read
			if got, err := f.ask(client, http.MethodGet, "/rooms/tea/messages?limit=1", ""); err != nil || got.status != http.StatusOK {
				odd[fmt.Sprint(got.status, err)]++
			}
		}
	})
	return func() map[string]int {
		cancel()
		running.Wait()
		return odd
	}
}

// check compares what streams have heard with what was acknowledged: all of it, once, in one order.
func (p *posters) check(t *testing.T, streams []*follower) {
	t.Helper()
	first := streams[0].await(t, len(p.acked))
	for i, l := range streams {
		heard := l.await(t, len(p.acked))
		if !slices.Equal(heard, first) {
			t.Errorf("stream %d has heard %d messages, and the first %d, or others", i, len(heard), len(first))
		}
		if len(l.odd) > 0 {
			t.Errorf("stream %d met %q", i, l.odd)
		}
	}
	times := make(map[string]int)
	for _, text := range first {
		times[text]++
	}
	for text := range p.acked {
		if times[text] != 1 {
			t.Errorf("%q was acknowledged, and heard %d times", text, times[text])
		}
	}
}
