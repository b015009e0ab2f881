package cluster

import (
	"cmp"
	"context"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"plainchat/cluster/natstest"
	"plainchat/e2e/internal/running"
)

// limit bounds every wait. None takes nearly as long unless something is broken.
const limit = 5 * time.Minute

// bounded returns a context for something that the test waits for.
func bounded(t *testing.T) context.Context {
	ctx, cancel := context.WithTimeout(t.Context(), limit)
	t.Cleanup(cancel)
	return ctx
}

// cluster is a chat on several machines.
type cluster struct {
	t       *testing.T
	servers *natstest.Cluster
	nodes   []*running.Server
	binary  string // that new nodes run, if it is not the one that is built
}

// start starts three servers and three nodes, which end with the test, and waits until all are ready.
func start(t *testing.T, o natstest.Options, flags ...string) *cluster {
	t.Helper()
	o.Servers = 3
	c := &cluster{t: t, servers: natstest.StartWith(t, o)}
	for range 3 {
		c.join("", flags...)
	}
	for _, n := range c.nodes {
		n.AwaitReady()
	}
	return c
}

// join starts one more node, in a folder; in a new one if that is empty.
func (c *cluster) join(data string, flags ...string) *running.Server {
	c.t.Helper()
	return c.joinBy(data, c.servers.URLs(), flags...)
}

// joinBy is join for a node that knows of some servers only, until they tell it of the others.
func (c *cluster) joinBy(data string, servers []string, flags ...string) *running.Server {
	c.t.Helper()
	if data == "" {
		data = c.t.TempDir()
	}
	said := logOf(c.t)
	n := running.StartWith(c.t, running.Options{
		Binary: cmp.Or(c.binary, binary), Data: data, Addr: natstest.FreeAddresses(c.t, 1)[0], Stderr: said,
		Args: append([]string{"--nats", strings.Join(servers, ","), "--max-streams-per-client", "0"}, flags...),
	})
	c.nodes = append(c.nodes, n)
	return n
}

// logOf is a file for what a node says, which is shown if the test fails.
func logOf(t *testing.T) *os.File {
	t.Helper()
	f, err := os.Create(filepath.Join(t.TempDir(), "log"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		said, _ := os.ReadFile(f.Name())
		if strings.Contains(string(said), "DATA RACE") || strings.Contains(string(said), "panic:") {
			t.Error("a race or a panic")
		}
		if t.Failed() {
			t.Logf("a node said:\n%s", said[max(0, len(said)-3000):])
		}
		f.Close()
	})
	return f
}

// stop ends all nodes as an operator does, at once: each has its streams and its proxies leave first.
func (c *cluster) stop() {
	c.t.Helper()
	var stopping sync.WaitGroup
	for i, n := range c.nodes {
		stopping.Go(func() {
			if code := n.Stop(); code != 0 {
				c.t.Errorf("exit code %d of node %d", code, i)
			}
		})
	}
	stopping.Wait()
}

// leader is the server that leads the chat's stream.
func (c *cluster) leader() *natstest.Server { return c.servers.Leader("plainchat") }

// followers are the other servers.
func (c *cluster) followers() (followers []*natstest.Server) {
	leader := c.leader()
	for _, s := range c.servers.Servers {
		if s != leader {
			followers = append(followers, s)
		}
	}
	return followers
}

// What one node has taken, all of them have.
func TestNodes(t *testing.T) {
	t.Parallel()
	c := start(t, natstest.Options{})
	for _, n := range c.nodes {
		n.Post("tea", "Mina", "by "+n.Addr)
	}
	for _, n := range c.nodes {
		for deadline := time.Now().Add(limit); len(n.History("tea")) < len(c.nodes); time.Sleep(10 * time.Millisecond) {
			if time.Now().After(deadline) {
				t.Fatalf("%s has %q", n.URL, n.History("tea"))
			}
		}
		if got, want := strings.Join(n.History("tea"), ", "), strings.Join(c.nodes[0].History("tea"), ", "); got != want {
			t.Errorf("one node has %q, another %q", got, want)
		}
	}
	c.nodes[0].Kill()
	if status, _ := c.nodes[0].Ready(); status != 0 {
		t.Errorf("a node that was killed answers %d", status)
	}
	c.nodes[0].Restart()
	c.nodes[0].AwaitReady()
	c.nodes[1].Freeze()
	c.nodes[1].Thaw()
	if status, said := c.nodes[1].Ready(); status != http.StatusOK {
		t.Errorf("a node that was frozen for a moment: %d, %s", status, said)
	}
	c.stop()
}
