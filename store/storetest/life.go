package storetest

import (
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"plainchat/chat"
	"plainchat/store"
)

func survivesReopening(t *testing.T, open Open) {
	dir := t.TempDir()
	log := open(t, dir)
	epoch := log.Epoch()
	want := []chat.Event{
		add(t, log, chat.Draft{Room: "방", From: chat.Person{Name: "지민"}, Key: "k-1", Body: chat.Message{Text: "안녕\n\u2028 \U0001F389"}}),
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
	last := add(t, log, message("r", "2")).ID.Seq
	check(1, last)
	closeLog(t, log)
	log = open(t, dir)
	defer closeLog(t, log)
	check(1, last)
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
