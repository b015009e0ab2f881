package main

import (
	"net"
	"net/http"
	"net/netip"
	"slices"
	"sync"

	"github.com/go-chi/httprate"
)

// connections is a listener that counts the connections open, in all and of each
// client, since there may be few descriptors for them. When they would take the last, it
// closes those that wait for another request, as each may for two minutes; and one
// client, however many it opens and however slowly it sends, leaves some to the others.
type connections struct {
	net.Listener
	server  *http.Server
	proxies []netip.Prefix // speak for many clients
	// Beyond the first, idle ones are closed; beyond the second, those that a client adds.
	most, mostOfClient int

	mu      sync.Mutex
	open    int
	clients map[string]int
}

func newConnections(listener net.Listener, server *http.Server, proxies []netip.Prefix) *connections {
	most := connectionCapacity(maxDescriptors())
	return &connections{
		Listener: listener, server: server, proxies: proxies,
		most: most, mostOfClient: most - most/8, clients: make(map[string]int),
	}
}

// Accept implements net.Listener.
func (c *connections) Accept() (net.Conn, error) {
	for {
		conn, err := c.Listener.Accept()
		if err != nil {
			return nil, err
		}
		counted := c.enter(conn.(*net.TCPConn))
		if c.crowded() || c.tooMany(counted.client) {
			c.server.SetKeepAlivesEnabled(false) // closes the idle
			c.server.SetKeepAlivesEnabled(true)
		}
		if !c.tooMany(counted.client) {
			return counted, nil
		}
		counted.Close()
	}
}

func (c *connections) enter(conn *net.TCPConn) *countedConn {
	client := c.clientOf(conn)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.open++
	if client != "" {
		c.clients[client]++
	}
	return &countedConn{TCPConn: conn, client: client, of: c}
}

func (c *connections) crowded() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.open > c.most
}

// tooMany reports whether a client has more than it may.
func (c *connections) tooMany(client string) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.clients[client] > c.mostOfClient
}

// clientOf is what a connection is counted by, as for the limits of messages and
// streams: its peer's address, or the /64 of an IPv6 address; nothing for a proxy.
func (c *connections) clientOf(conn *net.TCPConn) string {
	addr := conn.RemoteAddr().(*net.TCPAddr).AddrPort().Addr().Unmap().WithZone("")
	if slices.ContainsFunc(c.proxies, func(p netip.Prefix) bool { return p.Contains(addr) }) {
		return ""
	}
	return httprate.CanonicalizeIP(addr.String())
}

// leave counts a connection out.
func (c *connections) leave(client string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.open--
	if c.clients[client] > 1 {
		c.clients[client]--
	} else {
		delete(c.clients, client)
	}
}

// countedConn is a connection that counts itself out when it is closed.
type countedConn struct {
	*net.TCPConn
	client string
	of     *connections
	left   sync.Once
}

// Close implements net.Conn.
func (c *countedConn) Close() error {
	c.left.Do(func() { c.of.leave(c.client) })
	return c.TCPConn.Close()
}
