// Package service is the one way in: every handler, hook and command that changes anything calls
// Send, which asks policy and appends.
package service

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"math"
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
	Repeat(ctx context.Context, d chat.Draft) (ev chat.Event, found bool, err error)
	Last(ctx context.Context, d chat.Draft) (ev chat.Event, found bool, err error)
	At(ctx context.Context, seqs ...uint64) ([]chat.Event, error)
}

// Reactions tells what there is of an emoji at a message; views.Messages has the method. Its
// errors mean that it is not known now.
type Reactions interface {
	Reacted(ctx context.Context, of uint64, emoji string, by chat.Person) (policy.Reacted, error)
}

// Asks tells what there is at a message that asks something; views.AskList has the method. Its errors mean that it
// is not known now.
type Asks interface {
	Asked(ctx context.Context, of uint64, by chat.Person) (*policy.Asked, error)
}

// Options say what a service works on.
type Options struct {
	Log    Log
	Logger *slog.Logger
	// Reactions are those of messages, as they stand; nil if nobody knows.
	Reactions Reactions
	// Standing is how messages stand; nil if nobody knows.
	Standing Standing
	Asks     Asks             // the questions, as they stand; nil if nobody knows
	Now      func() time.Time // the time of day, as the log has it; default time.Now
}

// Service takes what people do into the log. Its methods may be called concurrently.
type Service struct {
	// Facts are who owns which name, the tokens, and what is set of each room, as of the last
	// event that Facts.Await has waited for.
	Facts *facts.Follower

	log       Log
	reactions Reactions
	standing  Standing
	asks      Asks
	now       func() time.Time
	claims    claims
	stop      func()
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
	s := &Service{Facts: known, log: opts.Log, reactions: opts.Reactions, standing: opts.Standing, asks: opts.Asks, now: opts.Now}
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

// ErrUnchanged is the answer to what would change nothing, since it is so already. Nothing was
// appended.
var ErrUnchanged = errors.New("service: it is so already")

// Send appends what a caller wants to have happen, if they may. A guest who speaks under a name
// that is free owns it from then on.
//
// What is sent again with its Key is answered as the log has it, also where it would be refused
// by now. Its errors are ErrUnchanged, a policy.Code, a *NameTaken, an *Answered, and those of store.Log's
// Append; of an answer also those of Asks.
func (s *Service) Send(ctx context.Context, c policy.Caller, d chat.Draft) (chat.Event, bool, error) {
	ev, duplicate, err := s.try(ctx, c, d)
	if answer, is := ev.Body.(chat.Answer); is && err == nil {
		return ev, duplicate, s.settle(ctx, ev, answer)
	}
	return ev, duplicate, err
}

// try is Send without looking whether an answer counts.
func (s *Service) try(ctx context.Context, c policy.Caller, d chat.Draft) (chat.Event, bool, error) {
	now := s.now()
	f, err := s.gather(ctx, &d, now)
	if err != nil {
		return chat.Event{}, false, err
	}
	if err := policy.Send(c, f, d); err != nil {
		return s.refuse(ctx, c, f, d, err)
	}
	if policy.Unchanged(f, d) {
		return s.leave(ctx, d)
	}
	if r, is := d.Body.(chat.Reaction); is && r.Removed && f.Reacted != nil {
		d.From.Name = f.Reacted.As // so that whoever knows the names alone can follow
	}
	if s.shouldClaim(c, d, now) {
		return s.claim(ctx, d)
	}
	return s.append(ctx, d)
}

// append appends a draft that may be.
func (s *Service) append(ctx context.Context, d chat.Draft) (chat.Event, bool, error) {
	ev, duplicate, err := s.log.Append(ctx, d)
	switch {
	case errors.Is(err, store.ErrNoTarget): // which it was a moment ago
		err = policy.Deleted
	case errors.Is(err, store.ErrReadBefore), errors.Is(err, store.ErrEnded):
		err = ErrUnchanged
	case err == nil && (d.Claims || isFact(d.Body)): // so that the next request goes by it
		err = s.Facts.Await(ctx, math.MaxUint64)
	}
	return ev, duplicate, err
}

// leave answers a draft that would change nothing. It may have changed that itself before.
func (s *Service) leave(ctx context.Context, d chat.Draft) (chat.Event, bool, error) {
	ev, found, err := s.log.Repeat(ctx, d)
	if err == nil && !found {
		err = ErrUnchanged
	}
	return ev, found, err
}

// refuse answers a draft that policy does not let in. It may have been let in before.
func (s *Service) refuse(ctx context.Context, c policy.Caller, f policy.Facts, d chat.Draft, cause error) (chat.Event, bool, error) {
	ev, found, err := s.log.Repeat(ctx, d)
	_, deleted := errors.AsType[*store.Deleted](err)
	switch {
	case found:
		return ev, true, nil
	case policy.DeletedBefore(c, f, d):
		err = ErrUnchanged
	case !deleted:
		err = s.explain(cause, f, d, s.now())
	}
	return chat.Event{}, false, err
}

func isFact(body chat.Body) bool {
	switch body.(type) {
	case chat.RoomState, chat.NameClaim, chat.Token, chat.Webhook, chat.Pin:
		return true
	}
	return false
}

// gather returns what policy has to know of a draft. A draft about a message that has no name
// gets that of the message: its author need not say it again.
func (s *Service) gather(ctx context.Context, d *chat.Draft, now time.Time) (f policy.Facts, err error) {
	f.Room = s.Facts.Room(d.Room)
	if seq := about(d.Body); seq != 0 {
		events, err := s.log.At(ctx, seq)
		if err != nil {
			return f, err
		}
		if len(events) > 0 {
			f.Target = &events[0]
			if _, read := d.Body.(chat.Read); !read {
				d.From.Name = cmp.Or(d.From.Name, f.Target.From.Name)
			}
		}
	}
	f.NameTaken = s.Facts.Taken(d.From.Name, d.From.ID, now)
	if name, names := robotName(d.Body); names {
		f.NameTaken = s.isPersons(name, now)
	}
	switch body := d.Body.(type) {
	case chat.Read:
		if f.NameTaken { // it is told of them, and not to be told of somebody else
			d.From.Name = chat.Anonymous
		}
	case chat.Pin:
		f.Pinned = s.Facts.Pinned(d.Room, body.Of)
	case chat.Reaction:
		f.Reacted = s.reacted(ctx, body, d.From)
	case chat.Ask: // while that is not known, the log's first counts all the same
		f.Asked, _ = s.asked(ctx, body.Of, d.From)
	case chat.Answer:
		f.Asked, err = s.asked(ctx, body.Of, d.From)
	}
	return f, err
}

// robotName returns the name that a body gives a robot, if it does.
func robotName(body chat.Body) (name chat.Name, names bool) {
	switch b := body.(type) {
	case chat.Token:
		return b.Name, true
	case chat.Webhook:
		return b.Name, true
	}
	return "", false
}

// isPersons reports whether a name is a guest's. Robots may have one name together.
func (s *Service) isPersons(name chat.Name, now time.Time) bool {
	owner := chat.Person{ID: s.Facts.Owner(name, now)}
	return owner.ID != "" && !owner.Robot()
}

// about returns the position of the message that something is about, or 0. A read position is
// about its message only until it is stored.
func about(body chat.Body) uint64 {
	if read, is := body.(chat.Read); is {
		return read.Upto
	}
	return body.Target()
}

// reacted returns what there is of a reaction; nil if that is not known.
func (s *Service) reacted(ctx context.Context, r chat.Reaction, by chat.Person) *policy.Reacted {
	if s.reactions == nil {
		return nil
	}
	there, err := s.reactions.Reacted(ctx, r.Of, r.Emoji, by)
	if err != nil {
		return nil
	}
	return &there
}

func (s *Service) explain(err error, f policy.Facts, d chat.Draft, now time.Time) error {
	switch {
	case f.Asked != nil && err == f.Asked.Over():
		return &Answered{*f.Asked}
	case !errors.Is(err, policy.NameTaken):
		return err
	}
	name, names := robotName(d.Body)
	if !names {
		name = d.From.Name
	}
	return &NameTaken{s.Facts.Alternative(name, d.From.ID, now)}
}

// shouldClaim reports whether a draft makes its name the caller's.
func (s *Service) shouldClaim(c policy.Caller, d chat.Draft, now time.Time) bool {
	if c.Person.ID == "" || c.Token != nil || c.Operator || d.From.Name == chat.Anonymous {
		return false
	}
	switch body := d.Body.(type) {
	case chat.Edit, chat.Update, chat.Ask, chat.Delete, chat.Read, chat.NameClaim: // nothing is said under it
		return false
	case chat.Reaction:
		if body.Removed {
			return false
		}
	}
	return s.Facts.ShouldClaim(d.From.Name, d.From.ID, now)
}

// claim appends a draft that makes its name the guest's, unless somebody else has got it in the
// meantime.
func (s *Service) claim(ctx context.Context, d chat.Draft) (chat.Event, bool, error) {
	leave, err := s.claims.enter(ctx, d.From.Name.Skeletons())
	if err != nil {
		return chat.Event{}, false, err
	}
	defer leave()
	for {
		now := s.now()
		d.Unseen = s.Facts.Position() + 1
		if s.Facts.Taken(d.From.Name, d.From.ID, now) {
			return chat.Event{}, false, s.explain(policy.NameTaken, policy.Facts{}, d, now)
		}
		d.Claims = s.Facts.ShouldClaim(d.From.Name, d.From.ID, now)
		ev, duplicate, err := s.append(ctx, d)
		if !errors.Is(err, store.ErrOvertaken) {
			return ev, duplicate, err
		}
		if err := s.Facts.Await(ctx, math.MaxUint64); err != nil { // by who was faster at another node
			return chat.Event{}, false, err
		}
	}
}
