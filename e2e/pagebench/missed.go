package main

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"
)

// missed cuts a page off while much happens, and times how long it takes to be as if it had been
// there: from its first connection until it shows the last message.
func missed(ctx context.Context, l *lab) (values, error) {
	room := l.room("missed")
	network, err := newLink(strings.TrimPrefix(l.server.url, "http://"), 0, 0)
	if err != nil {
		return nil, err
	}
	defer network.close()
	seen, err := l.server.postChangeable(ctx, room, 2*shown)
	if err != nil {
		return nil, err
	}
	t, err := openTab(ctx, "http://"+network.address()+"/rooms/"+room, 1)
	if err != nil {
		return nil, err
	}
	defer t.close()
	network.cut()
	if err := l.server.change(ctx, l.server.room(room)+"/messages/", seen[shown:], l.size.changed); err != nil {
		return nil, err
	}
	if err := l.server.postMany(ctx, room, "missed", l.size.missed-l.size.changed); err != nil {
		return nil, err
	}
	if err := t.await(`document.querySelector("#connection:not([data-state=open])")`); err != nil {
		return nil, err
	}
	if err := t.forget(); err != nil {
		return nil, err
	}
	network.mend()
	if _, err := eval[bool](t, `(document.querySelector("#retry-now").click(), true)`); err != nil {
		return nil, err
	}
	if err := t.awaitLast(text("missed", l.size.missed-l.size.changed-1)); err != nil {
		return nil, err
	}
	took := time.Since(<-network.first)
	longest, err := t.longestTask()
	return values{"missed": float64(took.Milliseconds()), "missed-longest": longest}, err
}

// postChangeable writes messages one after the other, and returns their ids.
func (s *server) postChangeable(ctx context.Context, room string, n int) (ids []string, err error) {
	for i := range n {
		id, err := s.post(ctx, room, text("changeable", i))
		if err != nil {
			return nil, err
		}
		ids = append(ids, id)
	}
	return ids, nil
}

// change edits messages again and again, n times in all; some of them it deletes in the end. The
// ids complete the address.
func (s *server) change(ctx context.Context, address string, ids []string, n int) error {
	deleted := ids[:len(ids)/5]
	var group errgroup.Group
	group.SetLimit(writers)
	for i := range n - len(deleted) {
		group.Go(func() error {
			body := map[string]string{"message": fmt.Sprintf("Edited, version %d.", i)}
			return s.do(ctx, http.MethodPatch, address+ids[i%len(ids)], body, nil)
		})
	}
	if err := group.Wait(); err != nil {
		return err
	}
	for _, id := range deleted {
		if err := s.do(ctx, http.MethodDelete, address+id, nil, nil); err != nil {
			return err
		}
	}
	return nil
}
