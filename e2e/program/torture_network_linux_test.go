//go:build torture

package program

import (
	"crypto/tls"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"plainchat/internal/certtest"
)

// TestTortureHalfOpen: streams whose peer vanishes without a word are gone within 30
// seconds. The peers are in network namespaces of the test's own, whose link is cut.
func TestTortureHalfOpen(t *testing.T) {
	if os.Getuid() != 0 {
		t.Skip("left out: making a network namespace takes root")
	}
	if _, err := exec.LookPath("ip"); err != nil {
		t.Skip("left out: iproute2 is not installed")
	}
	certFile, keyFile, _ := certtest.Make(t)
	t.Run("HTTP", func(t *testing.T) { checkHalfOpen(t, "10.213.77") })
	t.Run("HTTPS", func(t *testing.T) { checkHalfOpen(t, "10.213.78", "--tls-cert="+certFile, "--tls-key="+keyFile) })
}

// checkHalfOpen uses the addresses 1 and 2 of a network.
func checkHalfOpen(t *testing.T, network string, args ...string) {
	t.Parallel()
	const streams = 50
	space := fmt.Sprintf("plainchat-%s-%d", network, os.Getpid())
	link := strings.ReplaceAll(network, ".", "-")
	ip(t, "netns", "add", space)
	t.Cleanup(func() { ip(t, "netns", "del", space) })
	ip(t, "link", "add", link, "type", "veth", "peer", "name", "there", "netns", space)
	t.Cleanup(func() { ip(t, "link", "del", link) }) // the namespace itself lives as long as its sockets
	ip(t, "addr", "add", network+".1/30", "dev", link)
	ip(t, "link", "set", link, "up")
	ip(t, "-n", space, "addr", "add", network+".2/30", "dev", "there")
	ip(t, "-n", space, "link", "set", "there", "up")

	s := newServer(t, append(args, "--log-level=warn")...)
	s.client.Transport = &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}}
	s.kill()
	s.listen, s.url = network+".1:0", "" // at our end of the link instead of the loopback
	s.start()
	for range streams {
		listener := launch(t, exec.CommandContext(bounded(t), "ip", "netns", "exec", space,
			"curl", "--silent", "--show-error", "--insecure", "--no-buffer", s.url+"/events"))
		listener.stdout.awaitCount(t, "event: hello\n", 1)
	}
	if n := s.metrics()["plainchat_connections"]; n != streams {
		t.Fatalf("%v streams are open, want %d", n, streams)
	}
	ip(t, "-n", space, "link", "set", "there", "down")
	start := time.Now()
	s.settled(0, map[string]float64{})
	took := time.Since(start)
	if took > 30*time.Second {
		t.Errorf("half-open streams were gone after %v", took)
	}
	t.Logf("%d half-open streams were gone after %v", streams, took.Round(100*time.Millisecond))
}

func ip(t *testing.T, args ...string) {
	t.Helper()
	if out, err := exec.Command("ip", args...).CombinedOutput(); err != nil {
		t.Fatalf("ip %s: %v: %s", strings.Join(args, " "), err, out)
	}
}
