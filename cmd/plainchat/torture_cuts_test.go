//go:build torture

package main

import (
	"context"
	"flag"
	"fmt"
	"testing"
	"time"

	"plainchat/chat"
)

var (
	reconnects = flag.Int("reconnects", 10_000, "how often TestTortureCuts makes a stream resume")
	stormSize  = flag.Int("storm", 2000, "how many streams TestTortureStorm cuts at once; each takes three descriptors of the test")
)

// addFollowers sets followers going that listen through a proxy and come back at once.
func (c *crowd) addFollowers(ctx context.Context, p *cuttingProxy, n int, rooms ...chat.Room) {
	through := p.server(c.server)
	for i := range n {
		f := newFollower(through, fmt.Sprint("follower ", i), rooms...)
		c.followers = append(c.followers, f)
		c.following.Go(func() { c.check(f.persist(ctx)) })
	}
}

// checkAccount ends the crowd and reports what is wrong.
func (c *crowd) checkAccount(ctx context.Context) account {
	c.t.Helper()
	a := c.disperse(ctx)
	for _, fault := range a.faults() {
		c.t.Error(fault)
	}
	return a
}

// TestTortureCuts: streams that are cut at random, and slowed, miss nothing and hear
// nothing twice.
func TestTortureCuts(t *testing.T) {
	ctx := bounded(t)
	s := newServer(t, "--log-level=warn")
	p := newCuttingProxy(t, s)
	c := newCrowd(ctx, s, 4, 0)
	const streams = 100
	c.addFollowers(ctx, p, streams, crowdRooms...)
	cuts := 0
	for start := time.Now(); p.accepted.Load() < int64(*reconnects+streams); {
		c.awaitAcks(ctx, 1)
		cuts += p.cut(5)
		if time.Since(start) > 20*time.Minute {
			t.Fatalf("only %d streams were opened", p.accepted.Load())
		}
	}
	a := c.checkAccount(ctx)
	t.Logf("%d cuts, %d streams opened by %d followers; %d messages in the log", cuts, p.accepted.Load(), streams, len(a.log))
}

// TestTortureStorm: all streams are cut at once, and resume while sending goes on.
func TestTortureStorm(t *testing.T) {
	ctx := bounded(t)
	s := newServer(t, "--log-level=warn")
	p := newCuttingProxy(t, s)
	c := newCrowd(ctx, s, 4, 0)
	c.addFollowers(ctx, p, *stormSize, crowdRooms[0])
	c.awaitOpened(ctx)
	start := time.Now()
	cut := p.cut(*stormSize)
	acked := c.awaitOpened(ctx)
	took := time.Since(start)
	a := c.checkAccount(ctx)
	if cut < *stormSize {
		t.Errorf("only %d streams were cut", cut)
	}
	t.Logf("%d streams cut at once had all resumed after %v, with %d messages acknowledged meanwhile; %d in the log", cut, took.Round(time.Millisecond), acked, len(a.log))
}

// awaitOpened waits until each follower has opened a stream since the last call, while
// the senders go on. It returns how many messages it saw acknowledged.
func (c *crowd) awaitOpened(ctx context.Context) (acked int) {
	c.t.Helper()
	for _, f := range c.followers {
		for open := false; !open; {
			select {
			case <-f.opened:
				open = true
			case <-c.acks:
				acked++
			case <-ctx.Done():
				c.t.Fatal("not all streams were opened")
			}
		}
	}
	return acked
}
