package e2e

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"plainchat/cluster/natstest"
	"plainchat/e2e/internal/caddy"
	"plainchat/e2e/internal/running"
)

// startNodes starts a chat of three nodes behind Caddy, and returns where people find it.
func startNodes(t *testing.T) (address string, nodes []*server) {
	t.Helper()
	caddy.Find(t)
	servers := natstest.Start(t, 3)
	var addresses []string
	for _, at := range natstest.FreeAddresses(t, 3) {
		n := running.StartWith(t, running.Options{Binary: binary, Addr: at, Args: []string{"--nats", strings.Join(servers.URLs(), ","), "--trusted-proxy", "127.0.0.1"}})
		nodes = append(nodes, &server{n, t})
		addresses = append(addresses, n.Addr)
	}
	for _, n := range nodes {
		n.AwaitReady()
	}
	_, port, _ := strings.Cut(natstest.FreeAddresses(t, 1)[0], ":")
	caddy.Start(t, ":"+port, addresses...)
	address = "http://127.0.0.1:" + port
	caddy.Await(t, http.DefaultClient, address)
	return address, nodes
}

// A page's node dies. The page resumes at another through the proxy, without a word lost or there twice,
// and so do those who write meanwhile; who is here is right.
func TestNodeOfAPageDies(t *testing.T) {
	t.Parallel()
	address, nodes := startNodes(t)
	ann := openPage(t, address, "Ann")
	var home *server
	var others []*server
	for _, n := range nodes {
		if n.Connections() != "0" {
			home = n
		} else {
			others = append(others, n)
		}
	}
	ben := openPage(t, others[0].URL, "Ben") // who needs no proxy
	online := func(n string) string {
		return `document.querySelector("#online").textContent === "` + n + `"`
	}
	ann.await(online("2"))
	ben.await(online("2"))
	ann.say("one")
	ben.awaitText("one")
	home.Kill()
	died := time.Now()
	ben.say("two")
	ann.say("three") // by whichever node
	ann.awaitText("two")
	ben.awaitText("three")
	ann.awaitConnected()
	t.Logf("both go on after %s", time.Since(died).Round(10*time.Millisecond))
	ann.await(online("2"))
	ben.await(online("2"))
	home.Restart()
	ann.say("four")
	ben.awaitText("four")
	for _, p := range []*page{ann, ben} {
		p.awaitCount(4)
		p.await(`!document.querySelector("#outbox > *")`)
	}
	if got, want := ann.messages(), ben.messages(); strings.Join(got, "|") != strings.Join(want, "|") {
		t.Errorf("Ann sees %q, Ben %q", got, want)
	}
	ann.close()
	ben.await(online("1"))
}
