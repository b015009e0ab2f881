package program

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"plainchat/chat"
)

// checkNoStream holds an answer against that to a stream which is one too many.
func checkNoStream(t *testing.T, res *http.Response, body string) {
	t.Helper()
	var problem struct{ Code, Detail string }
	if err := json.Unmarshal([]byte(body), &problem); err != nil {
		t.Errorf("%v in %q", err, body)
	}
	seconds, err := strconv.Atoi(res.Header.Get("Retry-After"))
	if res.StatusCode != http.StatusServiceUnavailable || err != nil || seconds < 1 || problem.Code != "too_many_streams" || problem.Detail == "" {
		t.Errorf("status %d, Retry-After %q, %s", res.StatusCode, res.Header.Get("Retry-After"), body)
	}
}

// TestMaxStreams: one stream more than the flags allow is refused, and counted; it may
// come as soon as another has gone.
func TestMaxStreams(t *testing.T) {
	t.Parallel()
	for _, flag := range []string{"--max-streams=2", "--max-streams-per-client=2"} {
		t.Run(flag, func(t *testing.T) {
			t.Parallel()
			s := newServer(t, flag, "--log-level=debug")
			s.open("room=tea")
			last := s.open("room=tea")
			for _, target := range []string{"/events", "/rooms/tea/events", "/rooms/tea?follow"} {
				res, body := s.get(target, nil)
				checkNoStream(t, res, body)
			}
			s.say("tea", "hello")
			if got := last.message(t).Text(); got != "hello" {
				t.Errorf("heard %q", got)
			}
			if m := s.metrics(); m["plainchat_streams_refused_total"] != 3 || m["plainchat_connections"] != 2 {
				t.Errorf("%v streams refused, %v open", m["plainchat_streams_refused_total"], m["plainchat_connections"])
			}
			last.Close()
			s.stderr.awaitCount(t, "stream ended", 1)
			s.open("room=tea")
			if log := s.stderr.String(); strings.Count(log, "stream refused") != 3 || strings.Contains(log, "level=ERROR") {
				t.Errorf("the records:\n%s", log)
			}
		})
	}
}

// TestLargeHeader: a header is 16 KiB and what net/http adds to that, and no more.
func TestLargeHeader(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	for size, want := range map[int]int{12 << 10: http.StatusOK, 24 << 10: http.StatusRequestHeaderFieldsTooLarge} {
		if res, _ := s.get("/healthz", header("X-Long", strings.Repeat("a", size))); res.StatusCode != want {
			t.Errorf("a header of %d bytes: status %d, want %d", size, res.StatusCode, want)
		}
	}
}

// TestUnfinishedHeader: a connection whose header does not end is ended, and holds
// nobody up.
func TestUnfinishedHeader(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	for _, part := range []string{"", "GET", "GET /events HTTP/1.1\r\nHost: " + s.listen + "\r\nX-Slow: "} {
		conn := s.dial()
		if _, err := conn.Write([]byte(part)); err != nil {
			t.Fatal(err)
		}
		if err := conn.SetReadDeadline(time.Now().Add(limit)); err != nil {
			t.Fatal(err)
		}
		defer func() {
			if answer, err := io.ReadAll(conn); err != nil || strings.HasPrefix(string(answer), "HTTP/1.1 2") {
				t.Errorf("after %q: %q, %v", part, answer, err)
			}
		}()
	}
	s.say("tea", "hello")
}

const (
	manyRoomsClients = 16
	// manyRoomsHeap is how much larger the heap may be afterwards, in bytes: the newest
	// messages on the tape and in the store, and what the collector has yet to collect.
	manyRoomsHeap = 8 << 20
)

// TestManyRooms: a client that names ever new rooms, in every way there is, leaves
// nothing but its messages in the log.
func TestManyRooms(t *testing.T) { checkManyRooms(t, 1000) }

func checkManyRooms(t *testing.T, rooms int) {
	t.Parallel()
	ctx := bounded(t)
	s := newServer(t, "--log-level=warn")
	s.kill()
	s.env = []string{"GOGC=20"} // so that the heap's size tells of what is in use
	s.start()
	transport := &http.Transport{MaxIdleConnsPerHost: manyRoomsClients}
	s.client = &http.Client{Transport: transport}

	s.nameRooms(ctx, "warm", 200) // so that what is made once is there
	transport.CloseIdleConnections()
	before := s.settled(0, map[string]float64{"process_open_fds": 1e9})
	s.nameRooms(ctx, "room", rooms)
	transport.CloseIdleConnections()
	after := s.settled(0, map[string]float64{
		"go_goroutines":                before["go_goroutines"] + slack,
		"process_open_fds":             before["process_open_fds"] + slack,
		"go_memstats_heap_alloc_bytes": before["go_memstats_heap_alloc_bytes"] + manyRoomsHeap,
	})
	t.Logf("%d rooms: goroutines %v before, %v after; heap %.1f MB before, %.1f MB after", rooms,
		before["go_goroutines"], after["go_goroutines"], before["go_memstats_heap_alloc_bytes"]/1e6, after["go_memstats_heap_alloc_bytes"]/1e6)
	transport.CloseIdleConnections()
	s.retire()
	if n := len(s.log()); n != 200+rooms {
		t.Errorf("%d messages are in the log", n)
	}
}

// nameRooms listens to n rooms, says something in each, and reads each in one way.
func (s *server) nameRooms(ctx context.Context, prefix string, n int) {
	s.t.Helper()
	var clients sync.WaitGroup
	var next atomic.Int64
	for range manyRoomsClients {
		clients.Go(func() {
			for i := next.Add(1); i <= int64(n); i = next.Add(1) {
				if err := s.nameRoom(ctx, chat.Room(fmt.Sprint(prefix, "-", i)), waysToRead[i%4]); err != nil {
					s.t.Error(err)
					return
				}
			}
		})
	}
	clients.Wait()
}

// waysToRead are what follows a room's address.
var waysToRead = []string{"", "?before=nonsense", "/messages", "/events?room=a.b"}

func (s *server) nameRoom(ctx context.Context, room chat.Room, target string) error {
	st, err := s.stream(ctx, "user_name=Mina&since=all&room="+string(room), "")
	if err != nil {
		return err
	}
	defer st.Close()
	if _, err := st.Next(); err != nil {
		return err
	}
	res, body, err := s.do(ctx, http.MethodGet, room.Path()+target, header("Accept", "text/html"), "")
	if err != nil {
		return err
	}
	if res.StatusCode != http.StatusOK && res.StatusCode != http.StatusUnprocessableEntity {
		return fmt.Errorf("%s%s: status %d: %s", room, target, res.StatusCode, body)
	}
	_, _, err = s.send(ctx, chat.Draft{Room: room, From: chat.Person{Name: "Mina"}, Body: chat.Message{Text: "hello"}})
	return err
}
