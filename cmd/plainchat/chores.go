package main

import (
	"context"
	"sync"
)

// chores is what a server does by itself, without being asked. The zero value does nothing.
type chores struct {
	ctx     context.Context
	cancel  context.CancelFunc
	running sync.WaitGroup
}

// run begins a chore, which ends with its context.
func (c *chores) run(chore func(context.Context)) {
	if c.ctx == nil {
		c.ctx, c.cancel = context.WithCancel(context.Background())
	}
	c.running.Go(func() { chore(c.ctx) })
}

// runUntil begins a chore that takes a while to end, and has it do so as soon as ctx ends.
func (c *chores) runUntil(ctx context.Context, chore func(context.Context)) {
	c.run(func(closed context.Context) {
		ctx, cancel := context.WithCancel(ctx)
		defer cancel()
		defer context.AfterFunc(closed, cancel)()
		chore(ctx)
	})
}

// close ends all, and waits for them.
func (c *chores) close() {
	if c.cancel != nil {
		c.cancel()
		c.running.Wait()
	}
}
