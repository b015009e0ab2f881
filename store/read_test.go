package store_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"plainchat/chat"
	"plainchat/store"
)

func TestPageAgainstModel(t *testing.T) {
	log := open(t, t.TempDir())
	rng := rand.New(rand.NewPCG(3, 4))
	var model []chat.Event
	for n := range 300 {
		room := []chat.Room{"a", "b"}[rng.IntN(2)]
		if ev := say(t, log, room, fmt.Sprint(n)); room == "a" {
			model = append(model, ev)
		}
	}
	for range 300 {
		p := store.Page{Room: "a", Limit: 1 + rng.IntN(60)}
		if rng.IntN(3) > 0 {
			p.Before = uint64(1 + rng.IntN(320))
		}
		if rng.IntN(3) > 0 {
			p.After = uint64(rng.IntN(320))
		}
		p.Forward = rng.IntN(2) == 0
		var want []chat.Event
		for _, ev := range model {
			if ev.ID.Seq > p.After && (p.Before == 0 || ev.ID.Seq < p.Before) {
				want = append(want, ev)
			}
		}
		wantMore := p.Limit > 0 && len(want) > p.Limit
		if n := len(want); n > p.Limit && p.Forward {
			want = want[:p.Limit]
		} else if n > p.Limit {
			want = want[n-p.Limit:]
		}
		got, more, err := log.Page(t.Context(), p)
		if err != nil || !slices.Equal(got, want) || more != wantMore {
			t.Fatalf("%+v: %v, got %d events (more: %v), want %d (%v)", p, err, len(got), more, len(want), wantMore)
		}
	}
}

// Of long messages fewer are read ahead, so that slow readers hold little memory;
// still every one is read.
func TestReadOfLongMessages(t *testing.T) {
	log := open(t, t.TempDir())
	const events = 30
	long := strings.Repeat("\U0001F389", chat.MaxTextLength-2)
	for n := range events {
		m := chat.Draft{Room: "r", From: chat.Person{Name: "me"}, Body: chat.Message{Text: fmt.Sprintf("%02d", n) + long}}
		if _, _, err := log.Append(t.Context(), m); err != nil {
			t.Fatal(err)
		}
	}
	if n, err := log.ReadAhead(t.Context(), "r"); err != nil || n == 0 || n > 5 {
		t.Errorf("%d messages of %d bytes are read ahead, %v", n, len(long), err)
	}
	for _, rooms := range [][]chat.Room{nil, {"r"}, {"none", "r"}} {
		read, _ := readAll(t, log.Read(t.Context(), 0, math.MaxUint64, rooms...))
		for n, ev := range read {
			if ev.ID.Seq != uint64(n+1) {
				t.Fatalf("event %d is %s", n+1, ev.ID)
			}
		}
		if len(read) != events {
			t.Errorf("%d events are read of %q, want %d", len(read), rooms, events)
		}
	}
}

// Of several rooms the events come in the order of the log, each once and none of
// another room, wherever the pages of the read end.
func TestReadOfSeveralRooms(t *testing.T) {
	log := open(t, t.TempDir())
	rng := rand.New(rand.NewPCG(1, 2))
	var all []chat.Event
	for n := range 700 {
		room := chat.Room(fmt.Sprint("room-", min(rng.IntN(16), rng.IntN(16)))) // some have more than others
		ev, _, err := log.Append(t.Context(), chat.Draft{Room: room, From: chat.Person{Name: "me"}, Body: chat.Message{Text: fmt.Sprint(n)}})
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, ev)
	}
	for _, after := range []uint64{0, 1, 256, 699, 700} {
		for _, rooms := range [][]chat.Room{nil, {"room-0"}, {"room-9", "room-0", "room-9"}, {"room-3", "none", "room-15", "room-1"}} {
			var want []chat.Event
			for _, ev := range all[after:] {
				if len(rooms) == 0 || slices.Contains(rooms, ev.Room) {
					want = append(want, ev)
				}
			}
			if read, _ := readAll(t, log.Read(t.Context(), after, math.MaxUint64, rooms...)); !slices.Equal(read, want) {
				t.Errorf("%d events are read of %q after %d, want %d", len(read), rooms, after, len(want))
			}
		}
	}
}

// A page ends where its reader wants no more, and says that there are more; page by page
// every event comes, in either direction.
func TestPageOfWhatFits(t *testing.T) {
	log := open(t, t.TempDir())
	const events = 100
	for n := range events {
		say(t, log, "r", strings.Repeat("x", n+1))
	}
	for _, p := range []store.Page{{Forward: true}, {Before: events + 1}} {
		p.Room, p.Limit = "r", 40
		read, pages := 0, 0
		for more := true; more; pages++ {
			size, refused := 0, 0
			p.Fits = func(ev chat.Event) bool {
				if size > 0 && size+len(ev.Text()) > 500 {
					refused++
					return false
				}
				size += len(ev.Text())
				return true
			}
			var page []chat.Event
			var err error
			if page, more, err = log.Page(t.Context(), p); err != nil || len(page) == 0 || len(page) > 40 {
				t.Fatalf("a page of %d events, %v", len(page), err)
			}
			first, last, text := page[0].ID.Seq, page[len(page)-1].ID.Seq, 0
			for _, ev := range page {
				text += len(ev.Text())
			}
			if p.Forward && first != p.After+1 || !p.Forward && last != p.Before-1 || text != size || refused > 1 {
				t.Fatalf("%+v gives events %d to %d of %d bytes, %d were accepted and %d events refused", p, first, last, text, size, refused)
			}
			if read += len(page); p.Forward {
				p.After = last
			} else {
				p.Before = first
			}
		}
		if read != events || pages < 10 {
			t.Errorf("%d events in %d pages", read, pages)
		}
	}
}

func TestPageOfNothing(t *testing.T) {
	log := open(t, t.TempDir())
	say(t, log, "r", "one")
	for limit := -1; limit <= 1; limit++ {
		if page, _, err := log.Page(t.Context(), store.Page{Room: "r", Limit: limit}); err != nil || len(page) != max(0, limit) {
			t.Errorf("limit %d: %d events, %v", limit, len(page), err)
		}
	}
}

func TestSince(t *testing.T) {
	dir := t.TempDir()
	log := open(t, dir)
	base := time.UnixMilli(1_000_000).UTC()
	if seq, err := log.Since(t.Context(), base); err != nil || seq != 0 {
		t.Errorf("an empty log: %d, %v", seq, err)
	}
	for n := range 9 {
		say(t, log, "r", fmt.Sprint(n))
	}
	log.Close()
	// Three events at each of three moments, with their checksums left wrong: only
	// the times matter here.
	tamper(t, dir, "UPDATE log SET time = 1000000 + (seq - 1) / 3 * 1000")
	log = open(t, dir)
	for offset, want := range map[time.Duration]uint64{
		-time.Hour: 0, 0: 0, 1: 3, time.Second: 3, 1500 * time.Millisecond: 6, 2 * time.Second: 6, 2001 * time.Millisecond: 9, time.Hour: 9,
	} {
		if seq, err := log.Since(t.Context(), base.Add(offset)); err != nil || seq != want {
			t.Errorf("%v: %d, %v; want %d", offset, seq, err, want)
		}
	}
}

// With the clock set back in the middle there are two positions where a time has
// just come; either will do.
func TestSinceWithClockSetBack(t *testing.T) {
	dir := t.TempDir()
	log := open(t, dir)
	for n := range 8 {
		say(t, log, "r", fmt.Sprint(n))
	}
	log.Close()
	tamper(t, dir, "UPDATE log SET time = 1000 * CASE WHEN seq <= 4 THEN seq ELSE seq - 3 END") // 1 2 3 4 2 3 4 5
	log = open(t, dir)
	for second, want := range map[int64][]uint64{0: {0}, 1: {0}, 3: {2, 5}, 4: {3, 6}, 5: {7}, 6: {8}} {
		if seq, err := log.Since(t.Context(), time.Unix(second, 0)); err != nil || !slices.Contains(want, seq) {
			t.Errorf("second %d: %d, %v; want one of %d", second, seq, err, want)
		}
	}
}
