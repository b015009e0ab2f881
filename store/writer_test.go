package store_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"plainchat/chat"
	"plainchat/store"
)

// openStuck returns a log whose writer, having committed one event, does not go on
// before resume is called.
func openStuck(t *testing.T) (log *store.SQLite, resume func()) {
	t.Helper()
	stuck, resumed := make(chan struct{}, 1), make(chan struct{})
	log, err := store.Open(t.Context(), store.Options{Dir: t.TempDir(), Logger: quiet, OnCommit: func(int, time.Duration) {
		select {
		case stuck <- struct{}{}:
		default:
		}
		<-resumed
	}})
	if err != nil {
		t.Fatal(err)
	}
	var first sync.WaitGroup
	first.Go(func() { say(t, log, "r", "first") })
	<-stuck
	return log, func() {
		close(resumed)
		first.Wait()
		t.Cleanup(func() { _ = log.Close() })
	}
}

// abandon appends a message, again and again, without waiting for the outcome:
// about every other gets into the queue while there is room.
func abandon(t *testing.T, log store.Log, text string, times int) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for range times {
		if _, _, err := log.Append(ctx, chat.Draft{Room: "r", From: chat.Person{Name: "me"}, Body: chat.Message{Text: text}}); !errors.Is(err, context.Canceled) {
			t.Fatalf("err = %v, want Canceled", err)
		}
	}
}

// While the disk does not answer and the queue is full, whoever gives up waiting
// can leave, and the log works when the disk is back.
func TestAppendLeavesFullQueue(t *testing.T) {
	log, resume := openStuck(t)
	abandon(t, log, "x", 3000) // more than any queue here
	resume()
	say(t, log, "r", "last")
}

// A batch that fails half-way leaves nothing behind, and no hole in the positions.
func TestBatchFailsAsAWhole(t *testing.T) {
	log, resume := openStuck(t)
	abandon(t, log, "small enough for the page there is", 20)
	long := strings.Repeat("x", 8000)
	abandon(t, log, long, 20)
	limitPages(t, log, 1) // no page more than now
	resume()
	if _, _, err := log.Append(t.Context(), chat.Draft{Room: "r", From: chat.Person{Name: "me"}, Body: chat.Message{Text: long}}); !errors.Is(err, store.ErrFull) {
		t.Fatalf("err = %v, want ErrFull", err)
	}
	limitPages(t, log, 1000)
	second := say(t, log, "r", "second")
	if events, _ := readAll(t, log.Read(t.Context(), 0, 100)); len(events) != 2 || second.ID.Seq != 2 || events[1] != second {
		t.Errorf("the log has %+v", events)
	}
}

// limitPages sets how large the database may become, and so when the disk is full.
func limitPages(t *testing.T, log *store.SQLite, pages int) {
	t.Helper()
	if _, err := log.Conn().ExecContext(t.Context(), fmt.Sprint("PRAGMA max_page_count = ", pages)); err != nil {
		t.Fatal(err)
	}
}

func TestGroupCommit(t *testing.T) {
	var commits, events atomic.Int64
	log, err := store.Open(t.Context(), store.Options{Dir: t.TempDir(), Logger: quiet, OnCommit: func(n int, took time.Duration) {
		commits.Add(1)
		events.Add(int64(n))
		if took <= 0 {
			t.Errorf("a commit took %v", took)
		}
	}})
	if err != nil {
		t.Fatal(err)
	}
	const senders, each = 64, 20
	var sending sync.WaitGroup
	for sender := range senders {
		sending.Go(func() {
			for n := range each {
				say(t, log, "r", fmt.Sprint(sender, "-", n))
			}
		})
	}
	sending.Wait()
	log.Close()
	if events.Load() != senders*each || commits.Load() > senders*each/2 {
		t.Errorf("%d events in %d commits", events.Load(), commits.Load())
	}
}

// With no space left appends are refused at once and store nothing; reading goes
// on, and so does appending as soon as there is space.
func TestDiskFull(t *testing.T) {
	log := open(t, t.TempDir())
	limitPages(t, log, 20)
	message := chat.Draft{Room: "r", From: chat.Person{Name: "me"}, Body: chat.Message{Text: strings.Repeat("x", 4000)}}
	var stored uint64
	var err error
	for {
		if _, _, err = log.Append(t.Context(), message); err != nil {
			break
		}
		stored++
	}
	if !errors.Is(err, store.ErrFull) {
		t.Fatalf("err = %v, want ErrFull", err)
	}
	n := uint64(0)
	for ev, err := range log.Read(t.Context(), 0, 1000) {
		if err != nil {
			t.Fatal(err)
		}
		if n++; ev.ID.Seq != n {
			t.Errorf("event %d is %s", n, ev.ID)
		}
	}
	if n != stored {
		t.Errorf("%d events can be read, %d were stored", n, stored)
	}
	limitPages(t, log, 1000)
	if ev, _, err := log.Append(t.Context(), message); err != nil || ev.ID.Seq != stored+1 {
		t.Errorf("with space again: %s, %v; want %d", ev.ID, err, stored+1)
	}
}
