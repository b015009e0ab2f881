package service

import (
	"context"
	"slices"
	"sync"

	"plainchat/chat"
)

// claims are the names that guests are about to own. Of two who take names that look alike at the
// same time the second waits, to see what comes of the first.
type claims struct {
	mu      sync.Mutex
	pending []*pendingClaim
}

type pendingClaim struct {
	skeletons chat.Skeletons
	done      chan struct{}
}

// enter waits until nobody else is about to own a name that looks like one. Unless it returns
// ctx's error, leave must be called once.
func (c *claims) enter(ctx context.Context, skeletons chat.Skeletons) (leave func(), err error) {
	mine := &pendingClaim{skeletons, make(chan struct{})}
	for {
		other := c.put(mine)
		if other == nil {
			return func() { c.remove(mine) }, nil
		}
		select {
		case <-other.done:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

// put adds a claim, or returns one that is in its way.
func (c *claims) put(mine *pendingClaim) (other *pendingClaim) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, other := range c.pending {
		if other.skeletons.Alike(mine.skeletons) {
			return other
		}
	}
	c.pending = append(c.pending, mine)
	return nil
}

func (c *claims) remove(mine *pendingClaim) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.pending = slices.DeleteFunc(c.pending, func(p *pendingClaim) bool { return p == mine })
	close(mine.done)
}
