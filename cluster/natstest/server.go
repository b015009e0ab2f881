package natstest

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// Server is one of a cluster. Its methods are for one goroutine at a time.
type Server struct {
	Name string
	URL  string // for clients
	Dir  string // where it keeps its streams

	t                        testing.TB
	config                   string
	client, cluster, monitor string // addresses
	linked                   bool   // it is reached by links only
	env                      []string
	log                      *os.File
	cmd                      *exec.Cmd
	flips                    int // of bits
}

const password = "correct12345horse"

// prepare gets what a server is started with; routes are the addresses of the others.
func (s *Server) prepare(routes []string) {
	s.t.Helper()
	log, err := os.OpenFile(filepath.Join(s.Dir, "log"), os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o600) // #nosec G304 -- in the folder of a test
	if err != nil {
		s.t.Fatal(err)
	}
	s.log = log
	s.URL = fmt.Sprintf("nats://plainchat:%s@%s", password, s.client)
	s.env = append(os.Environ(), "NATS_NAME="+s.Name, "NATS_LISTEN="+s.client, "NATS_MONITOR="+s.monitor, "NATS_STORE="+filepath.Join(s.Dir, "js"),
		"NATS_CLUSTER_LISTEN="+s.cluster, "NATS_ROUTES="+routeList(routes), "NATS_ROUTE_PASSWORD="+password, "NATS_PASSWORD="+password)
	s.t.Cleanup(func() {
		s.Kill()
		if s.t.Failed() {
			said, _ := os.ReadFile(log.Name())
			s.t.Logf("%s said:\n%s", s.Name, said[max(0, len(said)-3000):])
		}
		_ = log.Close()
	})
}

func routeList(routes []string) string {
	var urls []string
	for _, route := range routes {
		urls = append(urls, fmt.Sprintf("%q", "nats://route:"+password+"@"+route))
	}
	return "[" + strings.Join(urls, ", ") + "]"
}

// MonitorURL is where a server is monitored.
func (s *Server) MonitorURL() string { return "http://" + s.monitor }

// Start starts a server that does not run.
func (s *Server) Start() {
	s.t.Helper()
	args := []string{"-c", s.config}
	if s.linked {
		// The others tell each other of an address at which nobody is, or they would go past the links.
		args = append(args, "--cluster_advertise", "127.0.0.1:1")
	}
	s.cmd = exec.Command(binary(s.t), args...) // #nosec G204 -- built by this package
	s.cmd.Env, s.cmd.Stdout, s.cmd.Stderr, s.cmd.SysProcAttr = s.env, s.log, s.log, attributes
	if err := s.cmd.Start(); err != nil {
		s.t.Fatal(err)
	}
}

// Kill ends a server at once (kill -9).
func (s *Server) Kill() { s.end(syscall.SIGKILL) }

// Stop ends a server as an operator does (SIGTERM), and waits for it.
func (s *Server) Stop() { s.end(syscall.SIGTERM) }

// Freeze has a server do nothing until Thaw.
func (s *Server) Freeze() { s.signal(sigFreeze) }

// Thaw has a frozen server go on.
func (s *Server) Thaw() { s.signal(sigThaw) }

// PID is the number of the process, of a server that runs.
func (s *Server) PID() int { return s.cmd.Process.Pid }

func (s *Server) signal(sig os.Signal) {
	if s.cmd != nil {
		_ = s.cmd.Process.Signal(sig)
	}
}

func (s *Server) end(sig os.Signal) {
	if s.cmd == nil {
		return
	}
	s.signal(sig)
	_ = s.cmd.Wait()
	s.cmd = nil
}

// asking asks servers how they are: a frozen one does not answer.
var asking = &http.Client{Timeout: time.Second, Transport: &http.Transport{DisableKeepAlives: true}}

// ask asks a server how it is.
func (s *Server) ask(path string) ([]byte, error) {
	answer, err := asking.Get("http://" + s.monitor + path) // #nosec G107 -- of the server that this has started
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return nil, errors.New(answer.Status)
	}
	return io.ReadAll(answer.Body)
}

// awaitLimit is how long anything is waited for.
const awaitLimit = time.Minute

// Log returns what a server has said.
func (s *Server) Log() string {
	said, err := os.ReadFile(s.log.Name()) // #nosec G304 -- in the folder of a test
	if err != nil {
		s.t.Error(err)
	}
	return string(said)
}

// AwaitHealth waits until a server says that it is healthy: its streams have caught up.
func (s *Server) AwaitHealth() {
	s.t.Helper()
	for deadline := time.Now().Add(awaitLimit); ; time.Sleep(50 * time.Millisecond) { // another program has to get on
		_, err := s.ask("/healthz")
		if err == nil {
			return
		}
		if time.Now().After(deadline) {
			s.t.Fatalf("%s is not healthy: %v", s.Name, err)
		}
	}
}
