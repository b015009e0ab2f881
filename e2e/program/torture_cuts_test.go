//go:build torture

package program

import (
	"context"
	"flag"
	"fmt"
	"testing"
	"time"

	"plainchat/chat"
	"plainchat/internal/seed"
)

var (
	reconnects = flag.Int("reconnects", 10_000, "how often TestTortureCuts makes a stream resume")
	stormSize  = flag.Int("storm", 5000, "how many streams TestTortureStorm cuts at once; each takes two descriptors of the proxy")
)

// addFollower sets a follower going that listens to a server's rooms through a proxy, and
// comes back at once.
func (c *crowd) addFollower(ctx context.Context, through *server, rooms ...chat.Room) {
	f := newFollower(through, fmt.Sprint("follower ", len(c.followers)), rooms...)
	c.followers = append(c.followers, f)
	c.following.Go(func() { c.check(f.persist(ctx)) })
}

// persist listens again whenever its stream ends, until it has heard all.
func (f *follower) persist(ctx context.Context) error {
	for ctx.Err() == nil {
		if err := f.listen(ctx); err != nil {
			return err
		}
		select {
		case <-f.heard:
			return nil
		default:
		}
	}
	return ctx.Err()
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

// opens is how many streams its followers have opened.
func (c *crowd) opens() (n int64) {
	for _, f := range c.followers {
		n += f.opens.Load()
	}
	return n
}

// TestTortureCuts: streams that are slow, sliced, and cut after a number of bytes that is
// another one for each, in the midst of a frame as likely as not, miss nothing and hear
// nothing twice.
func TestTortureCuts(t *testing.T) {
	ctx := bounded(t)
	rng := seed.Rand(t)
	s := newServer(t, "--log-level=warn")
	p := newToxiproxy(t, rng.Uint64())
	c := newCrowd(ctx, s, 4, 0)
	const followers = 100
	for i := range followers {
		name := fmt.Sprint(i)
		through := p.add(name, s)
		p.poison(name, "latency", fields{"latency": rng.IntN(5), "jitter": 3})
		p.poison(name, "slicer", fields{"average_size": 100 + rng.IntN(500), "size_variation": 90})
		p.poison(name, "limit_data", fields{"bytes": 1000 + rng.IntN(4000)}) // a header, hello and a frame are less
		c.addFollower(ctx, through, crowdRooms...)
	}
	for c.opens() < int64(*reconnects)+followers {
		c.awaitAcks(ctx, 1)
	}
	a := c.checkAccount(ctx)
	t.Logf("%d streams opened by %d followers; %d messages in the log", c.opens(), followers, len(a.log))
}

// TestTortureStorm: all streams are cut at once, and resume while sending goes on.
func TestTortureStorm(t *testing.T) {
	ctx := bounded(t)
	s := newServer(t, "--log-level=warn")
	p := newToxiproxy(t, 0)
	through := p.add("storm", s)
	c := newCrowd(ctx, s, 4, 0)
	for range *stormSize {
		c.addFollower(ctx, through, crowdRooms[0])
	}
	c.awaitOpened(ctx)
	start := time.Now()
	p.cut("storm", through)
	acked := c.awaitOpened(ctx)
	took := time.Since(start)
	a := c.checkAccount(ctx)
	t.Logf("%d streams cut at once had all resumed after %v, with %d messages acknowledged meanwhile; %d in the log", *stormSize, took.Round(time.Millisecond), acked, len(a.log))
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
