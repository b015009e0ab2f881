package cluster

import (
	"context"
	"flag"
	"fmt"
	"net/http"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"plainchat/chat"
	"plainchat/cluster/natstest"
	"plainchat/e2e/internal/running"
)

var away = flag.Int("away", 3000, "how many events a node of TestAway misses")

// A node that was away for many events is not ready before it has them all; a stream that
// resumes there before, by an id that the node does not have yet, waits and is not told of a gap. A node
// that starts from another's backup has everything too.
func TestAway(t *testing.T) {
	t.Parallel()
	c := start(t, natstest.Options{}, "--read-limit", "0")
	ctx, cancel := context.WithTimeout(t.Context(), limit+time.Duration(*away)*5*time.Millisecond)
	defer cancel()
	n := c.nodes[2]
	c.fill(ctx, c.nodes, 50)
	n.Kill()
	n.Restart()
	n.AwaitReady()
	idle := cpuOf(t, n)
	n.Kill()
	began := time.Now()
	last := c.fill(ctx, c.nodes[:2], *away)
	t.Logf("%d events in %v", *away, time.Since(began).Round(time.Second))

	n.Restart()
	began = time.Now()
	l := newListener(c, 2, 0, "tea")
	l.nodes, l.node, l.hops, l.last = []*running.Server{n}, 0, false, last
	heard := make(chan error, 1)
	go func() { heard <- l.listen(ctx) }()
	unready := c.awaitCaughtUp(ctx, n, last)
	t.Logf("not ready %d times; ready after %v and %v of processor time, %v an event", unready,
		time.Since(began).Round(time.Millisecond), cpuOf(t, n)-idle, (cpuOf(t, n)-idle)/time.Duration(*away))
	c.nodes[0].Post("tea", "host", farewell)
	if err := <-heard; err != nil || len(l.faults) > 0 || len(l.events) != 1 {
		t.Errorf("the stream that resumed heard %d events after %s: %v, %q", len(l.events), last, err, l.faults)
	}
	c.history(ctx, 2, "tea") // waits for the views
	t.Logf("with its views: %v of processor time, %v an event", cpuOf(t, n)-idle, (cpuOf(t, n)-idle)/time.Duration(*away))

	c.joinFromBackup(ctx, c.nodes[0])
	c.checkSame(ctx)
}

// fill has many messages posted in "tea", and returns the last id.
func (c *cluster) fill(ctx context.Context, nodes []*running.Server, n int) string {
	c.t.Helper()
	var posting sync.WaitGroup
	var mu sync.Mutex
	var last chat.ID
	next := make(chan int)
	for i := range 64 {
		k := newTalker(c, i, 0, func() {})
		k.name, k.nodes, k.node = fmt.Sprintf("filler %d of %d", i, n), nodes, i%len(nodes)
		posting.Go(func() {
			for range next {
				k.n++
				if err := k.write(ctx, "tea", map[string]string{"message": fmt.Sprintf("%s fills %d", k.name, k.n)}); err != nil {
					c.t.Error(err)
				}
			}
			mu.Lock()
			defer mu.Unlock()
			if at := len(k.acks); at > 0 && k.acks[at-1].id.Seq > last.Seq {
				last = k.acks[at-1].id
			}
		})
	}
	for i := range n {
		next <- i
	}
	close(next)
	posting.Wait()
	return last.String()
}

// awaitCaughtUp waits until a node is ready, when it must have a message, and returns how often it was not.
func (c *cluster) awaitCaughtUp(ctx context.Context, n *running.Server, last string) (unready int) {
	c.t.Helper()
	for ; ; unready++ {
		status, said := n.Ready()
		if status == http.StatusOK {
			break
		}
		if status != http.StatusServiceUnavailable || ctx.Err() != nil {
			c.t.Fatalf("a node that catches up says %d %s", status, said)
		}
		time.Sleep(5 * time.Millisecond) // another program has to get on
	}
	if body, _ := c.page(ctx, slices.Index(c.nodes, n), "/rooms/tea/messages/"+last); !strings.Contains(body, last) {
		c.t.Errorf("a node is ready, and does not have %s: %s", last, body)
	}
	return unready
}

// joinFromBackup starts a node on a backup of another, which goes on.
func (c *cluster) joinFromBackup(ctx context.Context, from *running.Server) {
	c.t.Helper()
	file, data := filepath.Join(c.t.TempDir(), "backup.db"), filepath.Join(c.t.TempDir(), "data")
	for _, args := range [][]string{{"backup", "--data", from.Data, file}, {"restore", "--data", data, file}} {
		if out, err := exec.CommandContext(ctx, binary, args...).CombinedOutput(); err != nil {
			c.t.Fatalf("%s: %v: %s", args[0], err, out)
		}
	}
	c.join(data, c.nodes[0].Args[2:]...).AwaitReady()
}

// checkSame holds the nodes against each other, and ends them.
func (c *cluster) checkSame(ctx context.Context) {
	c.t.Helper()
	for _, room := range rooms {
		c.nodes[0].Post(string(room), "host", farewell)
	}
	var a account
	for i := range c.nodes {
		a.nodes = append(a.nodes, c.nodeAccount(ctx, i))
	}
	c.end(&a)
	for _, fault := range a.faults() {
		c.t.Error(fault)
	}
}
