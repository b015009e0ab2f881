// Package storetest is what every store.Log must do, as tests. An implementation
// passes when Run does.
package storetest

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"time"

	"plainchat/chat"
	"plainchat/store"
)

// Open returns the log that is kept in a folder. Run closes it before it opens
// the same folder again.
type Open func(t *testing.T, dir string) store.Log

// Run tests an implementation.
func Run(t *testing.T, open Open) {
	for _, test := range []struct {
		name string
		run  func(*testing.T, Open)
	}{
		{"AppendInOrder", appendInOrder},
		{"SurvivesReopening", survivesReopening},
		{"ClientID", clientID},
		{"ClientIDAtOnce", clientIDAtOnce},
		{"ReadAgainstModel", readAgainstModel},
		{"ReadStopsEarly", readStopsEarly},
		{"Tail", tail},
		{"TailEnds", tailEnds},
		{"Bounds", bounds},
		{"Cancelled", cancelled},
		{"Closed", closed},
		{"CloseWhileAppending", closeWhileAppending},
	} {
		t.Run(test.name, func(t *testing.T) { test.run(t, open) })
	}
}

func message(room chat.Room, text string) chat.Message {
	return chat.Message{Room: room, UserName: "지민", Text: text}
}

// add appends a message that must be new.
func add(t *testing.T, log store.Log, m chat.Message) chat.Event {
	t.Helper()
	ev, duplicate, err := log.Append(t.Context(), m)
	if err != nil || duplicate {
		t.Fatalf("Append: duplicate %v, err %v", duplicate, err)
	}
	return ev
}

// all reads a log from end to end.
func all(t *testing.T, log store.Log, rooms ...chat.Room) []chat.Event {
	t.Helper()
	_, last, err := log.Bounds(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return read(t, log, 0, last, rooms...)
}

func read(t *testing.T, log store.Log, after, upto uint64, rooms ...chat.Room) []chat.Event {
	t.Helper()
	var events []chat.Event
	for ev, err := range log.Read(t.Context(), after, upto, rooms...) {
		if err != nil {
			t.Fatal(err)
		}
		events = append(events, ev)
	}
	return events
}

func closeLog(t *testing.T, log store.Log) {
	t.Helper()
	if err := log.Close(); err != nil {
		t.Fatal(err)
	}
}

// Whoever appends at the same time as others gets a place of its own, and what
// one sender says after an acknowledgement comes after it.
func appendInOrder(t *testing.T, open Open) {
	log := open(t, t.TempDir())
	defer closeLog(t, log)
	const senders, each = 16, 50
	var mu sync.Mutex
	acked := make(map[uint64]chat.Event)
	var sending sync.WaitGroup
	for sender := range senders {
		sending.Go(func() {
			var before uint64
			for n := range each {
				m := message("r", fmt.Sprint(sender, "/", n))
				ev, duplicate, err := log.Append(t.Context(), m)
				if err != nil || duplicate || ev.ID.Seq <= before || ev.ID.Epoch != log.Epoch() || ev.Text != m.Text {
					t.Errorf("Append after %d: %+v, duplicate %v, err %v", before, ev, duplicate, err)
					return
				}
				before = ev.ID.Seq
				mu.Lock()
				acked[before] = ev
				mu.Unlock()
			}
		})
	}
	sending.Wait()
	events := all(t, log)
	if len(events) != senders*each || len(acked) != senders*each {
		t.Fatalf("%d events in the log, %d acknowledged, want %d", len(events), len(acked), senders*each)
	}
	for i, ev := range events {
		if i > 0 && ev.ID.Seq <= events[i-1].ID.Seq {
			t.Fatalf("event %s follows %s", ev.ID, events[i-1].ID)
		}
		if ev != acked[ev.ID.Seq] {
			t.Fatalf("the log has %+v, acknowledged was %+v", ev, acked[ev.ID.Seq])
		}
	}
}

func survivesReopening(t *testing.T, open Open) {
	dir := t.TempDir()
	log := open(t, dir)
	epoch := log.Epoch()
	want := []chat.Event{
		add(t, log, chat.Message{Room: "방", UserName: "지민", Text: "안녕\n\u2028 \U0001F389", ClientID: "k-1"}),
		add(t, log, message("lobby", "two")),
	}
	closeLog(t, log)
	log = open(t, dir)
	defer closeLog(t, log)
	if log.Epoch() != epoch {
		t.Errorf("the epoch was %q and is %q", epoch, log.Epoch())
	}
	want = append(want, add(t, log, message("lobby", "three")))
	if got := all(t, log); !slices.Equal(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
	if other := open(t, t.TempDir()); other.Epoch() == epoch {
		t.Error("two logs have the same epoch")
	} else {
		closeLog(t, other)
	}
}

// The key of a message is its client id together with its room and its name.
func clientID(t *testing.T, open Open) {
	dir := t.TempDir()
	log := open(t, dir)
	m := chat.Message{Room: "a", UserName: "Ann", Text: "first", ClientID: "k"}
	first := add(t, log, m)
	again := m
	again.Text = "changed"
	for range 2 {
		ev, duplicate, err := log.Append(t.Context(), again)
		if err != nil || !duplicate || ev != first {
			t.Errorf("again: %+v, duplicate %v, err %v; want %+v", ev, duplicate, err, first)
		}
		closeLog(t, log)
		log = open(t, dir)
	}
	defer closeLog(t, log)
	for _, different := range []chat.Message{
		{Room: "b", UserName: "Ann", Text: "x", ClientID: "k"},
		{Room: "a", UserName: "Ben", Text: "x", ClientID: "k"},
		{Room: "a", UserName: "Ann", Text: "x", ClientID: "K"},
		{Room: "a", UserName: "Ann", Text: "first"},
		{Room: "a", UserName: "Ann", Text: "first"},
	} {
		add(t, log, different)
	}
	if events := all(t, log); len(events) != 6 || events[5].ID.Seq != first.ID.Seq+5 {
		t.Errorf("duplicates took places in the log: %+v", events)
	}
}

func clientIDAtOnce(t *testing.T, open Open) {
	log := open(t, t.TempDir())
	defer closeLog(t, log)
	const keys, tries = 20, 8
	var mu sync.Mutex
	firsts := make(map[string]int)
	places := make(map[string]chat.Event)
	var sending sync.WaitGroup
	for try := range tries {
		sending.Go(func() {
			for n := range keys {
				key := fmt.Sprint("k", (n+try)%keys)
				ev, duplicate, err := log.Append(t.Context(), chat.Message{Room: "r", UserName: "Ann", Text: fmt.Sprint(key, " by ", try), ClientID: key})
				if err != nil {
					t.Error(err)
					return
				}
				mu.Lock()
				if !duplicate {
					firsts[key]++
				}
				if known, ok := places[key]; ok && known != ev {
					t.Errorf("%s is both %+v and %+v", key, known, ev)
				}
				places[key] = ev
				mu.Unlock()
			}
		})
	}
	sending.Wait()
	for key, n := range firsts {
		if n != 1 {
			t.Errorf("%s was the first %d times", key, n)
		}
	}
	if got := len(all(t, log)); got != keys || len(firsts) != keys {
		t.Errorf("%d events and %d firsts for %d keys", got, len(firsts), keys)
	}
}

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
	for n := range 300 {
		add(t, log, message("r", fmt.Sprint(n)))
	}
	closeLog(t, log) // so that they are not in memory any more
	log = open(t, dir)
	defer closeLog(t, log)

	const more = 2000
	starts := []uint64{0, 150, 299, 300}
	got := make([][]chat.Event, len(starts))
	var following sync.WaitGroup
	for i, start := range starts {
		following.Go(func() {
			for ev, err := range log.Tail(t.Context(), start) {
				if err != nil {
					t.Error(err)
					return
				}
				got[i] = append(got[i], ev)
				if ev.ID.Seq == 300+more {
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
	add(t, log, message("r", "1"))
	for ev, err := range log.Tail(ctx, 0) {
		if err != nil || ev.ID.Seq != 1 {
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

func bounds(t *testing.T, open Open) {
	dir := t.TempDir()
	log := open(t, dir)
	check := func(wantFirst, wantLast uint64) {
		t.Helper()
		if first, last, err := log.Bounds(t.Context()); err != nil || first != wantFirst || last != wantLast {
			t.Errorf("Bounds = %d, %d, %v; want %d, %d", first, last, err, wantFirst, wantLast)
		}
	}
	check(1, 0)
	add(t, log, message("r", "1"))
	add(t, log, message("r", "2"))
	check(1, 2)
	closeLog(t, log)
	log = open(t, dir)
	defer closeLog(t, log)
	check(1, 2)
}

func cancelled(t *testing.T, open Open) {
	log := open(t, t.TempDir())
	defer closeLog(t, log)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	m := chat.Message{Room: "r", UserName: "Ann", Text: "x", ClientID: "k"}
	if _, _, err := log.Append(ctx, m); err != nil && !errors.Is(err, context.Canceled) {
		t.Errorf("Append = %v, want Canceled or nil", err)
	}
	// Whatever came of that, the same client id settles it.
	if _, _, err := log.Append(t.Context(), m); err != nil {
		t.Error(err)
	}
	if events := all(t, log); len(events) != 1 {
		t.Errorf("the log has %+v", events)
	}
}

func closed(t *testing.T, open Open) {
	log := open(t, t.TempDir())
	add(t, log, message("r", "1"))
	closeLog(t, log)
	if _, _, err := log.Append(t.Context(), message("r", "2")); !errors.Is(err, store.ErrClosed) {
		t.Errorf("Append = %v, want ErrClosed", err)
	}
	if _, _, err := log.Bounds(t.Context()); !errors.Is(err, store.ErrClosed) {
		t.Errorf("Bounds = %v, want ErrClosed", err)
	}
	for ev, err := range log.Read(t.Context(), 0, 1) {
		if !errors.Is(err, store.ErrClosed) {
			t.Errorf("Read = %+v, %v; want ErrClosed", ev, err)
		}
	}
	if err := log.Close(); !errors.Is(err, store.ErrClosed) {
		t.Errorf("Close = %v, want ErrClosed", err)
	}
}

// An append that a Close overtakes is either durable or refused.
func closeWhileAppending(t *testing.T, open Open) {
	dir := t.TempDir()
	log := open(t, dir)
	var mu sync.Mutex
	acked := make(map[chat.ID]chat.Event)
	var sending sync.WaitGroup
	enough := make(chan struct{})
	for range 8 {
		sending.Go(func() {
			for n := 0; ; n++ {
				ev, _, err := log.Append(t.Context(), message("r", fmt.Sprint(n)))
				if errors.Is(err, store.ErrClosed) {
					return
				}
				if err != nil {
					t.Error(err)
					return
				}
				mu.Lock()
				acked[ev.ID] = ev
				if len(acked) == 50 {
					close(enough)
				}
				mu.Unlock()
			}
		})
	}
	select {
	case <-enough:
	case <-time.After(time.Minute):
		t.Error("50 appends took a minute")
	}
	closeLog(t, log)
	sending.Wait()
	log = open(t, dir)
	defer closeLog(t, log)
	events := all(t, log)
	if len(events) != len(acked) {
		t.Errorf("%d events in the log, %d acknowledged", len(events), len(acked))
	}
	for _, ev := range events {
		if acked[ev.ID] != ev {
			t.Errorf("the log has %+v, acknowledged was %+v", ev, acked[ev.ID])
		}
	}
}
