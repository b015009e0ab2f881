package storetest

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"

	"plainchat/chat"
	"plainchat/store"
)

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
				if err != nil || duplicate || ev.ID.Seq <= before || ev.ID.Epoch != log.Epoch() || ev.Body != m.Body {
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

// The key of a message is its client id together with its room and its name.
func clientID(t *testing.T, open Open) {
	dir := t.TempDir()
	log := open(t, dir)
	m := chat.Draft{Room: "a", From: chat.Person{Name: "Ann"}, Key: "k", Body: chat.Message{Text: "first"}}
	first := add(t, log, m)
	changed := m
	changed.Body = chat.Message{Text: "changed"}
	for range 2 {
		ev, duplicate, err := log.Append(t.Context(), m)
		if err != nil || !duplicate || ev != first {
			t.Errorf("again: %+v, duplicate %v, err %v; want %+v", ev, duplicate, err, first)
		}
		ev, duplicate, err = log.Append(t.Context(), changed)
		if reused, ok := errors.AsType[*store.KeyReused](err); !ok || reused.First != first.ID || duplicate || ev != (chat.Event{}) {
			t.Errorf("with another text: %+v, duplicate %v, err %v; want KeyReused of %s", ev, duplicate, err, first.ID)
		}
		if ev, found, err := log.Repeat(t.Context(), m); err != nil || !found || ev != first {
			t.Errorf("Repeat: %+v, %v, %v; want %+v", ev, found, err, first)
		}
		if _, found, err := log.Repeat(t.Context(), changed); found || err == nil || err.Error() != (&store.KeyReused{First: first.ID}).Error() {
			t.Errorf("Repeat of another text: %v, %v", found, err)
		}
		closeLog(t, log)
		log = open(t, dir)
	}
	defer closeLog(t, log)
	for _, unused := range []chat.Draft{
		{Room: "b", From: m.From, Key: "k", Body: m.Body}, {Room: "a", From: m.From, Body: m.Body},
		{Room: "a", From: chat.Person{ID: "g1", Name: "Ann"}, Key: "k", Body: m.Body},
	} {
		if ev, found, err := log.Repeat(t.Context(), unused); err != nil || found {
			t.Errorf("Repeat of %+v: %+v, %v", unused, ev, err)
		}
	}
	for _, different := range []chat.Draft{
		{Room: "b", From: chat.Person{Name: "Ann"}, Key: "k", Body: chat.Message{Text: "x"}},
		{Room: "a", From: chat.Person{Name: "Ben"}, Key: "k", Body: chat.Message{Text: "x"}},
		{Room: "a", From: chat.Person{Name: "Ann"}, Key: "K", Body: chat.Message{Text: "x"}},
		{Room: "a", From: chat.Person{Name: "Ann"}, Body: chat.Message{Text: "first"}},
		{Room: "a", From: chat.Person{Name: "Ann"}, Body: chat.Message{Text: "first"}},
	} {
		add(t, log, different)
	}
	if events := all(t, log); len(events) != 6 {
		t.Errorf("duplicates are in the log: %+v", events)
	}
}

// What is about a message is found again by its key, though it could not be added any more: its
// message is erased, by itself perhaps, or its reader has read on.
func clientIDOfChange(t *testing.T, open Open) {
	log := open(t, t.TempDir())
	defer closeLog(t, log)
	ann := chat.Person{ID: "g", Name: "Ann"}
	m := add(t, log, chat.Draft{Room: "a", From: ann, Body: chat.Message{Text: "first"}})
	read := chat.Draft{Room: "a", From: ann, Key: "read", Body: chat.Read{Upto: m.ID.Seq}}
	reaction := chat.Draft{Room: "a", From: ann, Key: "reaction", Body: chat.Reaction{Of: m.ID.Seq, Emoji: "👍"}}
	deletion := chat.Draft{Room: "a", From: ann, Key: "delete", Body: chat.Delete{Of: m.ID.Seq}}
	for _, d := range []chat.Draft{read, reaction, deletion} {
		first := add(t, log, d)
		if ev, duplicate, err := log.Append(t.Context(), d); err != nil || !duplicate || ev != first {
			t.Errorf("%s again: %+v, duplicate %v, err %v; want %+v", d.Key, ev, duplicate, err, first)
		}
	}
	if _, duplicate, err := log.Append(t.Context(), reaction); err != nil || !duplicate {
		t.Errorf("a reaction to what is erased, again: duplicate %v, err %v", duplicate, err)
	}
	reaction.Key = "another"
	if _, _, err := log.Append(t.Context(), reaction); !errors.Is(err, store.ErrNoTarget) {
		t.Errorf("a reaction to what is erased: %v", err)
	}
}

// Of those that use a client id at the same time one is the first; the others repeat it,
// or are told that they say something else.
func clientIDAtOnce(t *testing.T, open Open) {
	log := open(t, t.TempDir())
	defer closeLog(t, log)
	const keys, tries, texts = 20, 8, 2
	var mu sync.Mutex
	added := make(map[string]int)
	places := make(map[string]map[chat.ID]bool) // those named for a key
	var sending sync.WaitGroup
	for try := range tries {
		sending.Go(func() {
			for n := range keys {
				key := fmt.Sprint("k", (n+try)%keys)
				text := fmt.Sprint(key, " by ", try%texts)
				ev, duplicate, err := log.Append(t.Context(), chat.Draft{Room: "r", From: chat.Person{Name: "Ann"}, Key: key, Body: chat.Message{Text: text}})
				place := ev.ID
				if reused, ok := errors.AsType[*store.KeyReused](err); ok {
					place = reused.First
				} else if err != nil || ev.Text() != text {
					t.Errorf("%q got %+v, %v", text, ev, err)
				}
				mu.Lock()
				if err == nil && !duplicate {
					added[key]++
				}
				if places[key] == nil {
					places[key] = make(map[chat.ID]bool)
				}
				places[key][place] = true
				mu.Unlock()
			}
		})
	}
	sending.Wait()
	for key := range places {
		if added[key] != 1 || len(places[key]) != 1 {
			t.Errorf("%s was added %d times, at %v", key, added[key], places[key])
		}
	}
	if got := len(all(t, log)); got != keys || len(places) != keys {
		t.Errorf("%d events and %d keys, want %d", got, len(places), keys)
	}
}

func cancelled(t *testing.T, open Open) {
	log := open(t, t.TempDir())
	defer closeLog(t, log)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	m := chat.Draft{Room: "r", From: chat.Person{Name: "Ann"}, Key: "k", Body: chat.Message{Text: "x"}}
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
