package store

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"plainchat/chat"
)

// What is in memory is the end of the log, as much of it as promised and not much
// more, and what was handed out stays as it is.
func TestRecentAgainstModel(t *testing.T) {
	for name, tt := range map[string]struct {
		text  string
		least int // events that must be held
	}{
		"short texts": {"", recentEvents},
		"long texts":  {strings.Repeat("x", 32_000), recentBytes / 32_000},
	} {
		t.Run(name, func(t *testing.T) {
			rng := rand.New(rand.NewPCG(5, 6))
			const before = 10 // events of an earlier run, which are not in memory
			r := newRecent(1, before)
			var model []chat.Event
			var handedOut, copies [][]chat.Event
			for len(model) < 5*recentEvents {
				batch := make([]chat.Event, 1+rng.IntN(maxBatch))
				for i := range batch {
					batch[i] = chat.Event{ID: chat.ID{Seq: before + uint64(len(model)+i) + 1}, Body: chat.Message{Text: tt.text}}
				}
				r.committed(batch)
				model = append(model, batch...)
				checkRecent(t, r, rng, model, before, tt.least)
				events, _, _, _ := r.after(before + uint64(len(model)) - 1)
				handedOut, copies = append(handedOut, events), append(copies, slices.Clone(events))
			}
			if !slices.EqualFunc(handedOut, copies, slices.Equal) {
				t.Error("events that were handed out have changed")
			}
		})
	}
}

// checkRecent compares with the events committed after the first few, which are
// not in memory.
func checkRecent(t *testing.T, r *recent, rng *rand.Rand, model []chat.Event, before, least int) {
	t.Helper()
	last := before + len(model)
	for range 20 {
		seq := rng.IntN(last + 5)
		events, end, moved, held := r.after(uint64(seq))
		missing := last - min(seq, last)
		switch {
		case end != uint64(last):
			t.Fatalf("the log ends at %d, want %d", end, last)
		case !held && missing <= min(least, len(model)):
			t.Fatalf("the last %d of %d events are not held", missing, len(model))
		case held && (moved == nil || missing > len(model) || !slices.Equal(events, model[len(model)-missing:])):
			t.Fatalf("after(%d) of %d gives %d events, want %d", seq, last, len(events), missing)
		}
	}
	size := 0
	for _, ev := range r.events {
		size += len(ev.Text())
	}
	if len(r.events) > 2*recentEvents || size > 2*recentBytes {
		t.Fatalf("%d events with %d bytes of text are held", len(r.events), size)
	}
}
