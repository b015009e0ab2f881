package cluster

import (
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"plainchat/store"
)

// A connection that is lost is waited for as long as it may take to be there again, and no longer.
func TestLink(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var l link
		await := func() (time.Duration, error) {
			began := time.Now()
			err := l.await(t.Context())
			return time.Since(began), err
		}
		if took, err := await(); err != nil || took > 0 {
			t.Errorf("with a connection: %v after %v", err, took)
		}
		l.broken()
		time.AfterFunc(time.Second, l.restored)
		if took, err := await(); err != nil || took != time.Second {
			t.Errorf("with one that comes back: %v after %v", err, took)
		}
		l.broken()
		time.Sleep(500 * time.Millisecond)
		l.broken() // told of twice
		if took, err := await(); !errors.Is(err, store.ErrUnavailable) || took != reconnectTime-500*time.Millisecond {
			t.Errorf("without one: %v after %v", err, took)
		}
		if took, err := await(); !errors.Is(err, store.ErrUnavailable) || took > 0 {
			t.Errorf("a while later: %v after %v", err, took)
		}
		l.restored()
		if took, err := await(); err != nil || took > 0 {
			t.Errorf("with one again: %v after %v", err, took)
		}
	})
}

// Another server is tried when no leader is heard of for longer than it takes to choose one, and once only
// in that time; not when it answers, whatever that is, and not without a connection.
func TestLinkDecided(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var l link
		wait := func(want bool, err error) {
			t.Helper()
			time.Sleep(electionTime + time.Second)
			if got := l.decided(err); got != want {
				t.Errorf("after %v: elsewhere %v, want %v", err, got, want)
			}
		}
		wait(false, store.ErrNoLeader)
		wait(true, store.ErrUncertain)
		if l.decided(store.ErrNoLeader) {
			t.Error("another server is tried again at once")
		}
		wait(true, store.ErrNoLeader)
		wait(false, store.ErrFull)
		wait(false, store.ErrNoLeader)
		wait(false, nil)
		wait(false, store.ErrNoLeader)
		l.broken()
		wait(false, store.ErrNoLeader)
		l.restored()
		wait(true, store.ErrNoLeader)
	})
}
