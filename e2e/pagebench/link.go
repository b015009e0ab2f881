package main

import (
	"io"
	"net"
	"sync"
	"time"
)

// link is a network between the browser and the server, with a delay and a rate, that can be cut. It
// carries whole connections, so that workers and streams go the same way as the page.
type link struct {
	listener net.Listener
	target   string
	delay    time.Duration // each way
	down, up *bottleneck

	mu    sync.Mutex
	conns map[net.Conn]bool
	isCut bool
	first chan time.Time // gets when the first connection came after the link was mended
}

// newLink listens on a free port. A rate is in bytes a second each way; 0 is no limit.
func newLink(target string, delay time.Duration, rate float64) (*link, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	l := &link{
		listener: listener, target: target, delay: delay, down: &bottleneck{rate: rate}, up: &bottleneck{rate: rate},
		conns: make(map[net.Conn]bool), first: make(chan time.Time, 1),
	}
	go l.serve()
	return l, nil
}

func (l *link) address() string { return l.listener.Addr().String() }

func (l *link) close() {
	_ = l.listener.Close()
	l.cut()
}

// cut ends all connections, and refuses others.
func (l *link) cut() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.isCut = true
	for conn := range l.conns {
		_ = conn.Close()
	}
	clear(l.conns)
	select {
	case <-l.first:
	default:
	}
}

// mend lets connections through again. When the first one comes, first gets the time.
func (l *link) mend() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.isCut = false
}

func (l *link) serve() {
	for {
		conn, err := l.listener.Accept()
		if err != nil {
			return // closed
		}
		go l.carry(conn)
	}
}

func (l *link) carry(client net.Conn) {
	defer client.Close()
	server, err := net.Dial("tcp", l.target)
	if err != nil {
		return
	}
	defer server.Close()
	if !l.take(client, server) {
		return
	}
	defer l.drop(client, server)
	var both sync.WaitGroup
	// A connection is there once a packet has gone both ways.
	both.Go(func() { l.pass(server, client, l.up, 2*l.delay) })
	both.Go(func() { l.pass(client, server, l.down, 0) })
	both.Wait()
}

func (l *link) take(conns ...net.Conn) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.isCut {
		return false
	}
	for _, conn := range conns {
		l.conns[conn] = true
	}
	select {
	case l.first <- time.Now():
	default:
	}
	return true
}

func (l *link) drop(conns ...net.Conn) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, conn := range conns {
		delete(l.conns, conn)
	}
}

// packet is bytes, and when they arrive.
type packet struct {
	bytes []byte
	at    time.Time
}

// pass copies one way, until either end closes; then both are closed. What comes first is late by more.
func (l *link) pass(to io.WriteCloser, from io.Reader, through *bottleneck, late time.Duration) {
	packets := make(chan packet, 64)
	var writing sync.WaitGroup
	writing.Go(func() {
		for p := range packets {
			time.Sleep(time.Until(p.at))
			if _, err := to.Write(p.bytes); err != nil {
				break
			}
		}
		_ = to.Close()
		for range packets { // so that the reader ends
		}
	})
	for {
		buffer := make([]byte, 1460)
		n, err := from.Read(buffer)
		if n > 0 {
			packets <- packet{buffer[:n], through.send(time.Now(), n).Add(l.delay + late)}
			late = 0
		}
		if err != nil {
			break
		}
	}
	close(packets)
	writing.Wait()
}

// bottleneck is what all connections share.
type bottleneck struct {
	rate float64 // bytes a second; 0 is no limit
	mu   sync.Mutex
	free time.Time
}

// send returns when n bytes have gone through that come at a time.
func (b *bottleneck) send(at time.Time, n int) time.Time {
	if b.rate == 0 {
		return at
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if at.After(b.free) {
		b.free = at
	}
	b.free = b.free.Add(time.Duration(float64(n) / b.rate * float64(time.Second)))
	return b.free
}
