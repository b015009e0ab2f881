package cluster

import (
	"context"
	"errors"
	"sync"
	"time"

	"plainchat/store"
)

// reconnectTime is how long a lost connection may take to be there again, at another server if its own has
// ended: nothing is refused for want of it before.
const reconnectTime = 2 * time.Second

// link is whether there is a connection, and since when not.
type link struct {
	mu   sync.Mutex
	lost time.Time       // zero while there is one
	back chan struct{}   // closed once there is one again
	held context.Context // of the last connection; ends with it
	drop context.CancelFunc

	undecided time.Time // since when no leader has answered; zero if the last request was answered
}

// electionTime is longer than it takes to choose a leader. If none answers for so long, the server may be cut
// off from the others, which have one.
const electionTime = 11 * time.Second

// decided takes note of what came of a request to the leader, and reports whether another server is to be
// tried.
func (l *link) decided(err error) (elsewhere bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	switch {
	case err == nil || errors.Is(err, store.ErrFull) || errors.Is(err, store.ErrReplaced):
		l.undecided = time.Time{}
	case l.undecided.IsZero():
		l.undecided = time.Now()
	case time.Since(l.undecided) > electionTime && l.lost.IsZero():
		l.undecided = time.Now()
		return true
	}
	return false
}

// broken notes that the connection is lost.
func (l *link) broken() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.lost.IsZero() {
		l.lost, l.back = time.Now(), make(chan struct{})
		if l.drop != nil {
			l.drop()
		}
	}
}

// restored notes that there is a connection again.
func (l *link) restored() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !l.lost.IsZero() {
		close(l.back)
		l.lost = time.Time{}
		l.held, l.drop = context.WithCancel(context.Background())
	}
}

// answerTime is how long an answer to what is published may take before it is published again: less than a
// second, in which a leader that steps down may have dropped it.
const answerTime = 800 * time.Millisecond

// request returns a context for a request over the connection that there is: nobody answers it once that
// connection is lost. It needs one, see await.
func (l *link) request(ctx context.Context) (context.Context, context.CancelFunc) {
	l.mu.Lock()
	held := l.held
	l.mu.Unlock()
	ctx, cancel := context.WithTimeout(ctx, answerTime)
	stop := context.AfterFunc(held, cancel)
	return ctx, func() { stop(); cancel() }
}

func (l *link) isUp() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.lost.IsZero()
}

// await waits for a connection. It fails with store.ErrUnavailable if there is none for longer than it takes to
// reconnect.
func (l *link) await(ctx context.Context) error {
	l.mu.Lock()
	lost, back := l.lost, l.back
	l.mu.Unlock()
	if lost.IsZero() {
		return nil
	}
	patience := time.NewTimer(time.Until(lost.Add(reconnectTime)))
	defer patience.Stop()
	select {
	case <-back:
		return nil
	case <-patience.C:
		return store.ErrUnavailable
	case <-ctx.Done():
		return store.ErrNoLeader
	}
}
