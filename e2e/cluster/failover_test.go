package cluster

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"net/http"
	"slices"
	"sync"
	"testing"
	"time"

	"plainchat/cluster/natstest"
	"plainchat/e2e/internal/running"
)

var failovers = flag.Int("failovers", 1, "how often TestFailover ends each sort of server")

// A server that ends has everybody wait for an answer, but nobody is told to come back later: not
// when it is the leader of the stream either. How long it takes is reported.
func TestFailover(t *testing.T) {
	t.Parallel()
	c := &cluster{t: t, servers: natstest.Start(t, 3)}
	for _, s := range c.servers.Servers {
		c.joinBy("", []string{s.URL}).AwaitReady() // each node is with a server of its own
	}
	ctx, cancel := context.WithTimeout(t.Context(), limit+time.Duration(*failovers)*2*time.Minute)
	defer cancel()
	follower := func() *natstest.Server { return c.followers()[0] }
	for _, kind := range []struct {
		name  string
		which func() *natstest.Server
		end   func(*natstest.Server)
	}{
		{"a follower, kill -9", follower, (*natstest.Server).Kill},
		{"a follower, SIGTERM", follower, (*natstest.Server).Stop},
		{"the leader, SIGTERM", c.leader, (*natstest.Server).Stop},
		{"the leader, kill -9", c.leader, (*natstest.Server).Kill},
	} {
		var own, others []time.Duration
		for range *failovers {
			s := kind.which()
			at := slices.Index(c.servers.Servers, s)
			waits := c.probeWhile(ctx, func() { kind.end(s) })
			own, others = append(own, waits[at]), append(others, slices.Delete(waits, at, at+1)...)
			s.Start()
			s.AwaitHealth()
			c.nodes[at].Stop() // it is with another server by now
			c.nodes[at].Restart()
			c.nodes[at].AwaitReady()
		}
		t.Logf("%s: without an answer %s, of nodes that were with it %s", kind.name, spread(others), spread(own))
	}
}

// spread is the middle of some durations, and the worst.
func spread(d []time.Duration) string {
	slices.Sort(d)
	return fmt.Sprintf("p50 %v, worst %v (%d)", d[len(d)/2].Round(time.Millisecond), d[len(d)-1].Round(time.Millisecond), len(d))
}

// probeWhile posts at all nodes while something happens, and returns for how long each did not answer.
func (c *cluster) probeWhile(ctx context.Context, happens func()) (waits []time.Duration) {
	c.t.Helper()
	stop := make(chan struct{})
	var probing sync.WaitGroup
	var probes []*probe
	for i, n := range c.nodes {
		p := &probe{node: n, name: fmt.Sprint("probe ", i), moved: make(chan struct{}, 1)}
		probes = append(probes, p)
		probing.Go(func() { p.run(ctx, stop) })
	}
	began := time.Now()
	for _, p := range probes {
		p.awaitLongest(ctx, c.t, began)
	}
	began = time.Now()
	happens()
	for _, p := range probes {
		waits = append(waits, p.awaitLongest(ctx, c.t, began))
	}
	close(stop)
	probing.Wait()
	for _, p := range probes {
		for _, refused := range p.refused {
			c.t.Errorf("%s: %s", p.name, refused)
		}
	}
	return waits
}

// probe posts one message after the other at one node, and waits for each answer.
type probe struct {
	node  *running.Server
	name  string
	moved chan struct{} // has a place for one; filled by an answer

	mu      sync.Mutex
	answers []answered
	refused []string
}

// answered is a message that was answered.
type answered struct{ sent, told time.Time }

func (p *probe) run(ctx context.Context, stop <-chan struct{}) {
	ticks := time.NewTicker(5 * time.Millisecond)
	defer ticks.Stop()
	for n := 0; ; n++ {
		select {
		case <-ticks.C:
		case <-stop:
			return
		case <-ctx.Done():
			return
		}
		sent := time.Now()
		refused := p.post(ctx, fmt.Sprint(p.name, " says ", n))
		p.mu.Lock()
		if refused == "" {
			p.answers = append(p.answers, answered{sent, time.Now()})
		} else {
			p.refused = append(p.refused, fmt.Sprintf("after %v: %s", time.Since(sent).Round(time.Millisecond), refused))
		}
		p.mu.Unlock()
		select {
		case p.moved <- struct{}{}:
		default:
		}
	}
}

// post returns why a message was not taken.
func (p *probe) post(ctx context.Context, text string) (refused string) {
	body, _ := json.Marshal(map[string]string{"user_name": p.name, "message": text}) // strings
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, p.node.Room("tea")+"/messages", bytes.NewReader(body))
	if err != nil {
		return err.Error()
	}
	req.Header.Set("Content-Type", "application/json")
	answer, err := http.DefaultClient.Do(req)
	if err != nil {
		return err.Error()
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusCreated {
		return answer.Status
	}
	return ""
}

// enough is how many messages have to be answered again.
const enough = 20

// awaitLongest waits until enough messages that were sent after a moment are answered, and returns how long
// the slowest took of those that were answered after it.
func (p *probe) awaitLongest(ctx context.Context, t *testing.T, since time.Time) (longest time.Duration) {
	t.Helper()
	for {
		after := 0
		p.mu.Lock()
		for _, each := range p.answers {
			if each.sent.After(since) {
				after++
			}
			if each.told.After(since) {
				longest = max(longest, each.told.Sub(each.sent))
			}
		}
		p.mu.Unlock()
		if after >= enough {
			return longest
		}
		select {
		case <-p.moved:
		case <-ctx.Done():
			t.Fatalf("%s is not answered any more", p.name)
		}
	}
}
