package cluster

import (
	"context"
	"flag"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"plainchat/cluster/natstest"
	"plainchat/internal/seed"
)

var (
	roundsFlag = flag.Int("rounds", 20, "how many rounds of failures TestRounds has")
	pace       = flag.Duration("pace", 250*time.Millisecond, "how often each talker does something")
)

// trouble is what may happen to a chat, and what ends it.
type trouble struct {
	name   string
	during int // how many acknowledgements it lasts, at the most; 0 where none can come
	happen func(c *cluster, rng *rand.Rand) (end func())
}

// troubles are in the order in which rounds have them.
var troubles = []trouble{
	{"kill -9 of a node", 200, func(c *cluster, rng *rand.Rand) func() {
		n := c.nodes[rng.IntN(3)]
		n.Kill()
		return func() { n.Restart(); n.AwaitReady() }
	}},
	{"kill -9 of a server", 300, func(c *cluster, rng *rand.Rand) func() {
		s := c.followers()[rng.IntN(2)]
		s.Kill()
		return func() { s.Start(); s.AwaitHealth() }
	}},
	{"freeze of a node", 600, func(c *cluster, rng *rand.Rand) func() {
		n := c.nodes[rng.IntN(3)]
		n.Freeze()
		return func() { n.Thaw(); n.AwaitReady() }
	}},
	{"cut between two servers", 1000, func(c *cluster, rng *rand.Rand) func() { return c.part(c.servers.Cut, rng) }},
	{"SIGTERM of a node", 200, func(c *cluster, rng *rand.Rand) func() {
		n := c.nodes[rng.IntN(3)]
		if code := n.Stop(); code != 0 {
			c.t.Errorf("exit code %d", code)
		}
		return func() { n.Restart(); n.AwaitReady() }
	}},
	{"SIGTERM of a server", 300, func(c *cluster, rng *rand.Rand) func() {
		s := c.servers.Servers[rng.IntN(3)]
		s.Stop()
		return func() { s.Start(); s.AwaitHealth() }
	}},
	{"freeze of a server", 1000, func(c *cluster, rng *rand.Rand) func() {
		s := c.followers()[rng.IntN(2)]
		s.Freeze()
		return func() { s.Thaw(); s.AwaitHealth() }
	}},
	{"connections between two servers end", 300, func(c *cluster, rng *rand.Rand) func() { return c.part(c.servers.Sever, rng) }},
	{"kill -9 of the leader", 200, func(c *cluster, _ *rand.Rand) func() {
		s := c.leader()
		s.Kill()
		return func() { s.Start(); s.AwaitHealth() }
	}},
	{"kill -9 of a node and of a server", 300, func(c *cluster, rng *rand.Rand) func() {
		n, s := c.nodes[rng.IntN(3)], c.followers()[rng.IntN(2)]
		n.Kill()
		s.Kill()
		return func() { n.Restart(); s.Start(); n.AwaitReady(); s.AwaitHealth() }
	}},
	{"freeze of the leader", 200, func(c *cluster, _ *rand.Rand) func() {
		s := c.leader()
		s.Freeze()
		return func() { s.Thaw(); s.AwaitHealth() }
	}},
	{"SIGTERM of the leader", 200, func(c *cluster, _ *rand.Rand) func() {
		s := c.leader()
		s.Stop()
		return func() { s.Start(); s.AwaitHealth() }
	}},
	{"a leader that nobody reaches but nodes", 0, func(c *cluster, _ *rand.Rand) func() {
		s := c.leader()
		for _, other := range c.servers.Servers {
			if other != s {
				c.servers.Cut(s, other)
			}
		}
		c.servers.Leader("plainchat", s)
		return func() {
			for _, other := range c.servers.Servers {
				if other != s {
					c.servers.Mend(s, other)
				}
			}
			s.AwaitHealth()
		}
	}},
	{"kill -9 of everything", 0, func(c *cluster, _ *rand.Rand) func() {
		for _, s := range c.servers.Servers {
			s.Kill()
		}
		for _, n := range c.nodes {
			n.Kill()
		}
		return func() {
			for _, s := range c.servers.Servers {
				s.Start()
			}
			for _, n := range c.nodes {
				n.Restart()
				n.AwaitReady()
			}
		}
	}},
}

// part has two servers not reach each other.
func (c *cluster) part(how func(a, b *natstest.Server), rng *rand.Rand) (end func()) {
	some := rng.Perm(3)
	a, b := c.servers.Servers[some[0]], c.servers.Servers[some[1]]
	how(a, b)
	return func() {
		c.servers.Mend(a, b)
		a.AwaitHealth()
		b.AwaitHealth()
	}
}

// Whatever becomes of one server and one node at a time, or if everything ends at once: nothing that was acknowledged is lost, nothing is
// there twice, all streams and all nodes have one order, no stream is told of a gap, and all
// nodes show the same.
func TestRounds(t *testing.T) {
	t.Parallel()
	rng := seed.Rand(t)
	c := start(t, natstest.Options{Links: true}, "--read-limit", "0")
	ctx, cancel := context.WithTimeout(t.Context(), limit+time.Duration(*roundsFlag)*30*time.Second)
	defer cancel()
	w := newCrowd(ctx, c, rng.Uint64(), crowdOptions{talkers: 64, listeners: 100, pace: *pace})
	w.awaitAcks(ctx, 500)
	var took []string
	for round := range *roundsFlag {
		each := troubles[round%len(troubles)]
		began := time.Now()
		end := each.happen(c, rng)
		if each.during > 0 {
			w.awaitAcks(ctx, 1+rng.IntN(each.during))
		}
		end()
		w.awaitAcks(ctx, 50)
		took = append(took, fmt.Sprintf("%s: %v", each.name, time.Since(began).Round(100*time.Millisecond)))
	}
	a := w.disperse(ctx, c)
	for _, fault := range a.faults() {
		t.Error(fault)
	}
	slices.Sort(took)
	worst, refused := w.worst()
	t.Logf("%d rounds, %d acknowledged, %d in the log, %d streams, slowest %v, 503: %v\n%s",
		*roundsFlag, len(a.acks), len(a.nodes[0].log), w.opened(), worst, refused, strings.Join(took, "\n"))
}
