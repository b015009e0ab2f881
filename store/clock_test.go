package store

import (
	"log/slog"
	"math/rand/v2"
	"testing"
	"time"

	"plainchat/chat"
)

// Whatever the clock does, positions count on, events come in their order, and reading
// from a time on starts at a place where the time is right.
func TestClockJumps(t *testing.T) {
	now := time.Date(2026, 5, 4, 3, 2, 1, 0, time.UTC)
	log, err := Open(t.Context(), Options{
		Dir: t.TempDir(), Logger: slog.New(slog.DiscardHandler), Now: func() time.Time { return now },
	})
	if err != nil {
		t.Fatal(err)
	}
	defer log.Close()
	draw := rand.New(rand.NewPCG(1, 2))
	var said []chat.Event
	for n := range 200 {
		ev, _, err := log.Append(t.Context(), chat.Draft{Room: "lobby", From: chat.Person{Name: "me"}, Body: chat.Message{Text: "tick"}})
		if err != nil || ev.ID.Seq != uint64(n+1) || !ev.Time.Equal(now) {
			t.Fatalf("the event %d is %+v, %v", n+1, ev, err)
		}
		said = append(said, ev)
		now = now.Add(time.Duration(draw.Int64N(int64(10*time.Hour))) - 5*time.Hour).Truncate(time.Millisecond)
	}
	n := 0
	for ev, err := range log.Read(t.Context(), 0, 200, "lobby") {
		if err != nil || ev != said[n] {
			t.Fatalf("read %+v, %v; want %+v", ev, err, said[n])
		}
		n++
	}
	for _, ev := range said {
		seq, err := log.Since(t.Context(), ev.Time)
		if err != nil || seq > 200 {
			t.Fatalf("since %v: %d, %v", ev.Time, seq, err)
		}
		if seq < 200 && said[seq].Time.Before(ev.Time) || seq > 0 && !said[seq-1].Time.Before(ev.Time) {
			t.Errorf("since %v: after %d, between %v and %v", ev.Time, seq, said[max(seq, 1)-1].Time, said[min(seq, 199)].Time)
		}
	}
}
