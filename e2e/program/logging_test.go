package program

import (
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"testing"

	"plainchat/chat"
	"plainchat/internal/certtest"
)

// loggingTo starts a server whose standard streams are pipes, and returns its ends.
func loggingTo(t *testing.T) (s *server, stdout, stderr *os.File) {
	t.Helper()
	s = newServer(t)
	s.kill()
	data, listen := s.data, s.listen
	pipes := make([]*os.File, 4)
	for i := range 2 {
		var err error
		if pipes[2*i], pipes[2*i+1], err = os.Pipe(); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { pipes[2*i].Close() })
	}
	cmd := program(t, nil, append(s.args, "--listen="+listen, "--data="+data)...)
	cmd.Stdout, cmd.Stderr = pipes[1], pipes[3]
	s.process = watch(t, cmd)
	pipes[1].Close()
	pipes[3].Close()
	s.awaitAnswer()
	return s, pipes[0], pipes[2]
}

// watch starts a command whose standard streams are the test's own.
func watch(t *testing.T, cmd *exec.Cmd) *process {
	t.Helper()
	p := &process{cmd: cmd, exited: make(chan struct{})}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		defer close(p.exited)
		_ = cmd.Wait() // the outcome stays in cmd.ProcessState
	}()
	t.Cleanup(p.kill)
	return p
}

// awaitAnswer waits until the server answers.
func (s *server) awaitAnswer() {
	s.t.Helper()
	for ctx := bounded(s.t); ; {
		res, _, err := s.do(ctx, http.MethodGet, "/readyz", nil, "")
		if err == nil && res.StatusCode == http.StatusOK {
			return
		}
		if ctx.Err() != nil {
			s.t.Fatal("the server does not answer")
		}
	}
}

// TestLogReaderGone: who reads the records, or what is printed at the start, may end
// before the server does.
func TestLogReaderGone(t *testing.T) {
	t.Parallel()
	s, stdout, stderr := loggingTo(t)
	s.say(chat.Lobby, "one")
	stdout.Close()
	stderr.Close()
	for i := range 10 {
		s.say(chat.Lobby, fmt.Sprint("message ", i))
	}
	if dropped := s.metrics()["plainchat_log_records_dropped_total"]; dropped == 0 {
		t.Error("no record is counted as dropped")
	}
	if code := s.terminate(); code != 0 {
		t.Errorf("exit code %d", code)
	}
}

// TestLogReaderStalls: a pipe that is full holds nobody up, and the end neither.
func TestLogReaderStalls(t *testing.T) {
	t.Parallel()
	s, _, _ := loggingTo(t)
	name := strings.Repeat("n", 40)
	const messages = 1000 // of which a pipe holds the records of four hundred
	for i := range messages {
		if _, _, err := s.send(bounded(t), chat.Draft{Room: chat.Lobby, From: chat.Person{Name: chat.Name(name)}, Body: chat.Message{Text: fmt.Sprint(i)}}); err != nil {
			t.Fatal(i, err)
		}
	}
	if code := s.terminate(); code != 0 {
		t.Errorf("exit code %d", code)
	}
	if n := len(s.log()); n != messages {
		t.Errorf("%d messages are in the log", n)
	}
}

// TestStrangersWriteLittle: what costs a client nothing leaves next to nothing in the
// records: streams opened and refused, and connections that speak no HTTP.
func TestStrangersWriteLittle(t *testing.T) {
	t.Parallel()
	certFile, keyFile, _ := certtest.Make(t)
	s := newServer(t)
	full := newServer(t, "--max-streams=1")
	secure := newServer(t, "--tls-cert="+certFile, "--tls-key="+keyFile)
	full.open("room=tea")
	for range 200 {
		s.open("room=tea").Close()
		full.get("/events", nil)
		full.get("/no/such/page", nil)
		full.get("/messages?limit=many", nil)
		full.post("/messages", header("Origin", "http://evil.example"), "hello")
		full.get("/", header("Host", "evil.example"))
	}
	for _, of := range []*server{s, full, secure} {
		for _, garbage := range []string{"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", "\x16\x03\x01\x00\x05hello", strings.Repeat("x", 100)} {
			for range 50 {
				conn := of.dial()
				_, _ = conn.Write([]byte(garbage))
				conn.Close()
			}
		}
		if code := of.terminate(); code != 0 {
			t.Errorf("exit code %d", code)
		}
		const sumAndEnd = 2
		if records := of.stderr.String(); strings.Count(records, "\n") > sumAndEnd {
			t.Errorf("the records:\n%s", records)
		}
	}
	for of, sum := range map[*server]string{s: "open=0 opened=200 refused=0 ended=200 ", full: "open=0 opened=1 refused=200 ended=1 "} {
		if records := of.stderr.String(); !strings.Contains(records, "msg=streams "+sum) {
			t.Errorf("there is no sum %q in the records:\n%s", sum, records)
		}
	}
}
