package main

import (
	"crypto/tls"
	"sync"
)

// http2OfClient is how many connections over HTTP/2 one client may have; further ones are
// offered HTTP/1.1 alone. Each may have http2Streams requests whose answers it does not
// take, of some 28 KiB even where an answer is a line: without this bound, those of one
// client would take more than a gigabyte.
const http2OfClient = 128

// negotiate makes further connections of a client that has many over HTTP/2 be offered
// HTTP/1.1 alone.
func (c *connections) negotiate(config *tls.Config) {
	older := config.Clone()
	older.NextProtos = []string{"http/1.1"}
	config.GetConfigForClient = func(hello *tls.ClientHelloInfo) (*tls.Config, error) {
		if conn, ok := hello.Conn.(*countedConn); ok && !conn.http2.take(conn) {
			return older, nil
		}
		return nil, nil
	}
}

// http2Share is a connection's part of those over HTTP/2 that its client may have. The
// handshake takes it, while the server may be closing the connection.
type http2Share struct {
	mu          sync.Mutex
	held, ended bool
}

func (s *http2Share) take(conn *countedConn) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.held = !s.ended && conn.of.http2.Take(conn.client, 1) == nil
	return s.held
}

func (s *http2Share) end(conn *countedConn) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.held {
		conn.of.http2.Return(conn.client, 1)
	}
	s.held, s.ended = false, true
}
