package program

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"plainchat/chat"
	"plainchat/internal/seed"
)

// eventFields are some members of an event.
type eventFields struct {
	Message, Target, Upto string
}

func fieldsOf(event string) (f eventFields) {
	_ = json.Unmarshal([]byte(event), &f) // it is JSON
	return f
}

func isRead(event string) bool     { return fieldsOf(event).Upto != "" }
func isEdit(event string) bool     { f := fieldsOf(event); return f.Target != "" && f.Message != "" }
func targetOf(event string) string { return fieldsOf(event).Target }
func saidIn(event string) string   { return fieldsOf(event).Message }

func ackOf(id, event string) ack {
	parsed, _ := chat.ParseID(id) // zero, which was not deleted
	return ack{parsed, event}
}

// changeCrowd is changers of one server, and somebody who listens to them.
type changeCrowd struct {
	server   *server
	changers []*changer
	heard    changesAccount
	told     chan struct{} // of each acknowledgement
	stop     chan struct{} // closed to make the changers end

	changing, hearing sync.WaitGroup
}

// newChangeCrowd sets changers going.
func newChangeCrowd(ctx context.Context, s *server, draw uint64, changers int) *changeCrowd {
	c := &changeCrowd{server: s, told: make(chan struct{}), stop: make(chan struct{})}
	for i := range changers {
		c.changers = append(c.changers, newChanger(s, chat.Name(fmt.Sprint("changer ", i)), draw+uint64(i), c.told))
	}
	for _, each := range c.changers {
		c.changing.Go(func() {
			if err := each.change(ctx, c.stop); err != nil {
				s.t.Error(err)
			}
		})
	}
	c.hearing.Go(func() {
		if err := c.heard.hear(ctx, s); err != nil {
			s.t.Error(err)
		}
	})
	return c
}

// awaitAcks waits until n more events are acknowledged.
func (c *changeCrowd) awaitAcks(ctx context.Context, n int) {
	c.server.t.Helper()
	for range n {
		select {
		case <-c.told:
		case <-ctx.Done():
			c.server.t.Fatal("nothing is acknowledged any more")
		}
	}
}

// acks are what was acknowledged so far.
func (c *changeCrowd) acks() (acks []ack) {
	for _, each := range c.changers {
		acked, _ := each.account()
		acks = append(acks, acked...)
	}
	return acks
}

// disperse ends the changers, and lets the listener hear everything.
func (c *changeCrowd) disperse() {
	close(c.stop)
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		c.changing.Wait()
	}()
	for done := false; !done; {
		select {
		case <-c.told: // or they would wait to tell
		case <-ended:
			done = true
		}
	}
	c.server.say(changesRoom, farewell)
	c.hearing.Wait()
}

// TestKillChanges: kill -9 in the midst of edits, deletions, reactions, pins and all else loses
// nothing that was acknowledged, and does nothing twice; what was deleted stays so. The views say
// the same as those that are built anew.
func TestKillChanges(t *testing.T) {
	t.Parallel()
	rng := seed.Rand(t)
	ctx, cancel := context.WithTimeout(t.Context(), limit+time.Duration(*kills)*time.Second)
	defer cancel()
	s := newServer(t, "--log-level=warn")
	c := newChangeCrowd(ctx, s, rng.Uint64(), 6)
	times := max(1, *kills/2)
	for range times {
		c.awaitAcks(ctx, 20+rng.IntN(60))
		s.kill()
		s.start()
	}
	c.disperse()
	before := s.awaitRoom(changesRoom)
	if code := s.terminate(); code != 0 {
		t.Errorf("exit code %d", code)
	}
	a := newChangesAccount(t, s.data, c.changers, c.acks())
	a.heard = c.heard.heard
	for _, fault := range a.faults() {
		t.Error(fault)
	}
	operator{s}.run(0, "check")
	s.checkBuiltAnew(before)
	t.Logf("%d kills; %d events acknowledged, %d in the log, %d heard, %d messages deleted", times, len(a.acks), len(a.log), len(a.heard), len(a.gone))
}

// awaitRoom returns a room as JSON and as a transcript, once the views are built.
func (s *server) awaitRoom(room string) string {
	s.t.Helper()
	ctx := bounded(s.t)
	for ctx.Err() == nil {
		if res, _ := s.get("/rooms", nil); res.StatusCode == 200 {
			break
		}
	}
	_, messages := s.get("/rooms/"+room+"/messages?limit=1000", nil)
	_, transcript := s.get("/rooms/"+room+"?limit=1000", nil)
	return messages + transcript
}

// checkBuiltAnew: a server that has ended says the same of the room with views that it builds
// from the log.
func (s *server) checkBuiltAnew(before string) {
	s.t.Helper()
	files, err := filepath.Glob(filepath.Join(s.data, "views.db*"))
	if err != nil || len(files) == 0 {
		s.t.Fatalf("there are no views: %v", err)
	}
	for _, file := range files {
		if err := os.Remove(file); err != nil {
			s.t.Fatal(err)
		}
	}
	s.start()
	if after := s.awaitRoom(changesRoom); after != before {
		s.t.Errorf("the views said\n%s\nand built anew\n%s", ending(before), ending(after))
	}
}
