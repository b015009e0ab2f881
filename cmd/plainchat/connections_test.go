package main

import (
	"bufio"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"testing"

	"plainchat/internal/limits"
)

// TestConnectionsWait: beyond the most that there may be, a connection waits until another
// one ends, or only waits for its next request.
func TestConnectionsWait(t *testing.T) {
	t.Parallel()
	const most = 8
	runs, proceed := make(chan struct{}), make(chan struct{})
	s := httptest.NewUnstartedServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/slow" {
			runs <- struct{}{}
			<-proceed
		}
	}))
	proxy := netip.MustParsePrefix("127.0.0.1/32") // which is not held to the share of a client
	counted := newConnections(s.Listener, s.Config, []netip.Prefix{proxy}, most, most)
	s.Listener = counted
	s.Start()
	defer s.Close()
	var slow []net.Conn
	for range most {
		slow = append(slow, ask(t, s, "/slow"))
		<-runs
	}
	late := ask(t, s, "/late") // the system knows of no limit
	if held := counted.clients.Held(); held != most {
		t.Errorf("%d connections are open, want %d", held, most)
	}
	proceed <- struct{}{} // one is answered, and would be kept for its next request
	checkAnswered(t, late)
	for range most - 1 {
		proceed <- struct{}{}
	}
	for _, conn := range slow {
		checkAnswered(t, conn)
	}
}

// ask sends a request over a connection of its own.
func ask(t *testing.T, s *httptest.Server, path string) net.Conn {
	t.Helper()
	conn, err := new(net.Dialer).DialContext(t.Context(), "tcp", s.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	if _, err := io.WriteString(conn, "GET "+path+" HTTP/1.1\r\nHost: localhost\r\n\r\n"); err != nil {
		t.Fatal(err)
	}
	return conn
}

func checkAnswered(t *testing.T, conn net.Conn) {
	t.Helper()
	res, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		t.Errorf("status %d", res.StatusCode)
	}
}

// TestFullListenerEnds: whoever waits for room is told of the end.
func TestFullListenerEnds(t *testing.T) {
	t.Parallel()
	listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	full := newConnections(listener, new(http.Server), nil, 0, 0)
	ended := make(chan error)
	go func() {
		_, err := full.Accept()
		ended <- err
	}()
	full.Close()
	if err := <-ended; !errors.Is(err, net.ErrClosed) {
		t.Errorf("%v, want %v", err, net.ErrClosed)
	}
}

// TestConnectionsOverHTTP2: a client that has as many as it may gets HTTP/1.1, until one of
// them ends.
func TestConnectionsOverHTTP2(t *testing.T) {
	t.Parallel()
	other := httptest.NewTLSServer(http.NotFoundHandler()) // for its certificate
	roots := other.Client().Transport.(*http.Transport).TLSClientConfig.RootCAs
	other.Close()
	s := httptest.NewUnstartedServer(http.NotFoundHandler())
	counted := newConnections(s.Listener, s.Config, nil, 1000, 1000)
	counted.http2 = limits.NewShares(0, 2)
	s.Listener, s.TLS = counted, &tls.Config{Certificates: other.TLS.Certificates, NextProtos: []string{"h2", "http/1.1"}}
	counted.negotiate(s.TLS)
	s.StartTLS()
	defer s.Close()
	dial := func() *tls.Conn {
		config := &tls.Config{RootCAs: roots, NextProtos: []string{"h2", "http/1.1"}}
		conn, err := tls.Dial("tcp", s.Listener.Addr().String(), config)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { conn.Close() })
		return conn
	}
	var conns []*tls.Conn
	for _, want := range []string{"h2", "h2", "http/1.1", "http/1.1"} {
		conns = append(conns, dial())
		if got := conns[len(conns)-1].ConnectionState().NegotiatedProtocol; got != want {
			t.Errorf("connection %d speaks %s, want %s", len(conns), got, want)
		}
	}
	conns[0].Close()
	for again := dial(); again.ConnectionState().NegotiatedProtocol != "h2"; again = dial() {
		again.Close() // the server has yet to notice
	}
}
