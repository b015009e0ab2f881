package store_test

import (
	"errors"
	"math/rand/v2"
	"slices"
	"testing"

	"plainchat/store"
	"plainchat/store/storetest"
)

// What a log holds makes the same rows in another, where the journal has lost all that it had.
func TestHeldMakesTheSame(t *testing.T) {
	store.WithoutDelays(t)
	journal := storetest.NewMemory("e1")
	dirs := []string{t.TempDir(), t.TempDir()}
	log := openReplica(t, dirs[0], journal)
	rng := rand.New(rand.NewPCG(3, 4))
	for range 300 {
		_, last, _ := log.Bounds(t.Context())
		_, _, _ = log.Append(t.Context(), anyDraft(rng, last)) // many are refused
	}
	_, last, _ := journal.Bounds(t.Context())
	if reached, err := log.Reach(t.Context(), last); !reached || err != nil {
		t.Fatalf("Reach = %v, %v", reached, err)
	}
	mended := storetest.NewMemory("e1")
	held := 0
	for e, err := range log.Held(t.Context(), 1, last) {
		if err != nil {
			t.Fatal(err)
		}
		held++
		erase(t, mended, e.Seq-1)
		if _, err := mended.Publish(t.Context(), []store.Record{e.Record}); err != nil {
			t.Fatal(err)
		}
	}
	erase(t, mended, last)
	if held < 50 {
		t.Errorf("it holds only %d", held)
	}
	for e, err := range log.Held(t.Context(), last, last+5) {
		if missing, is := errors.AsType[*store.Missing](err); e.Seq != last && (!is || missing.From != last+1 || missing.Upto != last+5) {
			t.Errorf("after the end it has %+v, %v", e, err)
		}
	}
	closeAll(t, log)
	other := openReplica(t, dirs[1], mended)
	if reached, err := other.Reach(t.Context(), last); !reached || err != nil {
		t.Fatalf("Reach = %v, %v", reached, err)
	}
	closeAll(t, other)
	if got, want := rowsOf(t, dirs[1], 0), rowsOf(t, dirs[0], 0); !slices.Equal(got, want) {
		t.Error(difference(want, got))
	}
}

// What retention has passed is told by a record alone, which no log keeps: a log that knows of one must not say
// that nothing stood there.
func TestHeldTellsOfRetention(t *testing.T) {
	store.WithoutDelays(t)
	journal := storetest.NewMemory("e1")
	log := openReplica(t, t.TempDir(), journal)
	for _, text := range []string{"one", "two", "three"} {
		say(t, log, "r", text)
	}
	passed := publishAll(t, journal, store.Record{ID: store.NewRecordID(), Void: true, Expired: 1})
	last := publishAll(t, journal, aMessage("four", 0))
	reach(t, log, last)
	var missing []store.Missing
	var held []uint64
	for e, err := range log.Held(t.Context(), 2, last) {
		if lost, is := errors.AsType[*store.Missing](err); is {
			missing = append(missing, *lost)
		} else if err != nil {
			t.Fatal(err)
		} else {
			held = append(held, e.Seq)
		}
	}
	if want := []store.Missing{{From: passed, Upto: passed}}; !slices.Equal(missing, want) || !slices.Equal(held, []uint64{2, 3, last}) {
		t.Errorf("it holds %d and misses %v, want %v", held, missing, want)
	}
}

// erase has a journal have nothing at the places up to one that are not taken yet.
func erase(t *testing.T, j *storetest.Memory, upto uint64) {
	t.Helper()
	_, last, _ := j.Bounds(t.Context())
	for seq := last + 1; seq <= upto; seq++ {
		if _, err := j.Publish(t.Context(), []store.Record{{ID: store.NewRecordID(), Void: true}}); err != nil {
			t.Fatal(err)
		}
		if err := j.Erase(t.Context(), seq); err != nil {
			t.Fatal(err)
		}
	}
}
