package main

import (
	"context"
	"fmt"
	"time"

	"golang.org/x/sync/errgroup"
)

// openFull opens a room that has as many messages as a page shows at once, and more.
func openFull(ctx context.Context, l *lab, room string) (*tab, error) {
	if err := l.server.postMany(ctx, room, "before", 2*shown); err != nil {
		return nil, err
	}
	return openTab(ctx, l.server.room(room), 1)
}

// bursts sends messages all at once, again and again, each time when the page shows those before.
func bursts(ctx context.Context, l *lab) (values, error) {
	room := l.room("bursts")
	t, err := openFull(ctx, l, room)
	if err != nil {
		return nil, err
	}
	defer t.close()
	before, err := t.work()
	if err != nil {
		return nil, err
	}
	for i := range l.size.bursts {
		label := fmt.Sprint("burst ", i, ", message")
		if err := l.server.postMany(ctx, room, label, l.size.burst); err != nil {
			return nil, err
		}
		if err := t.awaitLast(text(label, l.size.burst-1)); err != nil {
			return nil, err
		}
	}
	after, err := t.work()
	if err != nil {
		return nil, err
	}
	did, n := after.since(before), float64(l.size.bursts*l.size.burst)
	return values{"cpu": 1000 * did.seconds / n, "layouts": did.layouts / n}, nil
}

// steadyRate is messages a second.
const steadyRate = 200

// steady sends messages at an even rate, whether or not those before are answered.
func steady(ctx context.Context, l *lab) (values, error) {
	room := l.room("steady")
	t, err := openFull(ctx, l, room)
	if err != nil {
		return nil, err
	}
	defer t.close()
	if err := t.forget(); err != nil {
		return nil, err
	}
	before, err := t.work()
	if err != nil {
		return nil, err
	}
	n := int(l.size.steady.Seconds() * steadyRate)
	if err := l.server.postSteadily(ctx, room, n); err != nil {
		return nil, err
	}
	if err := t.awaitLast(text("steady", n-1)); err != nil {
		return nil, err
	}
	after, err := t.work()
	if err != nil {
		return nil, err
	}
	longest, err := t.longestTask()
	return values{"steady-longest": longest, "steady-cpu": 1000 * after.since(before).seconds / float64(n)}, err
}

// postSteadily writes numbered messages at steadyRate. The last one is there when all others are.
func (s *server) postSteadily(ctx context.Context, room string, n int) error {
	ticker := time.NewTicker(time.Second / steadyRate)
	defer ticker.Stop()
	var group errgroup.Group
	for i := range n - 1 {
		select {
		case <-ticker.C:
		case <-ctx.Done():
			return ctx.Err()
		}
		group.Go(func() error {
			_, err := s.post(ctx, room, text("steady", i))
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return err
	}
	_, err := s.post(ctx, room, text("steady", n-1))
	return err
}
