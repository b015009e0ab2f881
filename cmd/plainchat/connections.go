package main

import (
	"context"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"sync"

	"golang.org/x/sync/semaphore"

	"plainchat/internal/limits"
)

// connections is a listener that has no more connections open than there may be, in all
// and of each client. Each takes a descriptor and memory, and may wait for another
// request for two minutes. One client, however many it opens and however slowly it sends,
// leaves some to the others.
type connections struct {
	net.Listener
	server  *http.Server
	secure  bool           // over TLS
	proxies []netip.Prefix // speak for many clients
	room    *semaphore.Weighted
	clients *limits.Shares
	http2   *limits.Shares // of connections over HTTP/2

	open  context.Context // ends when the listener closes
	close context.CancelFunc
}

// newConnections makes a listener of at most so many connections, and of so many of one
// client.
func newConnections(listener net.Listener, server *http.Server, proxies []netip.Prefix, most, mostOfClient int) *connections {
	c := &connections{
		Listener: listener, server: server, secure: server.TLSConfig != nil, proxies: proxies,
		room: semaphore.NewWeighted(int64(most)), clients: limits.NewShares(int64(most), int64(mostOfClient)),
		http2: limits.NewShares(0, http2OfClient),
	}
	c.open, c.close = context.WithCancel(context.Background())
	return c
}

// serve has the server take the connections. Whether that is over TLS was settled before: a server that serves
// has a configuration for it in any case.
func (c *connections) serve() error {
	if c.secure {
		return c.server.ServeTLS(c, "", "")
	}
	return c.server.Serve(c)
}

// Accept implements net.Listener. While there are as many connections as there may be, it
// leaves further ones to the system, which has them wait in its backlog.
func (c *connections) Accept() (net.Conn, error) {
	for {
		if err := c.awaitRoom(); err != nil {
			return nil, err
		}
		conn, err := c.Listener.Accept()
		if err != nil {
			c.room.Release(1)
			return nil, err
		}
		counted := &countedConn{TCPConn: conn.(*net.TCPConn), of: c}
		if counted.client = c.clientOf(counted.TCPConn); c.enter(counted.client) {
			return counted, nil
		}
		conn.Close()
		c.room.Release(1)
	}
}

// awaitRoom waits until there may be a further connection. Meanwhile those that wait for
// another request are closed, and so is each that has been answered.
func (c *connections) awaitRoom() error {
	if c.room.TryAcquire(1) {
		return nil
	}
	c.server.SetKeepAlivesEnabled(false)
	defer c.server.SetKeepAlivesEnabled(true)
	if c.room.Acquire(c.open, 1) != nil {
		return net.ErrClosed
	}
	return nil
}

// enter counts a connection of a client in, if it may have a further one once the idle
// ones are closed.
func (c *connections) enter(client limits.Client) bool {
	if c.clients.Take(client, 1) == nil {
		return true
	}
	c.server.SetKeepAlivesEnabled(false) // closes the idle
	c.server.SetKeepAlivesEnabled(true)
	return c.clients.Take(client, 1) == nil
}

// clientOf is whom a connection is counted for, as by all limits; nobody for a proxy.
func (c *connections) clientOf(conn *net.TCPConn) limits.Client {
	addr := conn.RemoteAddr().(*net.TCPAddr).AddrPort().Addr().Unmap().WithZone("")
	if slices.ContainsFunc(c.proxies, func(p netip.Prefix) bool { return p.Contains(addr) }) {
		return limits.Client{}
	}
	return limits.ClientAt(addr)
}

// Close implements net.Listener.
func (c *connections) Close() error {
	c.close()
	return c.Listener.Close()
}

// countedConn is a connection that counts itself out when it is closed.
type countedConn struct {
	*net.TCPConn
	client limits.Client
	of     *connections
	http2  http2Share
	left   sync.Once
}

// Close implements net.Conn.
func (c *countedConn) Close() error {
	err := c.TCPConn.Close() // first, so that its descriptor is free
	c.left.Do(func() {
		c.http2.end(c)
		c.of.clients.Return(c.client, 1)
		c.of.room.Release(1)
	})
	return err
}
