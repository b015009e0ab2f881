//go:build torture

package main

import (
	"context"
	"errors"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// cuttingProxy passes TCP on to a server in small pieces, some of them late, and cuts
// connections when told to: in the midst of a frame as likely as not.
type cuttingProxy struct {
	listener net.Listener
	target   string
	accepted atomic.Int64

	mu    sync.Mutex
	conns map[*net.TCPConn]struct{}
}

// newCuttingProxy returns a proxy in front of s that ends with the test.
func newCuttingProxy(t *testing.T, s *server) *cuttingProxy {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p := &cuttingProxy{listener: listener, target: s.listen, conns: make(map[*net.TCPConn]struct{})}
	var serving sync.WaitGroup
	serving.Go(func() {
		for {
			conn, err := listener.Accept()
			if errors.Is(err, net.ErrClosed) {
				return
			}
			if err != nil { // too many open files, until those that were cut are closed
				time.Sleep(time.Millisecond)
				continue
			}
			p.accepted.Add(1)
			serving.Go(func() { p.pass(conn.(*net.TCPConn)) })
		}
	})
	t.Cleanup(func() {
		listener.Close()
		p.cut(1 << 30)
		serving.Wait()
	})
	return p
}

// server is s as it is seen through the proxy.
func (p *cuttingProxy) server(s *server) *server {
	return &server{t: s.t, url: "http://" + p.listener.Addr().String(), client: &http.Client{
		Transport: &http.Transport{DisableKeepAlives: true},
	}}
}

// pass connects a client with the server until one of them ends, or the proxy.
func (p *cuttingProxy) pass(client *net.TCPConn) {
	defer client.Close()
	upstream, err := net.Dial("tcp", p.target)
	if err != nil {
		return
	}
	defer upstream.Close()
	p.mu.Lock()
	p.conns[client] = struct{}{}
	p.mu.Unlock()
	go func() {
		// Its end is the cut's or the client's. Bare, the two would be joined by a pipe, which
		// takes two descriptors more.
		_, _ = io.Copy(struct{ io.Writer }{upstream}, client)
		upstream.Close()
	}()
	piece := make([]byte, 1+rand.IntN(700))
	for {
		n, err := upstream.Read(piece)
		if rand.IntN(100) == 0 {
			time.Sleep(rand.N(5 * time.Millisecond)) // the latency
		}
		if _, werr := client.Write(piece[:n]); err != nil || werr != nil {
			break
		}
	}
	p.mu.Lock()
	delete(p.conns, client)
	p.mu.Unlock()
}

// cut ends up to n connections, every second one with a reset, and returns how many.
func (p *cuttingProxy) cut(n int) int {
	p.mu.Lock()
	defer p.mu.Unlock()
	done := 0
	for conn := range p.conns { // in no order
		if done == n {
			break
		}
		if done++; done%2 == 0 {
			_ = conn.SetLinger(0)
		}
		conn.Close()
		delete(p.conns, conn)
	}
	return done
}

// persist listens again whenever its stream ends, until it has heard all.
func (f *follower) persist(ctx context.Context) error {
	for ctx.Err() == nil {
		if err := f.listen(ctx); err != nil {
			return err
		}
		select {
		case <-f.heard:
			return nil
		default:
		}
	}
	return ctx.Err()
}
