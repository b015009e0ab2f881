// Package running runs the program for tests of more than one program: of browsers, and of nodes.
package running

import (
	"bufio"
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
)

// Server is the program as a process, until the test ends. It is not safe for concurrent use,
// except for Post.
type Server struct {
	URL  string
	Addr string   // its host and port, on which it is started again
	Data string   // its data folder
	Args []string // flags that it is started with, beside those it always has

	t      *testing.T
	binary string
	stderr io.Writer
	cmd    *exec.Cmd
}

// Options say how the program is started.
type Options struct {
	Binary string
	Data   string    // a new folder without it
	Addr   string    // a free port without it
	Args   []string  // flags, beside those it always has
	Stderr io.Writer // of all runs; without it that of the tests, if they are verbose
}

// Start runs the program on a free port and an empty data folder.
func Start(t *testing.T, binary string, args ...string) *Server {
	t.Helper()
	return StartIn(t, binary, t.TempDir(), args...)
}

// StartIn runs the program on a free port, with what is in a data folder.
func StartIn(t *testing.T, binary, data string, args ...string) *Server {
	t.Helper()
	return StartWith(t, Options{Binary: binary, Data: data, Args: args})
}

// StartWith runs the program.
func StartWith(t *testing.T, o Options) *Server {
	t.Helper()
	s := &Server{t: t, binary: o.Binary, Addr: cmp.Or(o.Addr, "127.0.0.1:0"), Data: o.Data, Args: o.Args, stderr: o.Stderr}
	if s.Data == "" {
		s.Data = t.TempDir()
	}
	if s.stderr == nil {
		s.stderr = io.Discard
		if testing.Verbose() {
			s.stderr = os.Stderr
		}
	}
	s.Restart()
	t.Cleanup(s.Kill)
	return s
}

// At returns a server that runs already, by another of its URLs. It is not to be restarted or killed.
func At(t *testing.T, url string) *Server { return &Server{t: t, URL: url} }

// Restart runs the program again, on the address that it had.
func (s *Server) Restart() {
	s.t.Helper()
	args := append([]string{"serve", "--listen", s.Addr, "--data", s.Data, "--rate-limit", "0"}, s.Args...)
	s.cmd = exec.Command(s.binary, args...)
	s.cmd.SysProcAttr = attributes
	s.cmd.Stderr = s.stderr
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
	s.URL, s.Addr = address, u.Host
	go func() { _, _ = io.Copy(io.Discard, out) }() // ends with the program
}

// Upgrade has the next runs be of another program.
func (s *Server) Upgrade(binary string) { s.binary = binary }

// Kill ends the program at once, as kill -9 does.
func (s *Server) Kill() { s.end(syscall.SIGKILL) }

// Stop ends the program as an operator does, and returns its exit code; -1 if it did not run.
func (s *Server) Stop() int { return s.end(syscall.SIGTERM) }

// PID is the number of the process, of a program that runs.
func (s *Server) PID() int { return s.cmd.Process.Pid }

func (s *Server) end(sig os.Signal) int {
	if s.cmd == nil {
		return -1
	}
	_ = s.cmd.Process.Signal(sig)
	_ = s.cmd.Wait()
	code := s.cmd.ProcessState.ExitCode()
	s.cmd = nil
	return code
}

// Room returns the address of a room.
func (s *Server) Room(name string) string { return s.URL + "/rooms/" + url.PathEscape(name) }

// Post says something in a room as any HTTP client can.
func (s *Server) Post(room, name, text string) {
	s.t.Helper()
	body, err := json.Marshal(map[string]string{"user_name": name, "message": text})
	if err != nil {
		s.t.Fatal(err)
	}
	resp, err := http.Post(s.Room(room)+"/messages", "application/json", bytes.NewReader(body))
	if err != nil {
		s.t.Fatal(err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusCreated {
		answer, _ := io.ReadAll(resp.Body)
		s.t.Fatalf("POST %q by %q: %s\n%s", text, name, resp.Status, answer)
	}
}

// PostMany says n things, numbered from 1.
func (s *Server) PostMany(room, name string, n int) {
	s.t.Helper()
	for i := range n {
		s.Post(room, name, fmt.Sprintf("message %d", i+1))
	}
}

// Said is a message in the history.
type Said struct {
	ID       string `json:"id"`
	UserName string `json:"user_name"`
	Message  string `json:"message"`
}

// Said returns what was said in a room, oldest first.
func (s *Server) Said(room string) []Said {
	s.t.Helper()
	resp, err := http.Get(s.Room(room) + "/messages?limit=1000")
	if err != nil {
		s.t.Fatal(err)
	}
	defer resp.Body.Close()
	var page struct{ Messages []Said }
	if err := json.NewDecoder(resp.Body).Decode(&page); err != nil {
		s.t.Fatal(err)
	}
	return page.Messages
}

// History returns it as "name: text".
func (s *Server) History(room string) []string {
	s.t.Helper()
	var texts []string
	for _, m := range s.Said(room) {
		texts = append(texts, m.UserName+": "+m.Message)
	}
	return texts
}

// Connections returns how many event streams the server has open.
func (s *Server) Connections() string {
	s.t.Helper()
	resp, err := http.Get(s.URL + "/metrics")
	if err != nil {
		s.t.Fatal(err)
	}
	defer resp.Body.Close()
	for lines := bufio.NewScanner(resp.Body); lines.Scan(); {
		if count, found := strings.CutPrefix(lines.Text(), "plainchat_connections "); found {
			return count
		}
	}
	s.t.Fatal("the server does not say how many streams it has")
	return ""
}
