package store_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"plainchat/chat"
	"plainchat/store"
	"plainchat/store/storetest"
)

// watched runs a test on a log that has a message, and whose journal answers as the test says, in a bubble.
func watched(t *testing.T, test func(t *testing.T, log *store.Replica, journal *storetest.Memory, silent *fault)) {
	t.Helper()
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		journal := storetest.NewMemory("e1")
		var silent fault
		journal.Silent = silent.get
		log := openReplica(t, dir, journal)
		say(t, log, "r", "one")
		test(t, log, journal, &silent)
		closeAll(t, log)
	})
}

// A log is ready through an election, and not for longer; and not without a connection, or on another
// journal. It is again once that is over.
func TestReplicaReady(t *testing.T) {
	for _, tt := range []struct {
		name         string
		silent, want error
		within       time.Duration // it is ready
	}{
		{"no leader", store.ErrNoLeader, store.ErrUnavailable, 9 * time.Second},
		{"no connection", store.ErrUnavailable, store.ErrUnavailable, 0},
		{"another journal", store.ErrReplaced, store.ErrReplaced, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			watched(t, func(t *testing.T, log *store.Replica, _ *storetest.Memory, silent *fault) {
				if err := log.Ready(t.Context()); err != nil {
					t.Errorf("at first: %v", err)
				}
				silent.set(tt.silent)
				time.Sleep(tt.within)
				if err := log.Ready(t.Context()); err != nil {
					t.Errorf("after %v: %v", tt.within, err)
				}
				time.Sleep(15 * time.Second)
				if err := log.Ready(t.Context()); !errors.Is(err, tt.want) {
					t.Errorf("later: %v, want %v", err, tt.want)
				}
				if _, err := appendAfter(t, log, "k"); tt.want == store.ErrReplaced && !errors.Is(err, tt.want) {
					t.Errorf("an append: %v, want %v", err, tt.want)
				}
				silent.set(nil)
				time.Sleep(3 * time.Second)
				if err := log.Ready(t.Context()); err != nil {
					t.Errorf("again: %v", err)
				}
				if _, err := appendAfter(t, log, "k2"); err != nil {
					t.Errorf("an append again: %v", err)
				}
			})
		})
	}
}

// A journal that ends before what was followed has lost it, unless that is over soon: nothing is given to it.
func TestJournalThatLost(t *testing.T) {
	watched(t, func(t *testing.T, log *store.Replica, journal *storetest.Memory, _ *fault) {
		journal.Lose(0)
		time.Sleep(9 * time.Second)
		if err := log.Ready(t.Context()); err != nil {
			t.Errorf("for a moment: %v", err)
		}
		time.Sleep(10 * time.Second)
		if err := log.Ready(t.Context()); !errors.Is(err, store.ErrReplaced) {
			t.Errorf("Ready = %v", err)
		}
		if _, err := appendAfter(t, log, "k"); !errors.Is(err, store.ErrReplaced) {
			t.Errorf("Append = %v", err)
		}
		if events, _ := readAll(t, log.Read(t.Context(), 0, 9)); len(events) != 1 {
			t.Errorf("%d events are read", len(events))
		}
	})
}

// A log that lags is not ready before it has caught up, and does not take what it has not yet for what nobody has, also
// where the journal does not answer.
func TestLagging(t *testing.T) {
	watched(t, func(t *testing.T, log *store.Replica, journal *storetest.Memory, silent *fault) {
		goOn := make(chan struct{})
		journal.Before = func(ctx context.Context, _ uint64) {
			select {
			case <-goOn:
			case <-ctx.Done():
			}
		}
		for range 5 {
			record := store.Record{ID: store.NewRecordID(), Draft: chat.Draft{Room: "r", From: chat.Person{Name: "me"}, Body: chat.Message{Text: "elsewhere"}}}
			if _, err := journal.Publish(t.Context(), []store.Record{record}); err != nil {
				t.Fatal(err)
			}
		}
		time.Sleep(3 * time.Second)
		if err := log.Ready(t.Context()); !errors.Is(err, store.ErrLagging) {
			t.Errorf("Ready = %v", err)
		}
		reach := func(seq uint64) (bool, error) {
			ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
			defer cancel()
			return log.Reach(ctx, seq)
		}
		if reached, err := reach(6); reached || !errors.Is(err, store.ErrLagging) {
			t.Errorf("Reach of what others have = %v, %v", reached, err)
		}
		if reached, err := reach(7); reached || err != nil {
			t.Errorf("Reach of what nobody has = %v, %v", reached, err)
		}
		silent.set(store.ErrUnavailable)
		if reached, err := reach(7); reached || !errors.Is(err, store.ErrLagging) {
			t.Errorf("Reach of what may be = %v, %v", reached, err)
		}
		silent.set(nil)
		time.AfterFunc(time.Second, func() { close(goOn) })
		if reached, err := reach(6); !reached || err != nil {
			t.Errorf("Reach of what comes = %v, %v", reached, err)
		}
		time.Sleep(3 * time.Second)
		if err := log.Ready(t.Context()); err != nil {
			t.Errorf("Ready = %v", err)
		}
	})
}

// However many want to know of positions that nobody has, the journal is asked seldom.
func TestPositionsOfTheFuture(t *testing.T) {
	watched(t, func(t *testing.T, log *store.Replica, journal *storetest.Memory, _ *fault) {
		asked := 0
		journal.Silent = func() error { asked++; return nil }
		began := time.Now()
		done := make(chan struct{})
		for range 1000 {
			go func() {
				defer func() { done <- struct{}{} }()
				for range 10 {
					if reached, err := log.Reach(t.Context(), 1<<40); reached || err != nil {
						t.Errorf("Reach = %v, %v", reached, err)
					}
				}
			}()
		}
		for range 1000 {
			<-done
		}
		if most := 2 + int(time.Since(began)/(50*time.Millisecond)); asked > most {
			t.Errorf("the journal was asked %d times in %v", asked, time.Since(began))
		}
	})
}
