package broker

import (
	"context"
	"fmt"
	"math/rand/v2"
	"testing"
	"testing/synctest"
)

// The tape is compared with a list of everything ever appended to it.
func TestTapeAgainstModel(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	tape := newTape(8, 200, 100)
	type entry struct {
		after cursor
		bytes string
	}
	var all []entry
	cleared := 0 // how many of them, at the last time
	at := cursor{seq: 100}
	for n := range 2000 {
		at.seq++
		at.pos++
		text := fmt.Sprint(n, "/", string(make([]byte, rng.IntN(60))))
		tape.append(label{room: "r", seq: at.seq}, []byte(text))
		all = append(all, entry{at, text})

		if rng.IntN(50) == 0 {
			tape.clear()
			cleared = len(all)
		}
		if tape.head() != at {
			t.Fatalf("head = %+v, want %+v", tape.head(), at)
		}
		from := uint64(rng.IntN(len(all) + 1))
		frames, held := tape.read(nil, from, 3)
		if !held {
			if size := total(all[from:], func(e entry) int { return len(e.bytes) }); int(from) >= cleared && len(all)-int(from) <= 8 && size <= 200 {
				t.Fatalf("frames from %d on, %d bytes, are gone though they fit", from, size)
			}
			continue
		}
		if int(from) < cleared {
			t.Fatalf("frame %d is held, though all %d were cleared", from, cleared)
		}
		for i, f := range frames {
			if want := all[int(from)+i]; f.after != want.after || string(f.chunk) != want.bytes {
				t.Fatalf("frame %d = %+v, want %+v", int(from)+i, f, want)
			}
		}
		checkSeek(t, tape, frames, at.seq)
	}
}

func total[T any](list []T, size func(T) int) (sum int) {
	for _, v := range list {
		sum += size(v)
	}
	return sum
}

// checkSeek looks for the places of the events around some frames that are held.
func checkSeek(t *testing.T, tape *tape, frames []frame, head uint64) {
	t.Helper()
	for _, f := range frames {
		at, held := tape.seek(f.after.seq)
		if !held {
			t.Fatalf("event %d is held but cannot be sought", f.after.seq)
		}
		next, _ := tape.read(nil, at.pos, 1)
		if f.after.seq == head && len(next) != 0 || f.after.seq < head && next[0].after.seq != f.after.seq+1 {
			t.Fatalf("after event %d comes %+v", f.after.seq, next)
		}
	}
}

func TestTapeAwait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		tape := newTape(4, 1000, 0)
		reached := make(chan error, 1)
		go func() { reached <- tape.await(t.Context(), 2) }()
		tape.append(label{room: "r", seq: 1}, []byte("x"))
		synctest.Wait()
		select {
		case err := <-reached:
			t.Fatalf("reached event 2 at event 1: %v", err)
		default:
		}
		tape.append(label{room: "r", seq: 2}, []byte("x"))
		if err := <-reached; err != nil {
			t.Error(err)
		}

		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if err := tape.await(ctx, 3); err != context.Canceled {
			t.Errorf("err = %v, want Canceled", err)
		}
	})
}
