package store_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"plainchat/chat"
	"plainchat/store"
)

const smallSize = 1 << 20

func openSmall(t *testing.T, opts store.Options) *store.SQLite {
	t.Helper()
	if opts.Logger == nil {
		opts.Logger = quiet
	}
	if opts.MaxSize == 0 {
		opts.MaxSize = smallSize
	}
	log, err := store.Open(t.Context(), opts)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = log.Close() }) // ErrClosed if the test did
	return log
}

// numbered is a message of so many bytes, with a client id.
func numbered(n, size int) chat.Draft {
	return chat.Draft{Room: "r", From: chat.Person{Name: "me"}, Key: fmt.Sprint("id-", n), Body: chat.Message{Text: fmt.Sprint(n, strings.Repeat(" x", size/2))}}
}

// fill appends until the log has no room for what it appends, and returns how often it had.
func fill(t *testing.T, log store.Log, size int) (count int) {
	t.Helper()
	for {
		_, _, err := log.Append(t.Context(), numbered(count, size))
		if errors.Is(err, store.ErrMaxSize) {
			return count
		}
		if err != nil {
			t.Fatal(err)
		}
		count++
	}
}

func sizeOf(t *testing.T, log *store.SQLite) int64 {
	t.Helper()
	size, err := log.Size(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return size
}

// A log takes no more than it may. What it has is read, and repeated, as before.
func TestMaxSize(t *testing.T) {
	dir := t.TempDir()
	var records bytes.Buffer
	log := openSmall(t, store.Options{Dir: dir, Logger: slog.New(slog.NewTextHandler(&records, nil))})
	stored := fill(t, log, 3000)
	if size := sizeOf(t, log); size > smallSize || size < smallSize*3/4 {
		t.Errorf("with %d messages it takes %d bytes of %d", stored, size, smallSize)
	}
	for _, n := range []int{stored, stored + 1} {
		if _, _, err := log.Append(t.Context(), numbered(n, 3000)); !errors.Is(err, store.ErrMaxSize) {
			t.Errorf("a message more: %v", err)
		}
	}
	again, duplicate, err := log.Append(t.Context(), numbered(3, 3000))
	if err != nil || !duplicate || again.ID.Seq != 4 {
		t.Errorf("one again: %s, %v, %v", again.ID, duplicate, err)
	}
	var reused *store.KeyReused
	if _, _, err := log.Append(t.Context(), numbered(3, 4000)); !errors.As(err, &reused) || reused.First.Seq != 4 {
		t.Errorf("its client id for another: %v", err)
	}
	if events, _ := readAll(t, log.Read(t.Context(), 0, 1<<62)); len(events) != stored {
		t.Errorf("%d events are read, %d were stored", len(events), stored)
	}
	for what, want := range map[string]int64{"log.db": smallSize, "log.db-wal": smallSize/16 + 64<<10} {
		if size := fileSize(t, filepath.Join(dir, what)); size > want {
			t.Errorf("%s has %d bytes, want %d at most", what, size, want)
		}
	}
	log.Close()
	if strings.Count(records.String(), "level=ERROR") != 1 || !strings.Contains(records.String(), "--max-size") {
		t.Errorf("logged is\n%s", records.String())
	}
	log = openSmall(t, store.Options{Dir: dir, MaxSize: 2 * smallSize})
	if ev, _, err := log.Append(t.Context(), numbered(stored, 3000)); err != nil || ev.ID.Seq != uint64(stored+1) {
		t.Errorf("with a larger size: %s, %v", ev.ID, err)
	}
}

// A log that is full is not ready, until what most messages need would find room.
func TestReadyAtMaxSize(t *testing.T) {
	log := openSmall(t, store.Options{Dir: t.TempDir()})
	fill(t, log, 16000)
	if err := log.Ready(t.Context()); err != nil {
		t.Errorf("with room for small messages: %v", err)
	}
	for n := 1000; ; n++ {
		if _, _, err := log.Append(t.Context(), numbered(n, 10)); err != nil {
			break
		}
	}
	for range 2 {
		if err := log.Ready(t.Context()); !errors.Is(err, store.ErrMaxSize) {
			t.Errorf("full: %v", err)
		}
	}
}

// What retention removes makes room, for as much again.
func TestRetentionMakesRoom(t *testing.T) {
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		log := openSmall(t, store.Options{Dir: dir, Retention: time.Hour})
		first := fill(t, log, 3000)
		for range 3 {
			time.Sleep(2 * time.Hour)
			synctest.Wait()
			if err := log.Ready(t.Context()); err != nil {
				t.Errorf("with room again: %v", err)
			}
			if second := fill(t, log, 3000); second < first*9/10 {
				t.Errorf("%d messages find room, at first it was %d", second, first)
			}
		}
		log.Close()
	})
	if size := fileSize(t, filepath.Join(dir, "log.db")); size > smallSize {
		t.Errorf("the file has %d bytes, want %d at most", size, smallSize)
	}
}

// However messages are, and many at the same time, the log has no more than it may, and most
// of it.
func TestMaxSizeOfAnyMessages(t *testing.T) {
	for name, message := range map[string]func(n int) chat.Draft{
		"tiny": func(int) chat.Draft {
			return chat.Draft{Room: "r", From: chat.Person{Name: "me"}, Body: chat.Message{Text: "x"}}
		},
		"tiny, keys": func(n int) chat.Draft { return numbered(n, 1) },
		"random keys": func(int) chat.Draft {
			return chat.Draft{Room: "r", From: chat.Person{Name: "me"}, Key: strings.Repeat(rand.Text(), 4), Body: chat.Message{Text: "x"}}
		},
		"random rooms": func(int) chat.Draft {
			return chat.Draft{Room: chat.Room(rand.Text()), From: chat.Person{Name: "me"}, Body: chat.Message{Text: "x"}}
		},
		"half a page": func(n int) chat.Draft { return numbered(n, 2000) },
		"a page":      func(n int) chat.Draft { return numbered(n, 4060) },
		"longest":     func(n int) chat.Draft { return numbered(n, 32000) },
	} {
		if testing.Short() && name != "random keys" {
			continue
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			log := openSmall(t, store.Options{Dir: t.TempDir()})
			var sending sync.WaitGroup
			var count atomic.Int64
			for range 64 {
				sending.Go(func() {
					for {
						if _, _, err := log.Append(context.Background(), message(int(count.Add(1)))); err != nil {
							if !errors.Is(err, store.ErrMaxSize) {
								t.Error(err)
							}
							return
						}
					}
				})
			}
			sending.Wait()
			if size := sizeOf(t, log); size > smallSize || size < smallSize*3/4 {
				t.Errorf("with %d messages it takes %d bytes of %d", count.Load(), size, smallSize)
			}
		})
	}
}

// What a full log has can be deleted, once each.
func TestDeletingFromAFullLog(t *testing.T) {
	log := openSmall(t, store.Options{Dir: t.TempDir()})
	fill(t, log, 3000)
	for seq := range uint64(3) {
		post(t, log, "r", chat.Delete{Of: seq + 1})
	}
	if _, _, err := log.Append(t.Context(), chat.Draft{Room: "r", Body: chat.Delete{Of: 1}}); !errors.Is(err, store.ErrNoTarget) {
		t.Errorf("deleted again: %v", err)
	}
}
