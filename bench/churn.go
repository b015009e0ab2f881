package bench

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"sync"
	"sync/atomic"
	"time"
)

// How long a listener that comes and goes stays: at random, between these.
const (
	shortestStay = 200 * time.Millisecond
	longestStay  = 2 * time.Second
)

// churn is a crowd of listeners with names who come to the first room and go. What
// they receive is not counted.
type churn struct {
	run     *run
	cancel  context.CancelFunc
	crowd   sync.WaitGroup
	opening chan struct{} // holds one for each stream being opened
	ignored latencies

	opened, closed, failed atomic.Int64
}

// startChurn lets the listeners come; there may be none.
func (r *run) startChurn(ctx context.Context) *churn {
	ctx, cancel := context.WithCancel(ctx)
	c := &churn{run: r, cancel: cancel, opening: make(chan struct{}, openAtOnce)}
	for n := range r.options.Churn {
		c.crowd.Go(func() {
			for ctx.Err() == nil {
				c.visit(ctx, fmt.Sprintf("churn-%d", n+1))
			}
		})
	}
	return c
}

// visit opens a stream, reads it for a while and closes it.
func (c *churn) visit(ctx context.Context, name string) {
	s, err := c.come(ctx, name)
	if err != nil {
		if ctx.Err() == nil {
			c.failed.Add(1)
			wait(ctx, shortestStay)
		}
		return
	}
	c.opened.Add(1)
	stay := shortestStay + rand.N(longestStay-shortestStay)
	err = s.in.conn.SetDeadline(time.Now().Add(stay))
	for err == nil {
		err = s.readOnce()
	}
	s.in.conn.Close()
	if errors.Is(err, os.ErrDeadlineExceeded) || ctx.Err() != nil {
		c.closed.Add(1)
	} else {
		c.failed.Add(1)
	}
}

// come opens the stream of one visit.
func (c *churn) come(ctx context.Context, name string) (*subscriber, error) {
	c.opening <- struct{}{}
	defer func() { <-c.opening }()
	s := c.run.newSubscriber(0)
	s.userName, s.latencies, s.fenced = name, &c.ignored, func() {}
	return s, s.open(ctx, c.run.target)
}

// stop sends them away and reports; nil if there were none.
func (c *churn) stop() *Churn {
	c.cancel()
	c.crowd.Wait()
	if c.run.options.Churn == 0 {
		return nil
	}
	return &Churn{
		Listeners: c.run.options.Churn,
		Opened:    int(c.opened.Load()), Closed: int(c.closed.Load()), Errors: int(c.failed.Load()),
	}
}
