package store_test

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"plainchat/chat"
	"plainchat/store"
	"plainchat/store/storetest"
)

// fault is what a journal fails with, to be set while it is used.
type fault struct{ err atomic.Pointer[error] }

func (f *fault) set(err error) { f.err.Store(&err) }

func (f *fault) get() error {
	if err := f.err.Load(); err != nil {
		return *err
	}
	return nil
}

// inOutage runs a test on a log whose journal fails as the test says, in a bubble.
func inOutage(t *testing.T, test func(t *testing.T, log *store.Replica, journal *storetest.Memory, down *fault)) {
	t.Helper()
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		journal := storetest.NewMemory("e1")
		var down fault
		journal.Down = down.get
		log := openReplica(t, dir, journal)
		test(t, log, journal, &down)
		closeAll(t, log)
	})
}

// appendAfter appends, and returns how long that has taken.
func appendAfter(t *testing.T, log *store.Replica, key string) (time.Duration, error) {
	t.Helper()
	began := time.Now()
	_, _, err := log.Append(t.Context(), chat.Draft{Room: "r", From: chat.Person{Name: "me"}, Key: key, Body: chat.Message{Text: key}})
	return time.Since(began), err
}

// While a leader is chosen, appends wait and are answered.
func TestElection(t *testing.T) {
	for name, err := range map[string]error{"no leader": store.ErrNoLeader, "no answer": store.ErrUncertain} {
		t.Run(name, func(t *testing.T) {
			inOutage(t, func(t *testing.T, log *store.Replica, _ *storetest.Memory, down *fault) {
				down.set(err)
				time.AfterFunc(9*time.Second, func() { down.set(nil) })
				if took, err := appendAfter(t, log, "k"); err != nil || took < 9*time.Second {
					t.Errorf("after %v: %v", took, err)
				}
			})
		})
	}
}

// Without a majority an append ends within its bound, and those that follow at once, until one shows
// that it works again.
func TestMajorityLost(t *testing.T) {
	for _, tt := range []struct {
		name        string
		down, first error
	}{
		{"no leader", store.ErrNoLeader, store.ErrUnavailable},
		{"no answer", store.ErrUncertain, store.ErrUncertain},
	} {
		t.Run(tt.name, func(t *testing.T) {
			inOutage(t, func(t *testing.T, log *store.Replica, journal *storetest.Memory, down *fault) {
				down.set(tt.down)
				took, err := appendAfter(t, log, "1")
				midway := errors.Is(err, store.ErrUncertain) // the bound has come while it was tried once more
				if !errors.Is(err, tt.first) && !midway || took > 13*time.Second {
					t.Errorf("the first append: %v after %v, want %v", err, took, tt.first)
				}
				synctest.Wait()
				for range 3 {
					if took, err := appendAfter(t, log, "1"); !errors.Is(err, tt.first) || took > time.Second {
						t.Errorf("a later append: %v after %v", err, took)
					}
				}
				goOn := make(chan struct{})
				journal.Down = func() error { <-goOn; return tt.down } // the one that finds out
				trial := make(chan error)
				go func() {
					_, err := appendAfter(t, log, "1")
					trial <- err
				}()
				synctest.Wait()
				if took, err := appendAfter(t, log, "2"); !errors.Is(err, store.ErrUnavailable) || took > 0 {
					t.Errorf("beside the trial: %v after %v", err, took)
				}
				close(goOn)
				if err := <-trial; !errors.Is(err, tt.first) {
					t.Errorf("the trial: %v", err)
				}
				journal.Down = nil
				for _, key := range []string{"1", "3"} {
					if took, err := appendAfter(t, log, key); err != nil || took > 0 {
						t.Errorf("when it works again: %v after %v", err, took)
					}
				}
			})
		})
	}
}

// A log that has not what it has published answers within the bound, and the same message sent again is
// one.
func TestPublishedAndNotFollowed(t *testing.T) {
	inOutage(t, func(t *testing.T, log *store.Replica, journal *storetest.Memory, _ *fault) {
		goOn := make(chan struct{})
		journal.Before = func(ctx context.Context, _ uint64) {
			select {
			case <-goOn:
			case <-ctx.Done():
			}
		}
		if took, err := appendAfter(t, log, "k"); !errors.Is(err, store.ErrUncertain) || took > 13*time.Second {
			t.Errorf("%v after %v", err, took)
		}
		close(goOn)
		ev, duplicate, err := log.Append(t.Context(), chat.Draft{Room: "r", From: chat.Person{Name: "me"}, Key: "k", Body: chat.Message{Text: "k"}})
		if err != nil || !duplicate || ev.ID.Seq != 1 {
			t.Errorf("sent again: %+v, %v, %v", ev, duplicate, err)
		}
	})
}

// A full journal is no outage.
func TestFullJournal(t *testing.T) {
	inOutage(t, func(t *testing.T, log *store.Replica, _ *storetest.Memory, down *fault) {
		down.set(store.ErrFull)
		for range 3 {
			if took, err := appendAfter(t, log, "k"); !errors.Is(err, store.ErrFull) || took > 0 {
				t.Errorf("%v after %v", err, took)
			}
			time.Sleep(10 * time.Second)
		}
		down.set(nil)
		if _, err := appendAfter(t, log, "k"); err != nil {
			t.Error(err)
		}
	})
}

// What is tried again, and what nobody knows of, is counted, and how long it took until it was stored.
func TestFollowingIsCounted(t *testing.T) {
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		journal := storetest.NewMemory("e1")
		var down fault
		journal.Down = down.get
		took := make(chan time.Duration, 1)
		log, err := store.OpenReplica(t.Context(), store.Options{Dir: dir, Logger: quiet, OnPublish: func(d time.Duration) { took <- d }}, journal)
		if err != nil {
			t.Fatal(err)
		}
		down.set(store.ErrUncertain)
		time.AfterFunc(time.Second, func() { down.set(nil) })
		if _, err := appendAfter(t, log, "1"); err != nil {
			t.Error(err)
		}
		if d := <-took; d < time.Second {
			t.Errorf("it took %v", d)
		}
		down.set(store.ErrUncertain)
		if _, err := appendAfter(t, log, "2"); !errors.Is(err, store.ErrUncertain) {
			t.Error(err)
		}
		if f := log.Following(); f.Retries < 20 || f.Uncertain != 1 || f.Lag != 0 {
			t.Errorf("%+v", f)
		}
		closeAll(t, log)
	})
}

// A log that is closed while its journal takes nothing does not wait for that, and says what became of what was under way.
func TestCloseInAnOutage(t *testing.T) {
	for down, want := range map[error]error{store.ErrNoLeader: store.ErrUnavailable, store.ErrUncertain: store.ErrUncertain} {
		dir := t.TempDir()
		synctest.Test(t, func(t *testing.T) {
			journal := storetest.NewMemory("e1")
			journal.Down = func() error { return down }
			log := openReplica(t, dir, journal)
			failed := make(chan error)
			go func() {
				_, err := appendAfter(t, log, "1")
				failed <- err
			}()
			time.Sleep(time.Second)
			began := time.Now()
			closed := make(chan error)
			go func() { closed <- log.Close() }()
			if err := <-failed; !errors.Is(err, want) || time.Since(began) > 3*time.Second {
				t.Errorf("%v after %v, want %v", err, time.Since(began), want)
			}
			if err := <-closed; err != nil {
				t.Error(err)
			}
		})
	}
}

// A log whose own disk is full gives nothing to the journal that it could not take in.
func TestReplicaOnAFullDisk(t *testing.T) {
	inOutage(t, func(t *testing.T, log *store.Replica, journal *storetest.Memory, _ *fault) {
		if _, err := appendAfter(t, log, "before"); err != nil {
			t.Fatal(err)
		}
		limit := func(pages int) {
			if _, err := log.Conn().ExecContext(t.Context(), fmt.Sprint("PRAGMA max_page_count = ", pages)); err != nil {
				t.Fatal(err)
			}
		}
		limit(1) // which is as many as there are
		long := chat.Draft{Room: "r", From: chat.Person{Name: "me"}, Key: "k", Body: chat.Message{Text: strings.Repeat("x", 8000)}}
		for range 20 {
			if _, _, err := log.Append(t.Context(), long); errors.Is(err, store.ErrUncertain) {
				break // the one that shows that it is full
			}
			long.Key += "k"
		}
		_, published, _ := journal.Bounds(t.Context())
		if took, err := appendAfter(t, log, "refused"); !errors.Is(err, store.ErrFull) || took > time.Second {
			t.Errorf("%v after %v", err, took)
		}
		if _, last, _ := journal.Bounds(t.Context()); last != published {
			t.Errorf("the journal has got %d records", last-published)
		}
		limit(1 << 20)
		time.Sleep(time.Second) // until it tries again
		if ev, duplicate, err := log.Append(t.Context(), long); err != nil || !duplicate {
			t.Errorf("what was published is answered %+v, %v, %v", ev, duplicate, err)
		}
	})
}

// newer is a journal to which newer programs write from a place on.
type newer struct {
	*storetest.Memory
	from uint64
}

func (n newer) Follow(ctx context.Context, after uint64) iter.Seq2[store.Entry, error] {
	return func(yield func(store.Entry, error) bool) {
		for e, err := range n.Memory.Follow(ctx, after) {
			if e.Seq >= n.from {
				yield(store.Entry{}, store.ErrNewer)
				return
			}
			if !yield(e, err) {
				return
			}
		}
	}
}

// A log that cannot read what newer programs have written gives the journal nothing either, as it could not tell what
// comes of it.
func TestReplicaOfAnOlderProgram(t *testing.T) {
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		journal := newer{storetest.NewMemory("e1"), 3}
		old, fresh := openReplica(t, dir, journal), openReplica(t, t.TempDir(), journal.Memory)
		for _, key := range []string{"1", "2", "3"} {
			if _, err := appendAfter(t, fresh, key); err != nil {
				t.Fatal(err)
			}
		}
		time.Sleep(time.Second)
		if took, err := appendAfter(t, old, "4"); !errors.Is(err, store.ErrLagging) || took > 0 {
			t.Errorf("%v after %v", err, took)
		}
		if _, last, _ := journal.Bounds(t.Context()); last != 3 {
			t.Errorf("the journal ends at %d", last)
		}
		closeAll(t, old)
		closeAll(t, fresh)
	})
}

// Servers that store everything, and are too slow to say so, are no outage.
func TestSlowServers(t *testing.T) {
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		journal := storetest.NewMemory("e1")
		journal.Uncertain = func() bool { return true }
		journal.Before = func(context.Context, uint64) { time.Sleep(20 * time.Millisecond) }
		log := openReplica(t, dir, journal)
		for n := range 30 {
			if _, err := appendAfter(t, log, fmt.Sprint(n)); err != nil {
				t.Fatalf("message %d: %v", n, err)
			}
			time.Sleep(time.Second)
		}
		closeAll(t, log)
	})
}
