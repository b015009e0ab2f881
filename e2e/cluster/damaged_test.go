package cluster

import (
	"fmt"
	"io"
	"net/http"
	"os"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"plainchat/cluster/natstest"
	"plainchat/e2e/internal/running"
)

// One flipped bit on one NATS server loses a part of its copy, and it says that it is healthy. A node that was away,
// and reads at that server what it has missed, misses nothing: neither do its streams. The server is named.
func TestDamagedServer(t *testing.T) {
	t.Parallel()
	c := start(t, natstest.Options{}, "--write-limit", "0", "--read-limit", "0")
	ctx := bounded(t)
	away := c.nodes[2]
	away.Post("tea", "host", "before")
	began := away.Said("tea")[0].ID
	away.Stop()
	const messages, size = 2400, 4500 // more than a block of 8 MiB
	c.fillBlock(messages, size)
	c.nodes[0].Post("tea", "host", farewell)

	damaged := c.followers()[0]
	damaged.Stop()
	damaged.FlipBit("plainchat", false)
	damaged.Start()
	damaged.AwaitHealth()

	found := regexp.MustCompile(`plainchat_journal_repaired_total [1-9]`)
	for try := 1; ; try++ { // which server answers is left to chance
		dir := t.TempDir()
		if err := os.CopyFS(dir, os.DirFS(away.Data)); err != nil {
			t.Fatal(err)
		}
		n := c.join(dir, append(away.Args[2:], "--nats-monitor", damaged.MonitorURL()+","+c.leader().MonitorURL())...)
		n.AwaitReady()
		l := newListener(c, 0, 0, "tea")
		l.nodes, l.node, l.hops, l.last = []*running.Server{n}, 0, false, began
		if err := l.listen(ctx); err != nil || len(l.faults) > 0 || len(l.events) != messages+1 {
			t.Fatalf("the stream heard %d of %d events: %v, %q", len(l.events), messages+1, err, l.faults)
		}
		said := metricsText(t, n)
		n.Stop()
		if got, want := len(rowsOf(t, dir)), messages+2; got != want {
			t.Errorf("the log has %d rows, want %d", got, want)
		}
		if found.MatchString(said) {
			t.Logf("%s at the %dth try", found.FindString(said), try)
			if !regexp.MustCompile(fmt.Sprintf(`plainchat_nats_lost_entries{server="%s"} [1-9]`, damaged.Name)).MatchString(said) {
				t.Errorf("the damaged server is not named: %s", regexp.MustCompile(`.*lost_entries.*`).FindAllString(said, -1))
			}
			return
		}
		if try == 20 {
			t.Fatal("nothing is repaired")
		}
	}
}

// fillBlock has messages of a size posted.
func (c *cluster) fillBlock(n, size int) {
	c.t.Helper()
	const senders = 16
	var posting sync.WaitGroup
	for i := range senders {
		posting.Go(func() {
			for k := i; k < n; k += senders {
				c.nodes[i%2].Post("tea", "filler", fmt.Sprint(k, " ", strings.Repeat("x", size)))
			}
		})
	}
	posting.Wait()
}

func metricsText(t *testing.T, n *running.Server) string {
	t.Helper()
	client := http.Client{Timeout: 10 * time.Second}
	res, err := client.Get(n.URL + "/metrics")
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
