package e2e

import (
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
)

// gauge is a server in front of another that counts what passes, what a worker loads included.
type gauge struct {
	url   string
	bytes atomic.Int64 // of the answers, with their heads

	mu       sync.Mutex
	requests []string
}

func startGauge(t *testing.T, address string) *gauge {
	t.Helper()
	target, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	g := &gauge{}
	pass := httputil.NewSingleHostReverseProxy(target)
	pass.FlushInterval = -1
	front := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		g.mu.Lock()
		g.requests = append(g.requests, r.Method+" "+r.URL.Path)
		g.mu.Unlock()
		pass.ServeHTTP(w, r)
	}))
	front.Listener = countedListener{front.Listener, &g.bytes}
	front.Start()
	t.Cleanup(front.Close)
	t.Cleanup(front.CloseClientConnections)
	g.url = front.URL
	return g
}

func (g *gauge) seen() []string {
	g.mu.Lock()
	defer g.mu.Unlock()
	return append([]string(nil), g.requests...)
}

type countedListener struct {
	net.Listener
	bytes *atomic.Int64
}

func (l countedListener) Accept() (net.Conn, error) {
	conn, err := l.Listener.Accept()
	return countedConn{conn, l.bytes}, err
}

type countedConn struct {
	net.Conn
	bytes *atomic.Int64
}

func (c countedConn) Write(b []byte) (int, error) {
	n, err := c.Conn.Write(b)
	c.bytes.Add(int64(n))
	return n, err
}

// A first visit of a room, until its stream is open, takes what phones on a slow network can bear.
func TestFirstLoadIsSmall(t *testing.T) {
	t.Parallel()
	const mostBytes, mostRequests = 60 << 10, 14
	for _, name := range []string{"", "Ann"} {
		s := startServer(t)
		for i := range 50 {
			s.post("lobby", "Bob", fmt.Sprintf("An ordinary message of an ordinary length, number %d.", i))
		}
		g := startGauge(t, s.url)
		p := openPage(t, g.url, name)
		p.await(`document.readyState === "complete"`)
		requests := g.seen()
		if len(requests) > mostRequests {
			t.Errorf("the first load of %q takes %d requests, want at most %d:\n%s", name, len(requests), mostRequests, strings.Join(requests, "\n"))
		}
		if got := g.bytes.Load(); got > mostBytes || got == 0 {
			t.Errorf("the first load of %q takes %d bytes on the wire, want at most 60 KiB", name, got)
		}
		t.Logf("%q: %d bytes, %d requests: %s", name, g.bytes.Load(), len(requests), strings.Join(requests, ", "))
	}
}
