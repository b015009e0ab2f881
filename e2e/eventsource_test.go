package e2e

import (
	"bufio"
	"context"
	"embed"
	"encoding/json"
	"io"
	"os"
	"os/exec"
	"slices"
	"testing"
	"time"

	"plainchat/e2e/internal/running"
)

//go:embed eventsource
var eventSource embed.FS

// TestEventSourcePackage: the EventSource that programs on Node use comes back by itself
// after the server was killed, and hears everything once and in order.
func TestEventSourcePackage(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	t.Cleanup(cancel)
	dir := installPackages(t, eventSource, "eventsource")
	s := startServer(t)
	heard := startListener(ctx, t, dir, s.Room("tea")+"/events")
	if got := heard.line(); got != "listening" {
		t.Fatalf("the listener said %q", got)
	}
	s.PostMany("tea", "Ann", 20)
	got := []running.Said{heard.message(), heard.message()}
	s.Kill() // perhaps in the middle of what it hears
	s.Restart()
	s.PostMany("tea", "Ann", 20) // perhaps before it is back
	s.Post("tea", "Ann", "farewell")
	for got[len(got)-1].Message != "farewell" {
		got = append(got, heard.message())
	}
	if want := s.Said("tea"); !slices.Equal(got, want) {
		t.Errorf("heard %v\nbut there is %v", got, want)
	}
}

// listener is a program on Node that listens to a stream.
type listener struct {
	t     *testing.T
	lines *bufio.Scanner
}

func startListener(ctx context.Context, t *testing.T, dir, address string) *listener {
	t.Helper()
	cmd := exec.CommandContext(ctx, "node", "listen.mjs", address)
	cmd.Dir = dir
	cmd.Stderr = os.Stderr
	if !testing.Verbose() {
		cmd.Stderr = io.Discard
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})
	return &listener{t, bufio.NewScanner(out)}
}

// line returns the next line that it writes.
func (l *listener) line() string {
	l.t.Helper()
	if !l.lines.Scan() {
		l.t.Fatalf("the listener has ended: %v", l.lines.Err())
	}
	return l.lines.Text()
}

// message returns the next message that it hears.
func (l *listener) message() running.Said {
	l.t.Helper()
	line := l.line()
	for line == "listening" { // again
		line = l.line()
	}
	var m running.Said
	if err := json.Unmarshal([]byte(line), &m); err != nil {
		l.t.Fatalf("%v in %q", err, line)
	}
	return m
}
