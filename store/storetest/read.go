package storetest

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"

	"plainchat/chat"
	"plainchat/store"
)

func readAgainstModel(t *testing.T, open Open) {
	log := open(t, t.TempDir())
	defer closeLog(t, log)
	rng := rand.New(rand.NewPCG(7, 7))
	rooms := []chat.Room{"a", "b", "c", "room-without-a-word"}
	var model []chat.Event
	for n := range 700 { // more than any reader would take at once
		model = append(model, add(t, log, message(rooms[rng.IntN(3)], fmt.Sprint(n))))
	}
	for range 60 {
		from, to := uint64(rng.IntN(720)), uint64(rng.IntN(720))
		chosen := slices.Clone(rooms[:rng.IntN(len(rooms)+1)])
		if len(chosen) > 0 {
			chosen = append(chosen, chosen[0]) // to name a room twice is to name it
		}
		rng.Shuffle(len(chosen), func(i, j int) { chosen[i], chosen[j] = chosen[j], chosen[i] })
		var want []chat.Event
		for _, ev := range model {
			if ev.ID.Seq > from && ev.ID.Seq <= to && (len(chosen) == 0 || slices.Contains(chosen, ev.Room)) {
				want = append(want, ev)
			}
		}
		if got := read(t, log, from, to, chosen...); !slices.Equal(got, want) {
			t.Fatalf("(%d, %d] of %q: got %d events, want %d", from, to, chosen, len(got), len(want))
		}
	}
}

func readStopsEarly(t *testing.T, open Open) {
	log := open(t, t.TempDir())
	defer closeLog(t, log)
	want := add(t, log, message("a", "1"))
	add(t, log, message("a", "2"))
	for ev, err := range log.Read(t.Context(), 0, 2) {
		if err != nil || ev != want {
			t.Errorf("got %+v, %v; want %+v", ev, err, want)
		}
		break
	}
	add(t, log, message("a", "3")) // nothing is held that this would wait for
}

// Tail gives what is there and then what comes, however many follow and wherever
// they start.
func tail(t *testing.T, open Open) {
	dir := t.TempDir()
	log := open(t, dir)
	var before []chat.Event
	for n := range 300 {
		before = append(before, add(t, log, message("r", fmt.Sprint(n))))
	}
	closeLog(t, log) // so that they are not in memory any more
	log = open(t, dir)
	defer closeLog(t, log)

	const more = 2000
	starts := []int{0, 150, 299, 300} // how many were before
	got := make([][]chat.Event, len(starts))
	var following sync.WaitGroup
	for i, start := range starts {
		var after uint64
		if start > 0 {
			after = before[start-1].ID.Seq
		}
		following.Go(func() {
			for ev, err := range log.Tail(t.Context(), after) {
				if err != nil {
					t.Error(err)
					return
				}
				got[i] = append(got[i], ev)
				if start+len(got[i]) == 300+more {
					return
				}
			}
		})
	}
	var sending sync.WaitGroup
	for range 4 {
		sending.Go(func() {
			for n := range more / 4 {
				if _, _, err := log.Append(t.Context(), message("r", fmt.Sprint(n))); err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	sending.Wait()
	following.Wait()
	model := all(t, log)
	for i, start := range starts {
		if !slices.Equal(got[i], model[start:]) {
			t.Errorf("the tail from %d on is not the log: %d events, want %d", start, len(got[i]), len(model[start:]))
		}
	}
}

func tailEnds(t *testing.T, open Open) {
	log := open(t, t.TempDir())
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	first := add(t, log, message("r", "1"))
	for ev, err := range log.Tail(ctx, 0) {
		if err != nil || ev != first {
			t.Errorf("got %+v, %v", ev, err)
		}
		cancel()
	}

	following := make(chan struct{})
	ended := make(chan error, 1)
	go func() {
		var last error
		for _, err := range log.Tail(t.Context(), 0) {
			if last = err; err == nil {
				close(following)
			}
		}
		ended <- last
	}()
	<-following
	closeLog(t, log)
	if err := <-ended; !errors.Is(err, store.ErrClosed) {
		t.Errorf("the tail of a closed log ends with %v, want ErrClosed", err)
	}
}
