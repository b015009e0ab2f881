package handlers

import (
	"errors"
	"sync"

	"plainchat/internal/limits"
)

// Limits of the messages that grow with the bodies of requests. Each has a connection and some hundred
// kilobytes at most.
const (
	maxLives         = 256
	maxLivesOfClient = 16
	liveBytes        = 1 << 20 // that a client may send in a second, in the long run
	liveBurst        = 8 << 20
)

// lives counts the messages that grow with the bodies of requests. Its methods may be called concurrently.
type lives struct {
	shares *limits.Shares
	bytes  *limits.Rates

	mu     sync.Mutex
	closed bool
	open   sync.WaitGroup
}

func newLives() *lives {
	return &lives{shares: limits.NewShares(maxLives, maxLivesOfClient), bytes: limits.NewRates(liveBytes, liveBurst)}
}

// enter counts one in, or returns why there may be no further one. For each that was counted in, leave must
// be called once.
func (l *lives) enter(client limits.Client) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		return errDraining
	}
	switch err := l.shares.Take(client, 1); {
	case errors.Is(err, limits.ErrClient):
		return errClientLives
	case err != nil:
		return errLives
	}
	l.open.Add(1)
	return nil
}

func (l *lives) leave(client limits.Client) {
	l.shares.Return(client, 1)
	l.open.Done()
}

// close lets none in any more.
func (l *lives) close() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.closed = true
}

// wait returns when all have left.
func (l *lives) wait() { l.open.Wait() }
