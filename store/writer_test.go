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

// While the disk does not answer and the queue is full, whoever gives up waiting
// can leave, and the log works when the disk is back.
func TestAppendLeavesFullQueue(t *testing.T) {
	stuck, resume := make(chan struct{}, 1), make(chan struct{})
	log, err := store.Open(t.Context(), store.Options{Dir: t.TempDir(), Logger: quiet, OnCommit: func(int, time.Duration) {
		select {
		case stuck <- struct{}{}:
		default:
		}
		<-resume
	}})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	first := make(chan error, 1)
	go func() {
		_, _, err := log.Append(t.Context(), chat.Message{Room: "r", UserName: "me", Text: "first"})
		first <- err
	}()
	<-stuck
	cancel()
	for range 3000 { // more than any queue here
		if _, _, err := log.Append(ctx, chat.Message{Room: "r", UserName: "me", Text: "x"}); !errors.Is(err, context.Canceled) {
			t.Fatalf("err = %v, want Canceled", err)
		}
	}
	close(resume)
	if err := <-first; err != nil {
		t.Error(err)
	}
	say(t, log, "r", "last")
	if err := log.Close(); err != nil {
		t.Error(err)
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
	pages := func(limit string) {
		t.Helper()
		if _, err := log.Conn().ExecContext(t.Context(), "PRAGMA max_page_count = "+limit); err != nil {
			t.Fatal(err)
		}
	}
	pages("20")
	message := chat.Message{Room: "r", UserName: "me", Text: strings.Repeat("x", 4000)}
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
	pages("1000")
	if ev, _, err := log.Append(t.Context(), message); err != nil || ev.ID.Seq != stored+1 {
		t.Errorf("with space again: %s, %v; want %d", ev.ID, err, stored+1)
	}
}
