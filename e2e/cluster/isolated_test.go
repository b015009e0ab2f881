package cluster

import (
	"slices"
	"testing"
	"time"

	"plainchat/cluster/natstest"
)

// Nodes that are connected to a server which does not reach the others go to another one: most of the
// servers are there, and take what is sent.
func TestIsolatedServer(t *testing.T) {
	t.Parallel()
	c := start(t, natstest.Options{Links: true})
	servers := c.servers.Servers
	isolated := slices.MaxFunc(servers, func(a, b *natstest.Server) int { return a.Clients() - b.Clients() })
	t.Logf("%s is cut off, with %d nodes", isolated.Name, isolated.Clients())
	for _, s := range servers {
		if s != isolated {
			c.servers.Cut(isolated, s)
		}
	}
	began := time.Now()
	ctx := bounded(t)
	for i, n := range c.nodes {
		k := newTalker(c, i, 0, func() {})
		k.nodes, k.node = c.nodes[i:i+1], 0
		if err := k.write(ctx, "tea", map[string]string{"message": "is there anybody?"}); err != nil {
			t.Errorf("node %d: %v", i, err)
		}
		n.AwaitReady()
		t.Logf("node %d is there after %v; it refused %v", i, time.Since(began).Round(time.Second/10), k.refused)
	}
	for _, s := range servers {
		if s != isolated {
			c.servers.Mend(isolated, s)
		}
	}
	isolated.AwaitHealth()
	c.stop()
}
