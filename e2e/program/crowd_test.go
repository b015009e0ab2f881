package program

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"sync"
	"testing"

	"plainchat/chat"
)

// sender posts one message after the other and keeps account of it.
type sender struct {
	server  *server
	name    chat.Name
	retries bool          // sends with a client id, until that is acknowledged
	acks    chan struct{} // told of each acknowledgement

	sent       []chat.Draft
	acked      []chat.Event
	abandoned  []chat.Draft // neither acknowledged nor tried again
	duplicates int          // acknowledgements of what an earlier try had stored
}

var crowdRooms = []chat.Room{"tea", "ink", "차"}

// send sends until stop is closed. An error is an answer that must not be.
func (s *sender) send(ctx context.Context, stop <-chan struct{}) error {
	for i := 0; ; i++ {
		m := chat.Draft{Room: crowdRooms[i%len(crowdRooms)], From: chat.Person{Name: s.name}, Body: chat.Message{Text: fmt.Sprintf("%s says %d", s.name, i)}}
		if s.retries {
			m.Key = fmt.Sprint(i)
		}
		s.sent = append(s.sent, m)
		if err := s.deliver(ctx, m); err != nil {
			return err
		}
		select {
		case <-stop:
			return nil
		case <-ctx.Done():
			return ctx.Err()
		default:
		}
	}
}

// deliver posts a message: once, or in each run of the server until one
// acknowledges it. Where it fails, the next begins with the next run.
func (s *sender) deliver(ctx context.Context, m chat.Draft) error {
	for {
		run := s.server.run()
		ev, duplicate, err := s.server.send(ctx, m)
		if err == nil {
			s.acknowledged(ctx, ev, duplicate)
			return nil
		}
		if r, ok := errors.AsType[*refusal](err); ok && r.status != http.StatusServiceUnavailable {
			return fmt.Errorf("%s: %w", s.name, err)
		}
		if !s.server.after(ctx, run) {
			return ctx.Err()
		}
		if !s.retries {
			s.abandoned = append(s.abandoned, m)
			return nil
		}
	}
}

func (s *sender) acknowledged(ctx context.Context, ev chat.Event, duplicate bool) {
	s.acked = append(s.acked, ev)
	if duplicate {
		s.duplicates++
	}
	select {
	case s.acks <- struct{}{}:
	case <-ctx.Done():
	}
}

// crowd is senders and followers of one server.
type crowd struct {
	t         *testing.T
	server    *server
	senders   []*sender
	followers []*follower
	acks      chan struct{}
	stop      chan struct{} // closed to make the senders end

	sending, following sync.WaitGroup
}

// newCrowd sets senders and followers going.
func newCrowd(ctx context.Context, s *server, senders, followers int) *crowd {
	c := &crowd{t: s.t, server: s, acks: make(chan struct{}, 1000), stop: make(chan struct{})}
	for i := range followers {
		rooms := [][]chat.Room{crowdRooms, crowdRooms[:2], crowdRooms[i%3 : i%3+1]}[i%3]
		c.followers = append(c.followers, newFollower(s, fmt.Sprint("follower ", i), rooms...))
	}
	for i := range senders {
		c.senders = append(c.senders, &sender{server: s, name: chat.Name(fmt.Sprint("sender ", i)), retries: i%2 == 0, acks: c.acks})
	}
	s.t.Cleanup(func() {
		c.sending.Wait()
		c.following.Wait()
	})
	for _, f := range c.followers {
		c.following.Go(func() { c.check(f.follow(ctx)) })
	}
	for _, s := range c.senders {
		c.sending.Go(func() { c.check(s.send(ctx, c.stop)) })
	}
	return c
}

func (c *crowd) check(err error) {
	if err != nil && !errors.Is(err, context.Canceled) { // with the test
		c.t.Error(err)
	}
}

// awaitAcks waits until n more messages are acknowledged.
func (c *crowd) awaitAcks(ctx context.Context, n int) {
	c.t.Helper()
	for range n {
		select {
		case <-c.acks:
		case <-ctx.Done():
			c.t.Fatal("no message is acknowledged any more")
		}
	}
}

// disperse ends the senders, lets the followers hear everything, ends the server
// and returns the account of it all.
func (c *crowd) disperse(ctx context.Context) account {
	c.t.Helper()
	close(c.stop)
	go func() {
		for range c.acks { // or the senders would wait to tell of theirs
		}
	}()
	c.sending.Wait()
	close(c.acks)
	var a account
	for _, room := range crowdRooms {
		m := chat.Draft{Room: room, From: chat.Person{Name: "host"}, Body: chat.Message{Text: farewell}}
		ev, _, err := c.server.send(ctx, m)
		if err != nil {
			c.t.Fatal(err)
		}
		a.sent, a.acked = append(a.sent, m), append(a.acked, ev)
	}
	for _, f := range c.followers {
		select {
		case <-f.heard:
		case <-ctx.Done():
			c.t.Errorf("%s has heard %d events, but not all", f.who, len(f.events))
		}
	}
	c.server.retire()
	c.following.Wait()
	for _, f := range c.followers {
		a.heard = append(a.heard, f.hearing)
	}
	for _, s := range c.senders {
		a.sent, a.acked = slices.Concat(a.sent, s.sent), slices.Concat(a.acked, s.acked)
	}
	a.log = c.server.log()
	return a
}
