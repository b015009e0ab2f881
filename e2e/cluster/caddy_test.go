package cluster

import (
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"net/http"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"

	"plainchat/cluster/natstest"
	"plainchat/e2e/internal/caddy"
	"plainchat/e2e/internal/running"
	"plainchat/internal/eventstream"
)

// followMany opens streams of people, half of them with cookies.
func (f *front) followMany(ctx context.Context, n int) (streams []*follower) {
	for i := range n {
		streams = append(streams, f.follow(ctx, fmt.Sprint("room=tea&user_name=p", i), i%2 == 0))
	}
	return streams
}

// While nodes are restarted one after the other, nobody who comes through Caddy is refused: not those who post,
// and not those who read. Streams come back with their Last-Event-ID, to whichever node. Who leaves Caddy
// has left the chat.
func TestRollingRestartBehindCaddy(t *testing.T) {
	t.Parallel()
	f := startFront(t)
	ctx, leave := context.WithCancel(t.Context())
	defer leave()
	streams := f.followMany(ctx, 6)
	posters, stop := f.startPosters(4), f.startReader()
	for _, n := range f.nodes {
		if code := n.Stop(); code != 0 {
			t.Errorf("exit code %d", code)
		}
		n.Restart()
		n.AwaitReady()
	}
	posters.stop()
	if odd := stop(); len(odd) > 0 {
		t.Errorf("of those who read some were refused: %v", odd)
	}
	if len(posters.refused) > 0 {
		t.Errorf("of those who post some were refused: %v", posters.refused)
	}
	posters.check(t, streams)
	again := 0
	for _, l := range streams {
		again += l.opened() - 1
	}
	if again < len(streams) {
		t.Errorf("%d streams came back %d times, and each should have at least once", len(streams), again)
	}
	f.awaitPeople(f.url, len(streams))
	leave()
	left := time.Now()
	f.awaitPeople(f.url, 0)
	t.Logf("%d messages acknowledged; %d streams came back %d times; %s after they left Caddy they had left the chat",
		len(posters.acked), len(streams), again, time.Since(left).Round(10*time.Millisecond))
}

// A node dies. Its streams resume at others, nothing is lost and nothing there twice; who posts may be
// told that it is not known, and posts again; soon all nodes have the right people.
func TestNodeDiesBehindCaddy(t *testing.T) {
	t.Parallel()
	f := startFront(t)
	streams := f.followMany(t.Context(), 6)
	f.awaitPeople(f.nodes[1].URL, 6)
	posters := f.startPosters(4)
	heard := streams[0].await(t, 20)
	f.nodes[0].Kill()
	died := time.Now()
	streams[0].await(t, len(heard)+20)
	posters.stop()
	posters.check(t, streams)
	for refusal := range posters.refused {
		if !strings.HasPrefix(refusal, "{502 The chat does not answer") {
			t.Errorf("who posted was answered %q", refusal)
		}
	}
	f.awaitPeople(f.nodes[1].URL, 6)
	f.awaitPeople(f.nodes[2].URL, 6)
	t.Logf("%d messages acknowledged, refused %v; the people are right after %s", len(posters.acked), posters.refused, time.Since(died).Round(10*time.Millisecond))
}

// The people of a node that dies and who do not come back are gone within 10 s.
func TestPeopleOfADeadNode(t *testing.T) {
	t.Parallel()
	c := start(t, natstest.Options{})
	f := &front{c, c.nodes[0].URL}
	f.followMany(t.Context(), 3)
	f.awaitPeople(c.nodes[1].URL, 3)
	c.nodes[0].Kill()
	died := time.Now()
	f.awaitPeople(c.nodes[1].URL, 0)
	f.awaitPeople(c.nodes[2].URL, 0)
	t.Logf("the people of a dead node are gone after %s", time.Since(died).Round(10*time.Millisecond))
}

// A node dies while it reads a message. Caddy does not bring that to another node, since it cannot know whether
// it was stored; who posts it again has it once.
func TestPostIsNotRepeatedByCaddy(t *testing.T) {
	t.Parallel()
	f := startFront(t)
	client := newVisitor(true)
	caddy.Await(t, client, f.url) // from here on the cookie says which node
	before := make([]string, len(f.nodes))
	for i, n := range f.nodes {
		before[i] = n.Connections()
	}
	stream, stop := context.WithCancel(t.Context())
	defer stop()
	l := f.followAs(stream, client, "room=tea")
	body, sent := `{"user_name":"Mina","message":"once","client_id":"once"}`, make(chan struct{})
	in, out := io.Pipe()
	done := make(chan answer, 1)
	go func() {
		req, err := http.NewRequestWithContext(bounded(t), http.MethodPost, f.url+"/rooms/tea/messages", in)
		if err != nil {
			t.Error(err)
		}
		req.Header.Set("Content-Type", "application/json")
		res, err := client.Do(req)
		if err != nil {
			done <- answer{}
			return
		}
		res.Body.Close()
		done <- answer{status: res.StatusCode}
	}()
	go func() {
		_, _ = io.WriteString(out, body[:20]) // the request has come to the node, which is to read the rest
		close(sent)
	}()
	<-sent
	for i, n := range f.nodes {
		if n.Connections() != before[i] { // the stream's, and so the post's
			n.Kill()
		}
	}
	go func() {
		_, _ = io.WriteString(out, body[20:])
		out.Close()
	}()
	if got := <-done; got.status != http.StatusBadGateway {
		t.Errorf("a message whose node has died is answered %d, want 502", got.status)
	}
	for range 2 {
		if got, err := f.post(client, "once"); err != nil || got.status >= http.StatusMultipleChoices {
			t.Fatalf("%v, %v", got, err)
		}
	}
	if heard := l.await(t, 1); !slices.Equal(heard, []string{"once"}) {
		t.Errorf("the stream has heard %q", heard)
	}
}

// A node freezes. Caddy does not wait for it for ever; who posts again has it at another node, and once, also when the
// first has thawed.
func TestNodeFreezesBehindCaddy(t *testing.T) {
	t.Parallel()
	f := startFront(t)
	client := newVisitor(true)
	caddy.Await(t, client, f.url) // from here on the cookie says which node
	l := f.followAs(t.Context(), client, "room=tea")
	var home *running.Server
	for _, n := range f.nodes {
		if n.Connections() == "1" {
			home = n
		}
	}
	home.Freeze()
	if got, err := f.post(client, "once"); err != nil || got.status < http.StatusInternalServerError {
		t.Errorf("who posts to a frozen node is answered %v, %v", got, err)
	}
	if got, err := f.post(client, "once"); err != nil || got.status >= http.StatusMultipleChoices {
		t.Errorf("who posts again is answered %v, %v", got, err)
	}
	home.Thaw()
	if got, err := f.post(client, "twice"); err != nil || got.status >= http.StatusMultipleChoices {
		t.Errorf("%v, %v", got, err)
	}
	if heard := l.await(t, 2); !slices.Equal(heard, []string{"once", "twice"}) {
		t.Errorf("the stream has heard %q", heard)
	}
}

// Without NATS no node is ready, and all serve on: who reads can, and who posts is told by a node.
func TestNoNodeBehindCaddyIsReady(t *testing.T) {
	t.Parallel()
	f := startFront(t)
	client := newVisitor(true)
	if got, err := f.post(client, "before"); err != nil || got.status != http.StatusCreated {
		t.Fatalf("%v, %v", got, err)
	}
	for _, s := range f.servers.Servers {
		s.Kill()
	}
	for _, n := range f.nodes {
		for deadline := time.Now().Add(limit); ; time.Sleep(50 * time.Millisecond) { // other programs have to get on
			if status, _ := n.Ready(); status == http.StatusServiceUnavailable {
				break
			}
			if time.Now().After(deadline) {
				t.Fatal("a node without NATS is ready")
			}
		}
	}
	if got, err := f.ask(client, http.MethodGet, "/rooms/tea/messages", ""); err != nil || got.status != http.StatusOK || !strings.Contains(got.body, "before") {
		t.Errorf("who reads is answered %v, %v", got, err)
	}
	if got, err := f.post(client, "after"); err != nil || got.status != http.StatusServiceUnavailable || !strings.Contains(got.body, `"code":"read_only"`) {
		t.Errorf("who posts is answered %v, %v", got, err)
	}
}

// For a name Caddy speaks HTTPS and HTTP/2, also for several; and nobody sees the metrics.
func TestNamesBehindCaddy(t *testing.T) {
	t.Parallel()
	caddy.Find(t)
	c, port := start(t, natstest.Options{}, "--trusted-proxy", "127.0.0.1", "--allowed-hosts", "a.localhost, b.localhost"), freePort(t)
	f := &front{cluster: c}
	caddy.Start(t, "a.localhost:"+port+", b.localhost:"+port, f.addresses()...)
	client := &http.Client{Transport: &http.Transport{
		ForceAttemptHTTP2: true, DialContext: dialLoopback,
		TLSClientConfig: &tls.Config{InsecureSkipVerify: true}, // #nosec G402 -- the test's Caddy vouches for itself
	}}
	for _, name := range []string{"a.localhost", "b.localhost"} {
		f.url = "https://" + name + ":" + port
		caddy.Await(t, client, f.url)
		res, err := client.Get(f.url + "/events?room=tea")
		if err != nil {
			t.Fatal(err)
		}
		if ev, err := eventstream.NewReader(res.Body).Next(); err != nil || ev.Type != "hello" || res.Proto != "HTTP/2.0" {
			t.Errorf("%s: %+v over %s, %v", name, ev, res.Proto, err)
		}
		res.Body.Close()
		if got, err := f.post(client, name); err != nil || got.status != http.StatusCreated {
			t.Errorf("%s: %v, %v", name, got, err)
		}
		if got, err := f.ask(client, http.MethodGet, "/metrics", ""); err != nil || got.status != http.StatusNotFound {
			t.Errorf("%s: the metrics are answered %v, %v", name, got, err)
		}
	}
}

// dialLoopback connects to this machine, whatever the name.
func dialLoopback(ctx context.Context, network, address string) (net.Conn, error) {
	_, port, err := net.SplitHostPort(address)
	if err != nil {
		return nil, err
	}
	return new(net.Dialer).DialContext(ctx, network, net.JoinHostPort("127.0.0.1", port))
}

// Who is here and who types is the same at all nodes, and a person at two of them is one.
func TestPeopleAtAllNodes(t *testing.T) {
	t.Parallel()
	c := start(t, natstest.Options{})
	var streams []*follower
	for i, name := range []string{"Ann", "Ann", "Ben"} {
		f := &front{c, c.nodes[i].URL}
		streams = append(streams, f.follow(t.Context(), "room=tea&user_name="+name, false))
	}
	for _, n := range c.nodes {
		(&front{c, n.URL}).awaitPeople(n.URL, 2)
	}
	f := &front{c, c.nodes[2].URL}
	if got, err := f.ask(http.DefaultClient, http.MethodPost, "/rooms/tea/typing", `{"user_name":"Cid"}`); err != nil || got.status != http.StatusNoContent {
		t.Fatalf("%v, %v", got, err)
	}
	for i, l := range streams {
		for deadline := time.Now().Add(limit); !l.sees("Cid"); time.Sleep(10 * time.Millisecond) { // other programs have to get on
			if time.Now().After(deadline) {
				t.Fatalf("node %d does not tell who types", i)
			}
		}
	}
	if got, err := f.ask(http.DefaultClient, http.MethodPost, "/rooms/tea/idle", `{"user_name":"Ann","idle":true}`); err != nil || got.status != http.StatusNoContent {
		t.Fatalf("%v, %v", got, err)
	}
	for _, n := range c.nodes {
		f := &front{c, n.URL}
		for deadline := time.Now().Add(limit); ; time.Sleep(10 * time.Millisecond) { // other programs have to get on
			got, err := f.ask(http.DefaultClient, http.MethodGet, "/rooms/tea/people", "")
			if err == nil && strings.Contains(got.body, `{"user_name":"Ann","idle":true,"since":`) {
				break
			}
			if time.Now().After(deadline) {
				t.Fatalf("%s has %v, %v", n.URL, got, err)
			}
		}
	}
}

// Without a name Caddy serves plain HTTP at port 80.
func TestCaddyWithoutAName(t *testing.T) {
	cmd := exec.CommandContext(bounded(t), caddy.Find(t), "adapt", "--adapter", "caddyfile", "--config", root+"/cluster/Caddyfile")
	cmd.Env = []string{"HOME=" + t.TempDir(), "PLAINCHAT_NODES=a:5001 b:5001"}
	out, err := cmd.Output()
	if err != nil || !strings.Contains(string(out), `"listen":[":80"]`) || !strings.Contains(string(out), `{"dial":"a:5001"},{"dial":"b:5001"}`) {
		t.Errorf("%v, %s", err, out)
	}
}
