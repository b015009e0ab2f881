// Package natstest runs real NATS servers for tests, with the configuration that comes with
// plainchat.
package natstest

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// Cluster are servers that form one cluster.
type Cluster struct {
	t       testing.TB
	Servers []*Server
}

// Server is one of them. Its methods are for one goroutine at a time.
type Server struct {
	URL string // for clients
	Dir string // where it keeps its streams

	t       testing.TB
	monitor string
	env     []string
	log     *os.File
	cmd     *exec.Cmd
}

const password = "secret"

// Start starts servers that end with the test, and waits until JetStream is there.
func Start(t testing.TB, servers int) *Cluster {
	t.Helper()
	binary(t)
	addresses := freeAddresses(t, 3*servers)
	clients, routes, monitors := addresses[:servers], addresses[servers:2*servers], addresses[2*servers:]
	c := &Cluster{t: t}
	for i := range servers {
		c.Servers = append(c.Servers, newServer(t, i, clients[i], routes, monitors[i]))
	}
	for _, s := range c.Servers {
		s.Start()
	}
	for _, s := range c.Servers {
		s.AwaitHealth()
	}
	return c
}

// URLs are those of all servers.
func (c *Cluster) URLs() (urls []string) {
	for _, s := range c.Servers {
		urls = append(urls, s.URL)
	}
	return urls
}

func newServer(t testing.TB, i int, client string, routes []string, monitor string) *Server {
	t.Helper()
	dir := t.TempDir()
	log, err := os.Create(filepath.Join(dir, "log")) // #nosec G304 -- in the folder of a test
	if err != nil {
		t.Fatal(err)
	}
	s := &Server{t: t, Dir: dir, monitor: monitor, log: log, URL: fmt.Sprintf("nats://plainchat:%s@%s", password, client)}
	s.env = append(os.Environ(), fmt.Sprint("NATS_NAME=n", i+1), "NATS_LISTEN="+client, "NATS_MONITOR="+monitor, "NATS_STORE="+filepath.Join(dir, "js"),
		"NATS_CLUSTER_LISTEN="+routes[i], "NATS_ROUTES="+routeList(routes), "NATS_ROUTE_PASSWORD="+password, "NATS_PASSWORD="+password)
	t.Cleanup(func() {
		s.Kill()
		if t.Failed() {
			said, _ := os.ReadFile(log.Name())
			t.Logf("%s said:\n%s", s.URL, said[max(0, len(said)-3000):])
		}
		_ = log.Close()
	})
	return s
}

func routeList(routes []string) string {
	var urls []string
	for _, route := range routes {
		urls = append(urls, fmt.Sprintf("%q", "nats://route:"+password+"@"+route))
	}
	return "[" + strings.Join(urls, ", ") + "]"
}

// Start starts a server that does not run.
func (s *Server) Start() {
	s.t.Helper()
	s.cmd = exec.Command(binary(s.t), "-c", filepath.Join(folder(), "..", "nats.conf")) // #nosec G204 -- built by this package
	s.cmd.Env, s.cmd.Stdout, s.cmd.Stderr = s.env, s.log, s.log
	if err := s.cmd.Start(); err != nil {
		s.t.Fatal(err)
	}
}

// Kill ends a server at once (kill -9).
func (s *Server) Kill() { s.end(syscall.SIGKILL) }

// Stop ends a server as an operator does (SIGTERM), and waits for it.
func (s *Server) Stop() { s.end(syscall.SIGTERM) }

// Freeze has a server do nothing until Thaw.
func (s *Server) Freeze() { s.signal(syscall.SIGSTOP) }

// Thaw has a frozen server go on.
func (s *Server) Thaw() { s.signal(syscall.SIGCONT) }

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

// AwaitHealth waits until a server says that it is healthy: its streams have caught up.
func (s *Server) AwaitHealth() {
	s.t.Helper()
	deadline := time.Now().Add(time.Minute)
	for {
		answer, err := http.Get("http://" + s.monitor + "/healthz") // #nosec G107 -- of the server that this has started
		if err == nil {
			_, _ = io.Copy(io.Discard, answer.Body)
			_ = answer.Body.Close()
			if answer.StatusCode == http.StatusOK {
				return
			}
			err = errors.New(answer.Status)
		}
		if time.Now().After(deadline) {
			s.t.Fatalf("%s is not healthy: %v", s.URL, err)
		}
		time.Sleep(50 * time.Millisecond) // another program has to get on
	}
}

// freeAddresses returns addresses of the loopback interface on which nobody listens.
func freeAddresses(t testing.TB, n int) (addresses []string) {
	t.Helper()
	for range n {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		defer l.Close()
		addresses = append(addresses, l.Addr().String())
	}
	return addresses
}

// folder is that of this package.
func folder() string {
	_, file, _, _ := runtime.Caller(0)
	return filepath.Dir(file)
}

var build struct {
	once sync.Once
	path string
	err  error
}

// binary builds the server, once, into the folder for such things.
func binary(t testing.TB) string {
	t.Helper()
	build.once.Do(func() {
		root := filepath.Join(folder(), "..", "..")
		build.path = filepath.Join(root, "bin", "nats-server")
		cmd := exec.Command("go", "-C", filepath.Join(root, "tools"), "build", "-o", build.path, "github.com/nats-io/nats-server/v2") // #nosec G204 -- in the repository
		if out, err := cmd.CombinedOutput(); err != nil {
			build.err = fmt.Errorf("%w: %s", err, bytes.TrimSpace(out))
		}
	})
	if build.err != nil {
		t.Fatal(build.err)
	}
	return build.path
}
