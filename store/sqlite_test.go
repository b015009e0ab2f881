package store_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"plainchat/chat"
	"plainchat/store"
	"plainchat/store/storetest"
)

func TestSQLite(t *testing.T) {
	storetest.Run(t, func(t *testing.T, dir string) store.Log { return open(t, dir) })
}

// What was acknowledged before the files were copied is in the copy: that is what
// a power cut leaves, but for what was never synced.
func TestCopyWhileOpen(t *testing.T) {
	dir := t.TempDir()
	log := open(t, dir)
	// The files are copied one after the other: between them nothing may move from
	// the write-ahead log to the database.
	if _, err := log.Conn().ExecContext(t.Context(), "PRAGMA wal_autocheckpoint = 0"); err != nil {
		t.Fatal(err)
	}
	stop := make(chan struct{})
	var acked atomic.Uint64
	var sending sync.WaitGroup
	for sender := range 4 {
		sending.Go(func() {
			for n := 0; ; n++ {
				select {
				case <-stop:
					return
				default:
				}
				acked.Store(max(acked.Load(), say(t, log, "r", fmt.Sprint(sender, "-", n)).ID.Seq))
			}
		})
	}
	for range 5 {
		say(t, log, "r", fmt.Sprint("mark ", acked.Load()))
		sure := say(t, log, "r", fmt.Sprint("sure ", acked.Load())).ID.Seq
		copied := open(t, copyFolder(t, dir))
		if _, last, err := copied.Bounds(t.Context()); err != nil || last < sure {
			t.Errorf("the copy ends at %d, %v; acknowledged was %d", last, err, sure)
		}
		if _, damaged := readAll(t, copied.Read(t.Context(), 0, sure)); len(damaged) > 0 {
			t.Errorf("the copy is damaged at %v", damaged)
		}
		copied.Close()
	}
	close(stop)
	sending.Wait()
}

func TestLongestMessage(t *testing.T) {
	log := open(t, t.TempDir())
	text := strings.Repeat("\U0001F389", chat.MaxTextLength)
	ev, _, err := log.Append(context.Background(), chat.Draft{Room: "r", From: chat.Person{Name: "me"}, Body: chat.Message{Text: text}})
	if err != nil {
		t.Fatal(err)
	}
	events, _ := readAll(t, log.Read(t.Context(), 0, 1))
	if len(events) != 1 || events[0] != ev || events[0].Text() != text {
		t.Error("the longest message is not read as it was written")
	}
}

// Close waits for the queries under way: once it returns, the folder can be copied
// or opened by another process. Readers notice only that the log is closed.
func TestCloseWhileReading(t *testing.T) {
	dir := t.TempDir()
	log := open(t, dir)
	say(t, log, "r", "one")
	var reading sync.WaitGroup
	started := make(chan struct{}, 8)
	for range cap(started) {
		reading.Go(func() {
			page, _, err := log.Page(t.Context(), store.Page{Room: "r", Limit: 1})
			for started <- struct{}{}; err == nil; {
				if len(page) != 1 {
					t.Errorf("a page has %d events", len(page))
				}
				page, _, err = log.Page(t.Context(), store.Page{Room: "r", Limit: 1})
			}
			if !errors.Is(err, store.ErrClosed) {
				t.Errorf("a reader ends with %v, want ErrClosed", err)
			}
		})
	}
	for range cap(started) {
		<-started
	}
	if err := log.Close(); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(filepath.Join(dir, "log.db-wal")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the write-ahead log is left over: %v", err)
	}
	reading.Wait()
}

// The log's newest part is found in memory by counting back from its end, which
// holds only while duplicates and failures take no positions.
func TestPositionsHaveNoHoles(t *testing.T) {
	log := open(t, t.TempDir())
	for n := range 20 {
		m := chat.Draft{Room: "r", From: chat.Person{Name: "me"}, Key: fmt.Sprint("k", n/2), Body: chat.Message{Text: "x"}}
		ev, duplicate, err := log.Append(t.Context(), m)
		if want := uint64(n/2 + 1); err != nil || ev.ID.Seq != want || duplicate != (n%2 == 1) {
			t.Errorf("append %d: %s, duplicate %v, err %v; want position %d", n, ev.ID, duplicate, err, want)
		}
	}
}
