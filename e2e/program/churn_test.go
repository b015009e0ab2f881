package program

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"plainchat/internal/eventstream"
)

// slack is how much higher than before the metrics of goroutines and descriptors may
// be: reading them takes some too.
const slack = 8

// TestChurn: 5,000 listeners come and go, some rudely, and the server is as it was.
func TestChurn(t *testing.T) {
	t.Parallel()
	ctx := bounded(t)
	s := newServer(t, "--log-level=debug")
	s.say("tea", "hello")
	s.churn(ctx, 200) // so that what is made once is there
	before := s.settled(200, map[string]float64{"go_goroutines": 1e9, "process_open_fds": 1e9})

	s.churn(ctx, 5000)
	s.settled(5200, map[string]float64{
		"go_goroutines":    before["go_goroutines"] + slack,
		"process_open_fds": before["process_open_fds"] + slack,
	})
	st := s.open("room=tea")
	s.say("tea", "still there?")
	if got := st.message(t).Text(); got != "still there?" {
		t.Errorf("heard %q", got)
	}
}

// churn opens and closes streams, 50 at a time: of silent readers and of people,
// from now and from the beginning, read and unread.
func (s *server) churn(ctx context.Context, n int) {
	s.t.Helper()
	const parallel = 50
	queries := []string{"", "since=all&room=tea", "user_name=Mina", "room=tea&room=ink&user_name=Juno"}
	var clients sync.WaitGroup
	for i := range parallel {
		clients.Go(func() {
			for j := i; j < n; j += parallel {
				st, err := s.stream(ctx, queries[j%len(queries)], "")
				if err != nil {
					s.t.Error(err)
					return
				}
				if j%3 != 0 {
					_, err = st.Next()
				}
				st.Close()
				if err != nil {
					s.t.Error(err)
					return
				}
			}
		})
	}
	clients.Wait()
}

// settled waits until n streams have ended and the metrics are at most as high as
// they may be, and returns them.
func (s *server) settled(n int, most map[string]float64) map[string]float64 {
	s.t.Helper()
	s.stderr.awaitCount(s.t, `msg="stream ended"`, n)
	most["plainchat_connections"] = 0
	for ctx := bounded(s.t); ; {
		m := s.metrics()
		high := false
		for name, limit := range most {
			value, ok := m[name]
			high = high || !ok || value > limit
		}
		if !high {
			return m
		}
		if ctx.Err() != nil {
			s.t.Fatalf("not settled: %v; want at most %v", m, most)
		}
	}
}

// presence is the data of a presence event.
type presence struct {
	Online       int
	Joined, Left []string
}

func presenceIn(t *testing.T, ev eventstream.Event) presence {
	t.Helper()
	var p presence
	if err := json.Unmarshal([]byte(ev.Data), &p); ev.Type != eventPresence || ev.LastEventID == "" || err != nil {
		t.Fatalf("%v in %+v", err, ev)
	}
	return p
}

// hangUpNoticed is how soon others learn that somebody has gone.
const hangUpNoticed = 2 * time.Second

// TestPresence: who opens a stream by name is announced; that they hung up is told
// within two seconds.
func TestPresence(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	watcher := s.open("room=tea")
	mina := s.open("room=tea&user_name=Mina")
	if p := presenceIn(t, watcher.next(t)); p.Online != 1 || !slices.Equal(p.Joined, []string{"Mina"}) || len(p.Left) > 0 {
		t.Errorf("after the arrival: %+v", p)
	}
	mina.Close()
	late := time.AfterFunc(hangUpNoticed, func() { watcher.Close() })
	defer late.Stop()
	p := presenceIn(t, watcher.next(t))
	if p.Online != 0 || !slices.Equal(p.Left, []string{"Mina"}) || len(p.Joined) > 0 {
		t.Errorf("after the departure: %+v", p)
	}
	if strings.Contains(watcher.raw.String(), "\nid: \n") || strings.Contains(watcher.raw.String(), "\nid:\n") {
		t.Errorf("an empty id resets the browser's position: %q", watcher.raw)
	}
}

// TestUnfinishedRequests: connections that do not finish their request hold up
// neither other requests nor the shutdown.
func TestUnfinishedRequests(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	for _, part := range []string{"", "POST /mess", "POST /messages HTTP/1.1\r\nHost: " + s.listen + "\r\nContent-Length: 5\r\n\r\nhel"} {
		conn := s.dial()
		if _, err := conn.Write([]byte(part)); err != nil {
			t.Fatal(err)
		}
	}
	s.say("tea", "hello")
	ctx, cancel := context.WithTimeout(bounded(t), drained)
	defer cancel()
	context.AfterFunc(ctx, s.process.kill)
	if code := s.terminate(); code != 0 || errors.Is(ctx.Err(), context.DeadlineExceeded) {
		t.Errorf("with requests unfinished, SIGTERM ended it with %d", code)
	}
}
