package e2e

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"strings"
	"testing"
)

// server is the program, running.
type server struct {
	t    *testing.T
	url  string
	addr string
	data string
	args []string
	cmd  *exec.Cmd
}

// startServer runs the program on a free port and an empty data folder.
func startServer(t *testing.T, args ...string) *server {
	t.Helper()
	s := &server{t: t, addr: "127.0.0.1:0", data: t.TempDir(), args: args}
	s.start()
	t.Cleanup(s.kill)
	return s
}

// start runs the program, again on the same port if it had one.
func (s *server) start() {
	s.t.Helper()
	args := append([]string{"serve", "--listen", s.addr, "--data", s.data, "--rate-limit", "0"}, s.args...)
	s.cmd = exec.Command(binary, args...)
	s.cmd.Stderr = os.Stderr
	if !testing.Verbose() {
		s.cmd.Stderr = io.Discard
	}
	out, err := s.cmd.StdoutPipe()
	if err != nil {
		s.t.Fatal(err)
	}
	if err := s.cmd.Start(); err != nil {
		s.t.Fatal(err)
	}
	first, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		s.t.Fatalf("the program said nothing: %v", err)
	}
	_, address, ok := strings.Cut(strings.TrimSpace(first), " is at ")
	u, err := url.Parse(address)
	if !ok || err != nil {
		s.t.Fatalf("the program did not say where it is: %q", first)
	}
	s.url, s.addr = address, u.Host
	go func() { _, _ = io.Copy(io.Discard, out) }() // ends with the program
}

// kill ends the program at once, as a power cut would.
func (s *server) kill() {
	if s.cmd == nil {
		return
	}
	_ = s.cmd.Process.Kill()
	_ = s.cmd.Wait()
	s.cmd = nil
}

// post says something in a room as any HTTP client can.
func (s *server) post(room, name, text string) {
	s.t.Helper()
	body, err := json.Marshal(map[string]string{"user_name": name, "message": text})
	if err != nil {
		s.t.Fatal(err)
	}
	resp, err := http.Post(s.room(room)+"/messages", "application/json", bytes.NewReader(body))
	if err != nil {
		s.t.Fatal(err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusCreated {
		answer, _ := io.ReadAll(resp.Body)
		s.t.Fatalf("POST %q by %q: %s\n%s", text, name, resp.Status, answer)
	}
}

// postMany says n things, numbered from 1.
func (s *server) postMany(room, name string, n int) {
	s.t.Helper()
	for i := range n {
		s.post(room, name, fmt.Sprintf("message %d", i+1))
	}
}

// said is a message in the history.
type said struct {
	ID       string `json:"id"`
	UserName string `json:"user_name"`
	Message  string `json:"message"`
}

// said returns what was said in a room, oldest first.
func (s *server) said(room string) []said {
	s.t.Helper()
	resp, err := http.Get(s.room(room) + "/messages?limit=1000")
	if err != nil {
		s.t.Fatal(err)
	}
	defer resp.Body.Close()
	var page struct{ Messages []said }
	if err := json.NewDecoder(resp.Body).Decode(&page); err != nil {
		s.t.Fatal(err)
	}
	return page.Messages
}

// history returns it as "name: text".
func (s *server) history(room string) []string {
	s.t.Helper()
	var texts []string
	for _, m := range s.said(room) {
		texts = append(texts, m.UserName+": "+m.Message)
	}
	return texts
}

// room returns the address of a room.
func (s *server) room(name string) string { return s.url + "/rooms/" + url.PathEscape(name) }
