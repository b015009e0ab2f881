package cluster

import (
	"encoding/json"
	"flag"
	"fmt"
	"os/exec"
	"sync"
	"testing"
	"time"

	"plainchat/cluster/natstest"
)

var ratesFor = flag.Duration("rates-for", 0, "how long TestRates puts the chat under each load")

// How much three nodes take and deliver, and what it costs: for people to read.
func TestRates(t *testing.T) {
	if *ratesFor == 0 {
		t.Skip("left out: it measures, for people to read; make cluster-rates has it")
	}
	c := start(t, natstest.Options{}, "--max-streams", "0", "--log-level", "warn")
	for _, load := range []struct{ senders, streams int }{{64, 3}, {512, 3}, {64, 300}} {
		servers, nodes := cpuOf(t, c.servers.Servers...), cpuOf(t, c.nodes...)
		acked := c.benchAll(load.senders, load.streams)
		perSecond := float64(acked) / ratesFor.Seconds()
		each := func(cpu time.Duration) time.Duration {
			return (cpu / time.Duration(max(acked, 1))).Round(time.Microsecond)
		}
		t.Logf("%d senders, %d streams: %.0f acknowledged a second, %.0f deliveries a second; processor time a message: %v of the servers, %v of the nodes",
			load.senders, load.streams, perSecond, perSecond*float64(load.streams),
			each(cpuOf(t, c.servers.Servers...)-servers), each(cpuOf(t, c.nodes...)-nodes))
	}
}

// benchAll has plainchat bench send to all nodes at once, and listen at them, and returns how many messages
// were acknowledged. All streams get all of them.
func (c *cluster) benchAll(senders, streams int) (acked int) {
	c.t.Helper()
	var mu sync.Mutex
	var running sync.WaitGroup
	for i, n := range c.nodes {
		some := func(of int) string { return fmt.Sprint((of + i) / len(c.nodes)) }
		running.Go(func() {
			out, err := exec.CommandContext(c.t.Context(), binary, "bench", n.URL, "--json", "--duration", ratesFor.String(),
				"--publishers", some(senders), "--subscribers", some(streams)).Output()
			var report struct{ Sending struct{ Acknowledged int } }
			if err == nil {
				err = json.Unmarshal(out, &report)
			}
			if err != nil {
				c.t.Errorf("plainchat bench: %v: %s", err, out)
			}
			mu.Lock()
			defer mu.Unlock()
			acked += report.Sending.Acknowledged
		})
	}
	running.Wait()
	return acked
}
