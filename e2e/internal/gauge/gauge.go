// Package gauge counts what passes between a browser and a server: all of it, also what workers
// load, which a page does not see.
package gauge

import (
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"slices"
	"sync"
	"sync/atomic"
)

// Gauge is a server in front of another. Its methods may be called at any time.
type Gauge struct {
	URL string // where it is, without a path

	front *httptest.Server
	bytes atomic.Int64

	mu       sync.Mutex
	requests []string
}

// Start puts a gauge in front of the server at an address, on a free port of the loopback interface.
func Start(address string) (*Gauge, error) {
	target, err := url.Parse(address)
	if err != nil {
		return nil, err
	}
	pass := httputil.NewSingleHostReverseProxy(target)
	pass.FlushInterval = -1 // at once
	g := &Gauge{}
	g.front = httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		g.mu.Lock()
		g.requests = append(g.requests, r.Method+" "+r.URL.Path)
		g.mu.Unlock()
		pass.ServeHTTP(w, r)
	}))
	g.front.Listener = listener{g.front.Listener, &g.bytes}
	g.front.Start()
	g.URL = g.front.URL
	return g, nil
}

// Close ends it, and every connection through it.
func (g *Gauge) Close() {
	g.front.CloseClientConnections()
	g.front.Close()
}

// Bytes returns how many bytes the answers took so far, with their heads.
func (g *Gauge) Bytes() int64 { return g.bytes.Load() }

// Requests returns what was asked for so far, as "GET /path".
func (g *Gauge) Requests() []string {
	g.mu.Lock()
	defer g.mu.Unlock()
	return slices.Clone(g.requests)
}

type listener struct {
	net.Listener
	bytes *atomic.Int64
}

func (l listener) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	return conn{c, l.bytes}, err
}

type conn struct {
	net.Conn
	bytes *atomic.Int64
}

func (c conn) Write(b []byte) (int, error) {
	n, err := c.Conn.Write(b)
	c.bytes.Add(int64(n))
	return n, err
}
