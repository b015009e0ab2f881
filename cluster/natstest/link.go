package natstest

import (
	"net"
	"sync"
)

// link is the way between two servers, in both directions.
type link struct {
	from    map[*Server]net.Listener // where each reaches the other
	running sync.WaitGroup

	mu     sync.Mutex
	passes chan struct{} // closed while bytes pass
	conns  map[net.Conn]struct{}
	ended  bool
}

// Cut has nothing pass between two servers until Mend: neither of them is told, as by a network
// that loses everything. What they send each other meanwhile arrives then.
func (c *Cluster) Cut(a, b *Server) { c.between(a, b).cut() }

// Sever is Cut, and ends the connections that there are.
func (c *Cluster) Sever(a, b *Server) {
	l := c.between(a, b)
	l.cut()
	l.reset()
}

// Mend has everything pass again.
func (c *Cluster) Mend(a, b *Server) { c.between(a, b).mend() }

// link makes the ways between all servers.
func (c *Cluster) link() {
	c.t.Helper()
	for i, a := range c.Servers {
		a.linked = true
		for _, b := range c.Servers[:i] {
			l := &link{from: make(map[*Server]net.Listener), passes: make(chan struct{}), conns: make(map[net.Conn]struct{})}
			close(l.passes)
			for from, to := range map[*Server]*Server{a: b, b: a} {
				listener, err := net.Listen("tcp", "127.0.0.1:0")
				if err != nil {
					c.t.Fatal(err)
				}
				l.from[from] = listener
				l.running.Go(func() { l.serve(listener, to.cluster) })
			}
			c.links = append(c.links, l)
			c.t.Cleanup(l.end)
		}
	}
}

// between is the way between two servers.
func (c *Cluster) between(a, b *Server) *link {
	for _, l := range c.links {
		if l.from[a] != nil && l.from[b] != nil {
			return l
		}
	}
	c.t.Fatalf("there is no link between %s and %s", a.Name, b.Name)
	return nil
}

func (l *link) serve(listener net.Listener, to string) {
	for {
		conn, err := listener.Accept()
		if err != nil {
			return
		}
		if l.keep(conn) {
			l.running.Go(func() { l.connect(conn, to) })
		}
	}
}

// connect leads a connection to where it is to go, and ends both when one ends.
func (l *link) connect(conn net.Conn, to string) {
	defer l.drop(conn)
	l.await()
	onward, err := net.Dial("tcp", to)
	if err != nil || !l.keep(onward) {
		return
	}
	defer l.drop(onward)
	var back sync.WaitGroup
	back.Go(func() { l.pass(conn, onward) })
	l.pass(onward, conn)
	back.Wait()
}

// pass passes on what comes, while anything may, and ends both connections with the one.
func (l *link) pass(to, from net.Conn) {
	defer to.Close()
	defer from.Close()
	buffer := make([]byte, 64<<10)
	for {
		n, err := from.Read(buffer)
		l.await()
		if n > 0 {
			if _, err := to.Write(buffer[:n]); err != nil {
				return
			}
		}
		if err != nil {
			return
		}
	}
}

// await waits until bytes pass.
func (l *link) await() {
	l.mu.Lock()
	passes := l.passes
	l.mu.Unlock()
	<-passes
}

func (l *link) cut() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.passes = make(chan struct{})
}

func (l *link) mend() {
	l.mu.Lock()
	defer l.mu.Unlock()
	select {
	case <-l.passes:
	default:
		close(l.passes)
	}
}

// keep remembers a connection, to be reset; at the end there are none any more.
func (l *link) keep(conn net.Conn) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.ended {
		_ = conn.Close()
		return false
	}
	l.conns[conn] = struct{}{}
	return true
}

func (l *link) drop(conn net.Conn) {
	l.mu.Lock()
	defer l.mu.Unlock()
	_ = conn.Close()
	delete(l.conns, conn)
}

// reset ends all connections.
func (l *link) reset() {
	l.mu.Lock()
	defer l.mu.Unlock()
	for conn := range l.conns {
		_ = conn.Close()
	}
}

// end ends the link for good.
func (l *link) end() {
	for _, listener := range l.from {
		_ = listener.Close()
	}
	l.mu.Lock()
	l.ended = true
	l.mu.Unlock()
	l.reset()
	l.mend()
	l.running.Wait()
}
