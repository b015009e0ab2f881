//go:build clients

package clients

import (
	"bytes"
	"net"
	"net/http"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// build compiles plainchat.
func build(t *testing.T, dir string) (binary string) {
	t.Helper()
	binary = filepath.Join(dir, "plainchat")
	cmd := exec.CommandContext(t.Context(), "go", "build", "-C", "../../..", "-o", binary, "./cmd/plainchat")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return binary
}

// server is plainchat at an address that it keeps when it is started again.
type server struct {
	t                    *testing.T
	binary, address, url string
	dir                  string
	process              *exec.Cmd
}

func newServer(t *testing.T, binary string) *server {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	address := listener.Addr().String()
	return &server{t: t, binary: binary, address: address, url: "http://" + address, dir: t.TempDir()}
}

// elsewhere starts it at another address for as long as something is done there: to those
// who listen it is away.
func (s *server) elsewhere(do func(*server)) {
	s.t.Helper()
	away := newServer(s.t, s.binary)
	away.dir = s.dir
	away.start()
	do(away)
	away.terminate()
}

// start starts it, and waits until it can take messages.
func (s *server) start() {
	s.t.Helper()
	var records bytes.Buffer
	s.process = exec.Command(s.binary, "serve", "--listen", s.address, "--data", s.dir, "--rate-limit", "0")
	s.process.Stderr = &records
	if err := s.process.Start(); err != nil {
		s.t.Fatal(err)
	}
	process := s.process
	s.t.Cleanup(func() { _ = process.Process.Kill(); _ = process.Wait() })
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for deadline := time.After(patience); ; {
		if res, err := http.Get(s.url + "/readyz"); err == nil {
			res.Body.Close()
			if res.StatusCode == http.StatusOK {
				return
			}
		}
		select {
		case <-tick.C:
		case <-deadline:
			s.t.Fatalf("the server does not get ready: %s", records.String())
		}
	}
}

// terminate ends it as a service manager does.
func (s *server) terminate() { s.end(syscall.SIGTERM) }

// kill ends it as a crash does.
func (s *server) kill() { s.end(syscall.SIGKILL) }

func (s *server) end(signal syscall.Signal) {
	s.t.Helper()
	if err := s.process.Process.Signal(signal); err != nil {
		s.t.Fatal(err)
	}
	_ = s.process.Wait() // an error, where it was killed
}

// count says the numbers from one to before another.
func (s *server) count(from, before int) {
	s.t.Helper()
	for n := from; n < before; n++ {
		s.post(strconv.Itoa(n))
	}
}

// post says something, and returns when it is stored.
func (s *server) post(text string) {
	s.t.Helper()
	res, err := http.Post(s.url+"/rooms/"+room+"/messages?user_name=Mina", "text/plain", strings.NewReader(text))
	if err != nil {
		s.t.Fatal(err)
	}
	res.Body.Close()
	if res.StatusCode != http.StatusCreated {
		s.t.Fatal(res.Status)
	}
}
