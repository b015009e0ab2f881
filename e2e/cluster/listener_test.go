package cluster

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/url"
	"strings"
	"time"

	"plainchat/chat"
	"plainchat/e2e/internal/running"
	"plainchat/internal/eventstream"
)

// farewell is the last text in each room.
const farewell = "farewell"

const (
	// quiet is how long a stream may be silent before its listener goes to another node: one that is
	// frozen says nothing.
	quiet = 3 * time.Second
	// hopAfter is how many events a listener gets at the most, before it goes to another node.
	hopAfter = 400
)

// hearing is what somebody heard of some rooms from the beginning to the end, over all
// streams that it took.
type hearing struct {
	who    string
	rooms  []chat.Room
	events []event
	faults []string // what no stream may say
}

// event is one of the log, as a stream has it.
type event struct{ id, data string }

// listener listens as an EventSource does, but goes to another node after some events, by chance:
// it resumes there after the last that it has got.
type listener struct {
	hearing
	nodes  []*running.Server
	node   int  // of nodes: where it is
	hops   bool // else it stays where it is
	rng    *rand.Rand
	client *http.Client
	last   string // its Last-Event-ID
	left   map[chat.Room]bool
	opened int // streams
}

func newListener(c *cluster, i int, draw uint64, rooms ...chat.Room) *listener {
	l := &listener{
		hearing: hearing{who: fmt.Sprint("listener ", i), rooms: rooms}, nodes: c.nodes, node: i % len(c.nodes), hops: true,
		rng: rand.New(rand.NewPCG(draw, uint64(i))), client: &http.Client{Transport: &http.Transport{DisableKeepAlives: true}},
		left: make(map[chat.Room]bool),
	}
	for _, room := range rooms {
		l.left[room] = true
	}
	return l
}

// listen listens until all rooms have said farewell.
func (l *listener) listen(ctx context.Context) error {
	for len(l.left) > 0 && ctx.Err() == nil {
		if err := l.stream(ctx); err != nil {
			return fmt.Errorf("%s: %w", l.who, err)
		}
		if l.hops {
			l.node = l.rng.IntN(len(l.nodes))
		}
	}
	return ctx.Err()
}

// stream listens to one node for some time. What ends it is no error, but an answer that must not be is.
func (l *listener) stream(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	silent := time.AfterFunc(quiet, cancel)
	defer silent.Stop()
	answer, err := l.open(ctx)
	if err != nil {
		return nil // the node is not there
	}
	defer answer.Body.Close()
	switch answer.StatusCode {
	case http.StatusOK:
	case http.StatusServiceUnavailable:
		return nil
	default:
		return fmt.Errorf("a stream is answered with %s", answer.Status)
	}
	l.opened++
	reader := eventstream.NewReader(answer.Body)
	for n := 1 + l.rng.IntN(hopAfter); len(l.left) > 0 && (n > 0 || !l.hops); n-- {
		next, err := reader.Next()
		if id := reader.LastEventID(); id != "" {
			l.last = id
		}
		if err != nil {
			return nil
		}
		silent.Reset(quiet)
		l.hear(next)
	}
	return nil
}

func (l *listener) open(ctx context.Context) (*http.Response, error) {
	query := url.Values{"since": {"all"}}
	for _, room := range l.rooms {
		query.Add("room", string(room))
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, l.nodes[l.node].URL+"/events?"+query.Encode(), nil)
	if err != nil {
		return nil, err
	}
	if l.last != "" {
		req.Header.Set("Last-Event-ID", l.last)
	}
	return l.client.Do(req)
}

func (l *listener) hear(next eventstream.Event) {
	switch next.Type {
	case "hello", "presence", "typing", "activity", "heartbeat":
		return
	case "gap":
		l.faults = append(l.faults, fmt.Sprintf("%s is told of a gap by node %d, after %d events: %s", l.who, l.node, len(l.events), next.Data))
		return
	}
	l.events = append(l.events, event{next.LastEventID, next.Data})
	if strings.Contains(next.Data, `"message":"`+farewell+`"`) {
		for _, room := range l.rooms {
			if strings.Contains(next.Data, `"room":"`+string(room)+`"`) {
				delete(l.left, room)
			}
		}
	}
}
