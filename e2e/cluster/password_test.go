package cluster

import (
	"io"
	"net/http"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	"plainchat/cluster/natstest"
	"plainchat/e2e/internal/running"
)

// The password of NATS stands in nothing that a node tells: no record, also of a lost connection, and no metric.
func TestPasswordIsNotTold(t *testing.T) {
	t.Parallel()
	servers := natstest.Start(t, 3)
	address, err := url.Parse(servers.URLs()[0])
	if err != nil {
		t.Fatal(err)
	}
	password, _ := address.User.Password()
	said := logOf(t)
	n := running.StartWith(t, running.Options{
		Binary: binary, Stderr: said, Args: []string{"--nats", strings.Join(servers.URLs(), ","), "--log-level", "debug"},
	})
	n.AwaitReady()
	for _, s := range servers.Servers {
		s.Kill()
	}
	for deadline := time.Now().Add(limit); !strings.Contains(readFile(t, said.Name()), "the connection to NATS is lost"); time.Sleep(10 * time.Millisecond) { // another program has to get on
		if time.Now().After(deadline) {
			t.Fatal("the node does not notice that its server has gone")
		}
	}
	for _, s := range servers.Servers {
		s.Start()
	}
	n.AwaitReady()
	res, err := http.Get(n.URL + "/metrics")
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	metrics, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	n.Stop()
	for _, told := range []string{string(metrics), readFile(t, said.Name())} {
		if strings.Contains(told, password) {
			t.Errorf("the password is told:\n%s", told)
		}
	}
}

func readFile(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
