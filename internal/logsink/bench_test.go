package logsink

import (
	"log/slog"
	"os"
	"testing"
	"time"
)

// BenchmarkRecord is the record of a message, written to a pipe's stand-in by way of a
// sink, and straight.
func BenchmarkRecord(b *testing.B) {
	null, err := os.OpenFile(os.DevNull, os.O_WRONLY, 0)
	if err != nil {
		b.Fatal(err)
	}
	defer null.Close()
	record := func(b *testing.B, handler slog.Handler) {
		logger := slog.New(handler)
		b.ReportAllocs()
		b.RunParallel(func(pb *testing.PB) {
			for pb.Next() {
				logger.LogAttrs(b.Context(), slog.LevelInfo, "message accepted", slog.String("id", "abcdefghij-1234567"),
					slog.String("room", "lobby"), slog.String("user_name", "Mina"), slog.Int("bytes", 100), slog.String("client", "192.0.2.1"))
			}
		})
	}
	b.Run("straight", func(b *testing.B) { record(b, slog.NewTextHandler(null, nil)) })
	b.Run("sink", func(b *testing.B) {
		sink := New(null, nil)
		defer sink.Close(time.Second)
		record(b, Limit(slog.NewTextHandler(sink, nil)))
		b.ReportMetric(float64(sink.Dropped.Load())/float64(b.N), "dropped/op")
	})
}
