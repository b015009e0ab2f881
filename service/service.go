// Package service is the one way in: every handler, hook and command that changes anything calls
// Send, which asks policy and appends.
package service

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"plainchat/chat"
	"plainchat/facts"
	"plainchat/policy"
	"plainchat/store"
)

// Log is what the service needs of the log; the methods are as in package store.
type Log interface {
	facts.Log
	Append(ctx context.Context, d chat.Draft) (ev chat.Event, duplicate bool, err error)
	At(ctx context.Context, seqs ...uint64) ([]chat.Event, error)
}

// Options say what a service works on.
type Options struct {
	Log    Log
	Logger *slog.Logger
	Now    func() time.Time // the time of day, as the log has it; default time.Now
}

// Service takes what people do into the log. Its methods may be called concurrently.
type Service struct {
	// Facts are who owns which name, the tokens, and what is set of each room, as of the last
	// event that Facts.Await has waited for.
	Facts *facts.Follower

	log  Log
	now  func() time.Time
	stop func()
}

// Start reads the facts of a log, and follows it until Close. It must be closed before the log is.
func Start(ctx context.Context, opts Options) (*Service, error) {
	if opts.Now == nil {
		opts.Now = time.Now
	}
	known, err := facts.Load(ctx, opts.Log, opts.Logger)
	if err != nil {
		return nil, err
	}
	s := &Service{Facts: known, log: opts.Log, now: opts.Now}
	running, cancel := context.WithCancel(context.WithoutCancel(ctx))
	var ended sync.WaitGroup
	ended.Go(func() { known.Run(running) })
	s.stop = func() {
		cancel()
		ended.Wait()
	}
	return s, nil
}

// OnRights has a function called whenever somebody's rights may have changed. It must not wait
// for the facts.
func (s *Service) OnRights(changed func()) {
	s.Facts.OnChange(func(ev chat.Event) {
		if _, ok := ev.Body.(chat.Token); ok {
			changed()
		}
	})
}

// Close ends what Start has started.
func (s *Service) Close() { s.stop() }

// NameTaken is the refusal of a name that is somebody else's. It is policy.NameTaken to
// errors.Is.
type NameTaken struct {
	Alternative chat.Name // a name that is free; empty if none was found
}

func (*NameTaken) Error() string { return policy.NameTaken.Error() }
func (*NameTaken) Unwrap() error { return policy.NameTaken }

// Send appends what a caller wants to have happen, if they may. A guest who speaks under a name
// that is free owns it from then on.
//
// Its errors are a policy.Code, a *NameTaken, and those of store.Log's Append. What is sent
// again with its Key is answered as the log has it.
func (s *Service) Send(ctx context.Context, c policy.Caller, d chat.Draft) (chat.Event, bool, error) {
	now := s.now()
	f, err := s.gather(ctx, &d, now)
	if err != nil {
		return chat.Event{}, false, err
	}
	if err := policy.Send(c, f, d); err != nil {
		return chat.Event{}, false, s.explain(err, d, now)
	}
	if s.claims(c, d, now) {
		if err := s.claim(ctx, d, now); err != nil {
			return chat.Event{}, false, err
		}
	}
	ev, duplicate, err := s.log.Append(ctx, d)
	switch {
	case errors.Is(err, store.ErrNoTarget): // which it was a moment ago
		err = policy.Deleted
	case err == nil && isFact(d.Body): // so that the next request goes by it
		err = s.Facts.Await(ctx, ev.ID.Seq)
	}
	return ev, duplicate, err
}

func isFact(body chat.Body) bool {
	switch body.(type) {
	case chat.RoomState, chat.NameClaim, chat.Token:
		return true
	}
	return false
}

// gather returns what policy has to know of a draft. A draft about a message that has no name
// gets that of the message: its author need not say it again.
func (s *Service) gather(ctx context.Context, d *chat.Draft, now time.Time) (f policy.Facts, err error) {
	f.Room = s.Facts.Room(d.Room)
	if seq := d.Body.Target(); seq != 0 {
		events, err := s.log.At(ctx, seq)
		if err != nil {
			return f, err
		}
		if len(events) > 0 {
			f.Target = &events[0]
			d.From.Name = cmp.Or(d.From.Name, f.Target.From.Name)
		}
	}
	f.NameTaken = s.Facts.Taken(d.From.Name, d.From.ID, now)
	return f, nil
}

func (s *Service) explain(err error, d chat.Draft, now time.Time) error {
	if !errors.Is(err, policy.NameTaken) {
		return err
	}
	return &NameTaken{s.Facts.Alternative(d.From.Name, d.From.ID, now)}
}

// claims reports whether a draft makes its name the caller's.
func (s *Service) claims(c policy.Caller, d chat.Draft, now time.Time) bool {
	if c.Person.ID == "" || c.Token != nil || c.Operator || d.From.Name == chat.Anonymous {
		return false
	}
	switch d.Body.(type) {
	case chat.Edit, chat.Delete, chat.Read, chat.NameClaim: // nothing is said under it
		return false
	}
	return s.Facts.ShouldClaim(d.From.Name, d.From.ID, now)
}

// claim makes a name the guest's. Of two who claim it at once the first in the log has it.
func (s *Service) claim(ctx context.Context, d chat.Draft, now time.Time) error {
	ev, _, err := s.log.Append(ctx, chat.Draft{From: d.From, Body: chat.NameClaim{Name: d.From.Name, Owner: d.From.ID}})
	if err != nil {
		return err
	}
	if err := s.Facts.Await(ctx, ev.ID.Seq); err != nil {
		return err
	}
	if s.Facts.Taken(d.From.Name, d.From.ID, now) {
		return s.explain(policy.NameTaken, d, now)
	}
	return nil
}
