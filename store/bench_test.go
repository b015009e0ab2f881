package store

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"plainchat/chat"
)

func benchLog(b *testing.B, dir string) *SQLite {
	b.Helper()
	log, err := Open(b.Context(), Options{Dir: dir, Logger: slog.New(slog.NewTextHandler(io.Discard, nil))})
	if err != nil {
		b.Fatal(err)
	}
	return log
}

// BenchmarkAppend is how long a message takes to become durable; beside it the
// least that can take: a write of as many bytes, and an fsync.
func BenchmarkAppend(b *testing.B) {
	b.Run("fsync", benchFsync)
	for _, senders := range []int{1, 64} {
		b.Run(fmt.Sprint(senders), func(b *testing.B) { benchAppend(b, senders) })
	}
}

// benchFsync goes round in a file that has its size already, as SQLite does in its
// write-ahead log; an append changes a page of the table and one of the index.
func benchFsync(b *testing.B) {
	const frames, round = 2 * (4096 + 24), 2000
	f, err := os.Create(filepath.Join(b.TempDir(), "file"))
	if err != nil {
		b.Fatal(err)
	}
	defer f.Close()
	if _, err := f.Write(make([]byte, frames*round)); err != nil {
		b.Fatal(err)
	}
	page := make([]byte, frames)
	took := make([]time.Duration, 0, b.N)
	b.ResetTimer()
	for n := range b.N {
		start := time.Now()
		if _, err := f.WriteAt(page, int64(n%round*frames)); err != nil {
			b.Fatal(err)
		}
		if err := f.Sync(); err != nil {
			b.Fatal(err)
		}
		took = append(took, time.Since(start))
	}
	reportMedian(b, took)
}

func benchAppend(b *testing.B, senders int) {
	message := chat.Draft{Room: "lobby", From: chat.Person{Name: "me"}, Body: chat.Message{Text: "How much is a message of ordinary length?"}}
	log := benchLog(b, b.TempDir())
	defer log.Close()
	took := make([]time.Duration, b.N)
	b.ReportAllocs()
	b.ResetTimer()
	var sending sync.WaitGroup
	for sender := range senders {
		sending.Go(func() {
			for n := sender; n < b.N; n += senders {
				start := time.Now()
				if _, _, err := log.Append(context.Background(), message); err != nil {
					b.Error(err)
					return
				}
				took[n] = time.Since(start)
			}
		})
	}
	sending.Wait()
	reportMedian(b, took)
}

func reportMedian(b *testing.B, took []time.Duration) {
	b.StopTimer()
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "appends/s")
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)/2]), "p50-ns")
	b.ReportMetric(float64(took[len(took)*99/100]), "p99-ns")
}

// BenchmarkMillion is what a log of a million events costs to open, and to read
// at either end of it.
func BenchmarkMillion(b *testing.B) {
	dir := b.TempDir()
	log := benchLog(b, dir)
	const events, batch = 1_000_000, 10_000
	for range events / batch {
		err := log.writer.transaction(func(ctx context.Context) error {
			for n := range batch {
				m := chat.Draft{Room: chat.Room(fmt.Sprint("room-", n%100)), From: chat.Person{Name: "me"}, Body: chat.Message{Text: "How much is a message of ordinary length?"}}
				if err := log.writer.append(ctx, &request{draft: m}); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			b.Fatal(err)
		}
	}
	log.Close()

	b.Run("open", func(b *testing.B) {
		for b.Loop() {
			log := benchLog(b, dir)
			b.StopTimer()
			log.Close()
			b.StartTimer()
		}
	})
	log = benchLog(b, dir)
	defer log.Close()
	b.Run("last-page", func(b *testing.B) {
		for b.Loop() {
			page, _, err := log.Page(b.Context(), Page{Room: "room-7", Limit: 50})
			if err != nil || len(page) != 50 {
				b.Fatal(len(page), err)
			}
		}
	})
	b.Run("resume", func(b *testing.B) {
		for b.Loop() {
			for _, err := range log.Read(b.Context(), events/2, events, "room-7") {
				if err != nil {
					b.Fatal(err)
				}
				break
			}
		}
	})
}
