package service

import (
	"context"
	"errors"

	"plainchat/chat"
	"plainchat/policy"
	"plainchat/store"
)

// Standing tells the text and the status that a message has now; views.Messages has the method.
// Its errors mean that they are not known.
type Standing interface {
	Stands(ctx context.Context, of uint64) (text string, s chat.Status, err error)
}

// Put writes a message under its key, or has the message that was written under it say what the draft
// says: so often as somebody has news, it is one message. It returns the message with the text that it
// has then, and whether it was written just now; with ErrUnchanged, if there was no news. What has ended
// does not run again: a request may be overtaken by the one after it. Somebody else may have got the sender's name
// since the message was written.
//
// The draft is a message with a key. Other errors are as Send's. A status that the message of somebody who is not
// known could not lose again is refused with the message: policy.NeedsPerson.
func (s *Service) Put(ctx context.Context, c policy.Caller, d chat.Draft, status chat.Status) (ev chat.Event, written bool, err error) {
	if status.State != "" && !policy.Owns(c, d) {
		return chat.Event{}, false, policy.NeedsPerson
	}
	ev, duplicate, err := s.Send(ctx, c, d)
	if errors.Is(err, policy.NameTaken) {
		ev, duplicate, err = s.again(ctx, d, err)
	}
	reused, isReused := errors.AsType[*store.KeyReused](err)
	deleted, isDeleted := errors.AsType[*store.Deleted](err)
	switch {
	case isDeleted:
		return chat.Event{ID: deleted.First}, false, policy.Deleted
	case isReused:
		ev, err = s.message(ctx, reused.First)
	}
	if err != nil {
		return ev, false, err
	}
	update := chat.NewUpdate(ev.ID.Seq, d.Text(), status)
	if written = !isReused && !duplicate; written {
		if status.State == "" {
			return ev, true, nil
		}
		update.Replaces = true // the message says it already, but for its status
	} else if text, stands := s.stands(ctx, update); stands {
		return withText(ev, text), false, ErrUnchanged
	}
	_, _, err = s.Send(ctx, c, chat.Draft{Room: d.Room, From: d.From, Body: update})
	return withText(ev, update.Text), written, err
}

// again answers a draft that was refused, if there is a message with its key, and else with why it was refused.
func (s *Service) again(ctx context.Context, d chat.Draft, refused error) (ev chat.Event, found bool, err error) {
	if ev, found, err = s.log.Repeat(ctx, d); err == nil && !found {
		err = refused
	}
	return ev, found, err
}

// message reads the message with a key.
func (s *Service) message(ctx context.Context, id chat.ID) (chat.Event, error) {
	events, err := s.log.At(ctx, id.Seq)
	if err == nil && (len(events) == 0 || !events[0].IsMessage()) {
		err = policy.NotFound
	}
	if err != nil {
		return chat.Event{}, err
	}
	return events[0], nil
}

func withText(message chat.Event, text string) chat.Event {
	message.Body = chat.Message{Text: text, ReplyTo: message.Body.Target()}
	return message
}

// stands reports whether an update would change nothing, as far as that is known, and the text that the
// message has.
func (s *Service) stands(ctx context.Context, u chat.Update) (text string, stands bool) {
	if s.standing == nil {
		return "", false
	}
	text, status, err := s.standing.Stands(ctx, u.Of)
	ended := status.State == chat.Ended && u.Status.State == chat.Running
	same := text == u.Text && status == u.Status && status.State != chat.Running // which is a sign of life
	return text, err == nil && (ended || same)
}
