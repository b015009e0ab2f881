//go:build clients

package clients

import (
	"context"
	"flag"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

var page = flag.String("page", "", "the page to write the results into")

const (
	room      = "tea"
	some      = 20               // messages before the fault, again while the server is away, and again after it
	heartbeat = 16 * time.Second // within which every stream has had one
	outage    = 8 * time.Second
	patience  = time.Minute // for a client to come back
)

// fault is what happens to the server while the clients listen.
type fault struct {
	name   string
	quiet  time.Duration // before anything is said
	strike func(*server) // ends the server
	away   time.Duration // and a little longer
}

var faults = []fault{
	{"restart", heartbeat, (*server).terminate, 0},
	{"kill -9", 0, (*server).kill, 0},
	{"outage of 8 s", 0, (*server).terminate, outage},
}

// client is a library or a program that listens to event streams.
type client struct {
	name    string
	version func(*testing.T) string
	resumes bool   // its documentation says so
	used    string // how it was set up, for the page
	// listen hands each event on until the context ends. It returns earlier if the client
	// gives up.
	listen func(ctx context.Context, address string, hear func(event)) error
}

// event is one that a client handed to its user.
type event struct {
	Type string `json:"type"`
	Data string `json:"data"`
}

// heard is what a client handed to its user, in order.
type heard struct {
	mu       sync.Mutex
	greeted  chan struct{} // closed at the first event of all
	back     chan struct{} // closed at the first message that was sent late
	messages []string
	empty    int // events without a type and data
	ended    error
}

func newHeard() *heard { return &heard{greeted: make(chan struct{}), back: make(chan struct{})} }

func (h *heard) hear(ev event) {
	h.mu.Lock()
	defer h.mu.Unlock()
	closeOnce(h.greeted)
	switch text := textOf(ev); {
	case ev.Data == "":
		h.empty++
	case strings.HasPrefix(text, "late"):
		closeOnce(h.back)
	case text != "":
		h.messages = append(h.messages, text)
	}
}

func closeOnce(c chan struct{}) {
	select {
	case <-c:
	default:
		close(c)
	}
}

// TestClients: every client that says that it resumes has each message once and in order,
// and none is handed an event that is none.
func TestClients(t *testing.T) {
	dir := t.TempDir()
	all := clients(t, dir)
	results := make([]result, len(all))
	for i, c := range all {
		results[i] = result{client: c, version: c.version(t)}
	}
	binary := build(t, dir)
	for _, f := range faults {
		t.Run(f.name, func(t *testing.T) {
			for i, h := range tryAll(t, binary, f, all) {
				verdict := h.verdict()
				results[i].verdicts = append(results[i].verdicts, verdict)
				t.Logf("%-40s %s", all[i].name, verdict)
				if all[i].resumes && verdict != whole {
					t.Errorf("%s: %s; %v", all[i].name, verdict, h.ended)
				}
				if h.empty > 0 {
					t.Errorf("%s hands on %d empty events", all[i].name, h.empty)
				}
			}
		})
	}
	if *page != "" && !t.Failed() {
		writePage(t, *page, results)
	}
}

// tryAll has all clients listen to one server while a fault strikes it.
func tryAll(t *testing.T, binary string, f fault, all []client) []*heard {
	s := newServer(t, binary)
	s.start()
	ctx, cancel := context.WithCancel(t.Context())
	var listening sync.WaitGroup
	defer listening.Wait()
	defer cancel()
	everyone := make([]*heard, len(all))
	for i, c := range all {
		h := newHeard()
		everyone[i] = h
		listening.Go(func() {
			err := c.listen(ctx, s.url+"/rooms/"+room+"/events", h.hear)
			h.mu.Lock()
			h.ended = err
			h.mu.Unlock()
		})
	}
	for i, h := range everyone {
		select {
		case <-h.greeted:
		case <-time.After(patience):
			t.Fatalf("%s hears nothing", all[i].name)
		}
	}
	<-time.After(f.quiet)
	s.count(0, some)
	f.strike(s)
	s.elsewhere(func(away *server) { away.count(some, 2*some) })
	<-time.After(f.away)
	s.start()
	s.count(2*some, 3*some)
	awaitAll(s, everyone)
	return everyone
}

// awaitAll says something now and then until all are back, or will not be.
func awaitAll(s *server, everyone []*heard) {
	deadline := time.After(patience)
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	for n := 0; ; n++ {
		s.post(fmt.Sprint("late ", n))
		if !slices.ContainsFunc(everyone, func(h *heard) bool {
			select {
			case <-h.back:
				return false
			default:
				return true
			}
		}) {
			return
		}
		select {
		case <-tick.C:
		case <-deadline:
			return
		}
	}
}
