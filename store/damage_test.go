package store_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"plainchat/chat"
	"plainchat/internal/seed"
	"plainchat/store"
	"plainchat/store/repair"
)

// TestDamagedFiles is the short form of TestTortureDamage.
func TestDamagedFiles(t *testing.T) {
	cases := 60
	if testing.Short() {
		cases = 6
	}
	damageFiles(t, cases, (*damageCase).spoil)
}

// damageFiles spoils copies of a log. However one is spoilt, opening
// it is refused with a sentence, or all is there and equal, or what is missing is
// reported; nothing is ever served that differs from what was appended; and what a
// rebuild saves is sound and equal to it.
//
// Something may vanish unnoticed only where the write-ahead log has been cut off, or
// spoilt so near to its end that fewer than two ends of transactions are left
// behind the damage. That is what a crash amid a commit leaves too, so it must not be an
// error; then no more may be missing than what was committed from there on, whose
// only copy that was.
func damageFiles(t *testing.T, cases int, spoil func(*damageCase, *rand.Rand)) {
	base := seed.Draw(t)
	specimens := []*specimen{newSpecimen(t, false), newSpecimen(t, true)}
	outcomes := map[string]int{}
	for n := range cases {
		rng := rand.New(rand.NewPCG(base, uint64(n)))
		c := &damageCase{specimen: specimens[rng.IntN(len(specimens))], dir: t.TempDir()}
		t.Run(fmt.Sprint(n), func(t *testing.T) {
			c.T = t
			spoil(c, rng)
			outcome, rebuilt := c.examine(rng)
			outcomes[outcome]++
			if !rebuilt {
				outcomes["of these not to be rebuilt"]++
			}
			if t.Failed() {
				t.Logf("-seed %d, case %d: %s", base, n, c.what)
			}
		})
	}
	t.Log(outcomes)
}

// examine checks everything that is to hold, and tells what became of the log.
func (c *damageCase) examine(rng *rand.Rand) (outcome string, rebuilt bool) {
	spoilt := copyFolder(c.T, c.dir)
	found, err := repair.Check(c.Context(), c.dir)
	c.sentence(err)
	noticed := err != nil || !found.Sound()
	read, outcome := c.use(rng, noticed)
	return outcome, c.rebuild(spoilt, read)
}

// use opens the log, reads and appends. It returns the positions that could be read.
func (c *damageCase) use(rng *rand.Rand, noticed bool) (read map[uint64]bool, outcome string) {
	log, err := store.Open(c.Context(), store.Options{Dir: c.dir, Logger: quiet})
	if err != nil {
		c.sentence(err)
		return nil, "refused"
	}
	defer log.Close()
	read, reported := c.readAll(log)
	missing := 0
	for n, ev := range c.events {
		if !read[ev.ID.Seq] && !c.fate[n] {
			missing++
		}
	}
	if missing > 0 && !noticed {
		c.Errorf("%d events are missing and Check finds the log sound", missing)
	}
	c.append(rng, log, noticed || len(read) < len(c.events))
	switch {
	case missing > 0 || reported:
		return read, "reported"
	case len(read) < len(c.events):
		return read, "never synced"
	case noticed:
		return read, "all read, and noticed"
	}
	return read, "healed"
}

// readAll reads in every way there is.
func (c *damageCase) readAll(log *store.SQLite) (read map[uint64]bool, reported bool) {
	read, reported = c.compare("Read", log, "", log.Read(c.Context(), 0, 1<<63-1))
	for _, room := range damageRooms {
		_, damaged := c.compare("Read of "+string(room), log, room, log.Read(c.Context(), 0, 1<<63-1, room))
		reported = reported || damaged
		for _, forward := range []bool{false, true} {
			page, _, err := log.Page(c.Context(), store.Page{Room: room, Limit: 1000, Forward: forward})
			reported = reported || err != nil
			c.compare("Page of "+string(room), log, room, func(yield func(chat.Event, error) bool) {
				for _, ev := range page {
					if !yield(ev, nil) {
						return
					}
				}
			})
		}
	}
	return read, reported
}

// compare checks that what is served is what was appended, in order and once.
func (c *damageCase) compare(how string, log store.Log, room chat.Room, served func(func(chat.Event, error) bool)) (read map[uint64]bool, reported bool) {
	read = map[uint64]bool{}
	last := uint64(0)
	for ev, err := range served {
		if err != nil {
			reported = true
			continue
		}
		if ev.ID.Seq <= last {
			c.Fatalf("%s serves %d after %d", how, ev.ID.Seq, last)
		}
		last = ev.ID.Seq
		read[last] = true
		c.same(how, log, ev)
		if room != "" && ev.Room != room {
			c.Errorf("%s serves one of %s", how, ev.Room)
		}
	}
	return read, reported
}

// same checks one event. A log whose epoch was hit is another one, which clients learn from its
// ids; what they are told of it must be true all the same.
func (c *damageCase) same(how string, log store.Log, ev chat.Event) {
	ev.ID.Epoch = c.epoch
	if ev.ID.Seq == 0 || ev.ID.Seq > uint64(len(c.events)) || ev != c.events[ev.ID.Seq-1] {
		c.Errorf("%s of %s serves what was never appended: %+v", how, log.Epoch(), ev)
	}
}

// append repeats what was acknowledged, and then says something new and tails the log.
func (c *damageCase) append(rng *rand.Rand, log *store.SQLite, noticed bool) {
	for _, n := range rng.Perm(len(c.events) / 3)[:20] {
		old := c.events[3*n]
		again, duplicate, err := log.Append(c.Context(), chat.Draft{Room: old.Room, From: chat.Person{Name: old.From.Name}, Key: old.Key, Body: chat.Message{Text: old.Text()}})
		switch {
		case err != nil:
			c.sentence(err)
		case duplicate && again.ID.Seq <= uint64(len(c.events)):
			c.same("Append", log, again)
		case !duplicate && !noticed:
			c.Errorf("event %d is appended again, and Check finds the log sound", old.ID.Seq)
		}
	}
	fresh, _, err := log.Append(c.Context(), chat.Draft{Room: "tea", From: chat.Person{Name: "me"}, Body: chat.Message{Text: "fresh"}})
	if err != nil {
		c.sentence(err)
		return
	}
	// The fresh one too may be out of reach, in a page that was damaged: then the
	// tail waits forever.
	ctx, cancel := context.WithTimeout(c.Context(), 200*time.Millisecond)
	defer cancel()
	for ev, err := range log.Tail(ctx, 0) {
		_, damaged := errors.AsType[*store.Damaged](err)
		if err != nil && !damaged || ev.ID.Seq == fresh.ID.Seq {
			return
		}
		if err == nil && ev.ID.Seq <= uint64(len(c.events)) && ev.Time.Before(c.events[len(c.events)-1].Time.Add(1)) {
			c.same("Tail", log, ev)
		}
	}
}

// rebuild saves what is whole, which must be all that could be read before, and something
// unless all of it is out of reach.
func (c *damageCase) rebuild(dir string, read map[uint64]bool) bool {
	done, err := repair.Rebuild(context.WithoutCancel(c.Context()), dir)
	if err != nil {
		c.sentence(err)
		if !c.hopeless {
			c.Errorf("nothing is saved: %v", err)
		}
		return false
	}
	found, err := repair.Check(c.Context(), dir)
	if err != nil || !found.Sound() || found.Events != done.Saved {
		c.Errorf("after Rebuild, which saved %d, Check finds %+v, %v", done.Saved, found, err)
	}
	log := open(c.T, dir)
	defer log.Close()
	saved, reported := c.compare("Read after Rebuild", log, "", log.Read(c.Context(), 0, 1<<63-1))
	if reported {
		c.Error("after Rebuild there is damage left")
	}
	for seq := range read {
		if !saved[seq] {
			c.Errorf("event %d could be read and is not saved", seq)
		}
	}
	_, last, err := log.Bounds(c.Context())
	if err != nil {
		c.Error(err)
	}
	if !done.Renamed && last < uint64(len(c.events)) && !c.fate[last] {
		c.Errorf("positions after %d will be given to others in the same epoch", last)
	}
	say(c.T, log, "tea", "goes on")
	return true
}

// sentence checks that an error can be shown to a person.
func (c *damageCase) sentence(err error) {
	if err != nil && strings.Contains(err.Error(), "\n") {
		c.Errorf("the error is no sentence: %v", err)
	}
}
