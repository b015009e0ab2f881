//go:build unix

package program

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"os/exec"
	"testing"
	"time"
)

// TestDescriptorLimit: with few descriptors there are as many streams as leave
// enough for all else. Those beyond are refused and their connections closed; messages
// and pages go on, and no stream misses anything.
func TestDescriptorLimit(t *testing.T) {
	t.Parallel()
	const descriptors, most, beyond, messages = 256, 128, 200, 50
	// They all come from one address: as a proxy it is not held to the share of a client.
	s := newServer(t, "--log-level=debug", "--max-streams=10000", "--trusted-proxy=127.0.0.1")
	s.limitDescriptors(descriptors)
	s.stderr.awaitCount(t, "fewer event streams than --max-streams", 1)
	var streams []*stream
	for range most {
		streams = append(streams, s.open("room=tea"))
	}
	var outside []net.Conn
	for range beyond {
		outside = append(outside, s.knock("/events"))
	}
	for n := range messages {
		s.say("tea", fmt.Sprint("message ", n))
		if res, _ := s.get("/rooms/tea", header("Accept", "text/html")); res.StatusCode != http.StatusOK {
			t.Errorf("the page: status %d", res.StatusCode)
		}
	}
	for _, conn := range outside {
		checkTurnedAway(t, conn)
	}
	for _, st := range streams {
		for n := range messages {
			if got := st.message(t).Text(); got != fmt.Sprint("message ", n) {
				t.Fatalf("heard %q, want message %d", got, n)
			}
		}
	}
	streams[0].Close()
	s.stderr.awaitCount(t, "stream ended", 1)
	s.open("room=tea")
	if texts := s.texts("tea"); len(texts) != messages {
		t.Errorf("the history has %d messages", len(texts))
	}
}

// limitDescriptors starts it again with so many descriptors and no more.
func (s *server) limitDescriptors(n int) {
	s.t.Helper()
	s.kill()
	s.prepare = func(cmd *exec.Cmd) { // run by a shell that lowers the limit
		cmd.Args = append([]string{"sh", "-c", fmt.Sprintf(`ulimit -n %d && exec "$0" "$@"`, n), cmd.Path}, cmd.Args[1:]...)
		cmd.Path = "/bin/sh"
	}
	s.start()
}

// TestIdleConnections: connections on which nothing is going on, however many, keep
// nobody out, and close no stream.
func TestIdleConnections(t *testing.T) {
	t.Parallel()
	const descriptors = 256
	s := newServer(t)
	s.limitDescriptors(descriptors)
	st := s.open("room=tea")
	for n := range 2 * descriptors {
		conn := s.knock("/healthz")
		res, err := http.ReadResponse(bufio.NewReader(conn), nil)
		if err != nil || res.StatusCode != http.StatusOK {
			t.Fatalf("connection %d: %v, %v", n, res, err)
		}
	}
	want := s.say("tea", "hello")
	if got := st.message(t); got != want {
		t.Errorf("heard %+v, want %+v", got, want)
	}
}

// knock sends a request over a connection that would stay open for a next one.
func (s *server) knock(target string) net.Conn {
	s.t.Helper()
	conn := s.dial()
	if _, err := fmt.Fprintf(conn, "GET %s HTTP/1.1\r\nHost: %s\r\n\r\n", target, s.listen); err != nil {
		s.t.Fatal(err)
	}
	return conn
}

// checkTurnedAway reads a connection to its end, which must come right after the
// answer.
func checkTurnedAway(t *testing.T, conn net.Conn) {
	t.Helper()
	if err := conn.SetReadDeadline(time.Now().Add(limit)); err != nil {
		t.Fatal(err)
	}
	reader := bufio.NewReader(conn)
	res, err := http.ReadResponse(reader, nil)
	if err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	checkNoStream(t, res, string(body))
	if _, err := reader.ReadByte(); err != io.EOF {
		t.Errorf("the connection goes on: %v", err)
	}
}
