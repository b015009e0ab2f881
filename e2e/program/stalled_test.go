package program

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"

	"plainchat/chat"
)

const (
	crowdSize    = 500
	stalledSize  = 5
	floodSize    = 500 // messages of 32 KB: 80 MB for the five, if they were kept for them
	floodSenders = 8
	// stalledHeap is how much more heap the server may have, in bytes, with the stalled
	// readers and after them: the newest messages, once on the tape and once in the
	// store, and what the collector has yet to collect.
	stalledHeap = 56 << 20
)

// TestStalledReaders: readers that never read are cut; they neither delay the others
// nor make the server keep for them what they do not take.
func TestStalledReaders(t *testing.T) {
	t.Parallel()
	ctx := bounded(t)
	s := newServer(t, "--log-level=debug")
	s.kill()
	s.env = []string{"GOGC=20"} // so that the heap's size tells of what is in use
	s.start()
	s.say("flood", "first")
	before := s.metrics()

	for range stalledSize {
		s.stall("/events?room=crowd&room=flood")
	}
	var opened, readers sync.WaitGroup
	for i := range crowdSize {
		rooms, want := "room=crowd", floodSize/20
		if i == 0 {
			rooms, want = "room=crowd&room=flood", floodSize/20+floodSize
		}
		opened.Add(1)
		readers.Go(func() {
			if err := s.readAll(ctx, rooms, want, opened.Done); err != nil {
				t.Errorf("reader %d: %v", i, err)
			}
		})
	}
	opened.Wait()
	s.flood(ctx)
	readers.Wait()

	during := s.metrics()
	s.stderr.awaitCount(t, "the reader stalled", stalledSize)
	after := s.metrics()
	for _, m := range []map[string]float64{during, after} {
		if grown := m["go_memstats_heap_alloc_bytes"] - before["go_memstats_heap_alloc_bytes"]; grown > stalledHeap {
			t.Errorf("the heap has grown by %.1f MB", grown/1e6)
		}
	}
	if cut := after["plainchat_readers_cut_total"]; cut != stalledSize {
		t.Errorf("%v readers were cut, want %d", cut, stalledSize)
	}
	s.settled(crowdSize+stalledSize, map[string]float64{"process_open_fds": before["process_open_fds"] + slack})
	t.Logf("heap %.1f MB before, %.1f during, %.1f after", before["go_memstats_heap_alloc_bytes"]/1e6,
		during["go_memstats_heap_alloc_bytes"]/1e6, after["go_memstats_heap_alloc_bytes"]/1e6)
}

// stall opens a stream that nobody reads.
func (s *server) stall(target string) {
	s.t.Helper()
	conn := s.dial()
	if err := conn.SetReadBuffer(4096); err != nil {
		s.t.Fatal(err)
	}
	if _, err := fmt.Fprintf(conn, "GET %s HTTP/1.1\r\nHost: %s\r\n\r\n", target, s.listen); err != nil {
		s.t.Fatal(err)
	}
}

// readAll listens until it has heard as many messages as it is to, each room's once
// and in order.
func (s *server) readAll(ctx context.Context, rooms string, want int, opened func()) error {
	st, err := s.stream(ctx, rooms, "")
	if err == nil {
		defer st.Close()
		_, err = st.Next() // hello
	}
	opened()
	if err != nil {
		return err
	}
	var last uint64
	for n := range want {
		st.raw.Reset()
		ev, err := st.Next()
		if err != nil {
			return fmt.Errorf("%w after %d messages of %d", err, n, want)
		}
		message, err := messageIn(ev)
		if err != nil {
			return err
		}
		if message.ID.Seq <= last || !strings.HasPrefix(message.Text(), string(message.Room)) {
			return fmt.Errorf("%s came after %d", message.ID, last)
		}
		last = message.ID.Seq
	}
	return nil
}

// flood sends large messages to one room, and now and then a small one to the
// other.
func (s *server) flood(ctx context.Context) {
	s.t.Helper()
	var senders sync.WaitGroup
	for i := range floodSenders {
		senders.Go(func() {
			for n := i; n < floodSize; n += floodSenders {
				s.mustSend(ctx, chat.Draft{Room: "flood", From: chat.Person{Name: "Mina"}, Body: chat.Message{Text: "flood" + strings.Repeat("💧", chat.MaxTextLength-5)}})
				if n%20 == 0 {
					s.mustSend(ctx, chat.Draft{Room: "crowd", From: chat.Person{Name: "Mina"}, Body: chat.Message{Text: fmt.Sprint("crowd ", n)}})
				}
			}
		})
	}
	senders.Wait()
}

func (s *server) mustSend(ctx context.Context, m chat.Draft) {
	if _, _, err := s.send(ctx, m); err != nil {
		s.t.Error(err)
	}
}
