package program

import (
	"errors"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"
)

// TestHalfSentRequests: whoever sends many requests and finishes none has connections
// left for nobody but itself. It is another client than the rest by its address.
func TestHalfSentRequests(t *testing.T) {
	t.Parallel()
	const descriptors = 256
	s := newServer(t)
	s.limitDescriptors(descriptors)
	st := s.open("room=tea")
	var halves []net.Conn
	for n := range 2 * descriptors {
		half := []string{
			"GET / HTTP/1.1\r\nHost: " + s.listen + "\r\n",
			"POST /rooms/tea/messages HTTP/1.1\r\nHost: " + s.listen + "\r\nContent-Length: 100\r\n\r\nhello",
		}[n%2]
		conn := s.dialFrom("127.0.0.2")
		if _, err := io.WriteString(conn, half); err != nil {
			t.Fatal(err)
		}
		halves = append(halves, conn)
	}
	want := s.say("tea", "hello")
	if got := st.message(t); got != want {
		t.Errorf("heard %+v, want %+v", got, want)
	}
	if res, body := s.get("/rooms/tea", header("Accept", "text/html")); res.StatusCode != http.StatusOK || !strings.Contains(body, "hello") {
		t.Errorf("the page: status %d", res.StatusCode)
	}
	if hasEnded(t, halves[1]) {
		t.Error("others were let in only when the half-sent requests had timed out")
	}
}

// TestManyConnectionsOfAProxy: a proxy speaks for many clients, and may have as many
// connections as it wants.
func TestManyConnectionsOfAProxy(t *testing.T) {
	t.Parallel()
	for _, proxy := range []string{"127.0.0.1", "::1"} {
		t.Run(proxy, func(t *testing.T) {
			t.Parallel()
			probe, err := new(net.ListenConfig).Listen(t.Context(), "tcp", net.JoinHostPort(proxy, "0"))
			if err != nil {
				t.Skipf("left out: %v", err) // a machine without IPv6
			}
			probe.Close()
			s := newServer(t, "--trusted-proxy=127.0.0.1,::1")
			s.listen = net.JoinHostPort(proxy, "0")
			s.url = ""
			s.limitDescriptors(128)
			var conns []net.Conn
			for range 78 { // of 80 that there may be
				conns = append(conns, s.dial())
			}
			s.say("tea", "hello")
			for _, conn := range conns {
				if hasEnded(t, conn) {
					t.Fatal("a connection was closed")
				}
			}
		})
	}
}

// hasEnded reports whether the server has closed a connection.
func hasEnded(t *testing.T, conn net.Conn) bool {
	t.Helper()
	if err := conn.SetReadDeadline(time.Now().Add(10 * time.Millisecond)); err != nil {
		t.Fatal(err)
	}
	_, err := conn.Read(make([]byte, 1))
	return !errors.Is(err, os.ErrDeadlineExceeded)
}

// dialFrom connects from an address of loopback.
func (s *server) dialFrom(ip string) net.Conn {
	s.t.Helper()
	from := net.Dialer{LocalAddr: &net.TCPAddr{IP: net.ParseIP(ip)}}
	conn, err := from.DialContext(bounded(s.t), "tcp", s.listen)
	if err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() { conn.Close() })
	return conn
}
