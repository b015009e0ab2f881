package program

import (
	"context"
	"net/http"
	"net/url"
	"os/exec"
	"strings"
	"sync"
	"testing"

	"plainchat/chat"
	"plainchat/store"
)

// server is the program serving, as a process of its own, from a folder of its
// own. It can be ended and started again, at the same address and on the same
// data. Its methods that take a context may be called from any goroutine.
type server struct {
	*process // the present run
	t        *testing.T
	args     []string
	env      []string
	prepare  func(*exec.Cmd) // unless nil, changes how the next runs are started
	data     string
	listen   string // "127.0.0.1:0" until the first run has chosen a port
	url      string
	client   *http.Client

	mu      sync.Mutex
	runs    int           // how often it was started
	started chan struct{} // closed by the next start
	retired bool          // there will be none
}

// newServer starts a server with these flags, and without limits for its clients
// unless they set one.
func newServer(t *testing.T, args ...string) *server {
	t.Helper()
	s := &server{
		t: t, data: t.TempDir(), listen: "127.0.0.1:0", started: make(chan struct{}),
		args: append([]string{"serve", "--rate-limit=0", "--max-streams=0", "--max-streams-per-client=0"}, args...),
		// A connection for each request: one kept from a run that has ended would
		// fail the first request of the next.
		client: &http.Client{
			Transport:     &http.Transport{DisableKeepAlives: true},
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
	}
	s.start()
	return s
}

// start starts it, again perhaps, and waits until it has said where it is.
func (s *server) start() {
	s.t.Helper()
	if !s.tryStart() {
		s.t.Fatal("the server ended instead of saying where it is")
	}
}

// tryStart is start for a server that may have a reason not to start.
func (s *server) tryStart() bool {
	s.t.Helper()
	args := append([]string{"--listen=" + s.listen, "--data=" + s.data}, s.args[1:]...)
	cmd := program(s.t, s.env, append(s.args[:1:1], args...)...)
	if s.prepare != nil {
		s.prepare(cmd)
	}
	s.process = launch(s.t, cmd)
	said, started := s.stdout.tryAwait(bounded(s.t), func(text string) bool { return strings.Contains(text, "\n") })
	if !started {
		return false
	}
	first, _, _ := strings.Cut(said, "\n")
	address, ok := strings.CutPrefix(first, "plainchat is at ")
	if !ok {
		s.t.Fatalf("the server said %q", first)
	}
	if s.url == "" { // else it is the same, and others are reading it
		u, err := url.Parse(address)
		if err != nil {
			s.t.Fatal(err)
		}
		s.url, s.listen = address, u.Host
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.runs++
	close(s.started)
	s.started = make(chan struct{})
	return true
}

// retire ends it for good.
func (s *server) retire() {
	s.t.Helper()
	if code := s.terminate(); code != 0 {
		s.t.Errorf("exit code %d", code)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.retired = true
	close(s.started)
}

// run returns the number of the present run.
func (s *server) run() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.runs
}

// after waits until a run later than that with a number has begun, and reports
// false if there will be none.
func (s *server) after(ctx context.Context, run int) bool {
	for {
		s.mu.Lock()
		now, retired, started := s.runs, s.retired, s.started
		s.mu.Unlock()
		if now > run || retired || ctx.Err() != nil {
			return now > run
		}
		select {
		case <-started:
		case <-ctx.Done():
		}
	}
}

// log reads the whole log of a server that has ended.
func (s *server) log() []chat.Event {
	s.t.Helper()
	return readLog(s.t, s.data)
}

// readLog reads the whole log in a folder.
func readLog(t *testing.T, dir string) []chat.Event {
	t.Helper()
	log, err := store.Open(t.Context(), store.Options{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	defer log.Close()
	_, last, err := log.Bounds(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var events []chat.Event
	for ev, err := range log.Read(t.Context(), 0, last) {
		if err != nil {
			t.Fatal(err)
		}
		events = append(events, ev)
	}
	return events
}
