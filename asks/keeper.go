// Package asks ends the questions whose time is over.
package asks

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"plainchat/chat"
	"plainchat/policy"
	"plainchat/service"
	"plainchat/views"
)

// Questions are those that are open; views.AskList has the method.
type Questions interface {
	Due(ctx context.Context) ([]views.DueAsk, error)
}

// Service takes the end of a question into the log; service.Service has the method.
type Service interface {
	Send(ctx context.Context, c policy.Caller, d chat.Draft) (ev chat.Event, duplicate bool, err error)
}

var _ Service = (*service.Service)(nil)

// Keeper sends the end of each question at its time, also of those whose time came while no server was running.
type Keeper struct {
	Questions Questions
	Service   Service
	Moved     func() <-chan struct{} // returns what is closed when there may be other questions
	Leads     func() bool            // whether it is this node that ends them; nil: it is the only one
	Logger    *slog.Logger
}

const (
	// pause is how long it takes at least from one look at the questions to the next, since all that
	// happens may be one.
	pause = 100 * time.Millisecond
	// again is when it looks again at what is over and has not ended.
	again = time.Second
)

// Run ends questions until ctx ends.
func (k *Keeper) Run(ctx context.Context) {
	for ctx.Err() == nil {
		moved := k.Moved() // before looking, so that nothing is missed
		next, timed := k.endAll(ctx, time.Now())
		var timer <-chan time.Time
		if timed {
			timer = time.After(next)
		}
		select {
		case <-timer:
			continue
		case <-ctx.Done():
			return
		case <-moved:
		}
		select { // a timer that is earlier fires at the next look
		case <-time.After(pause):
		case <-timer:
		case <-ctx.Done():
		}
	}
}

// endAll ends what is over, and returns after how long to look again; timed is false where nothing has a time.
func (k *Keeper) endAll(ctx context.Context, now time.Time) (next time.Duration, timed bool) {
	due, err := k.Questions.Due(ctx)
	if err != nil {
		if !errors.Is(err, views.ErrNotReady) && ctx.Err() == nil { // else the next move tells
			k.Logger.Warn("questions cannot be read, so none ends", "err", err, "again_in", again)
			return again, true
		}
		return 0, false
	}
	for _, d := range due {
		left := d.Until.Sub(now)
		if left <= 0 && k.leads() && k.end(ctx, d) {
			continue
		}
		if left <= 0 {
			left = again
		}
		if !timed || left < next {
			next, timed = left, true
		}
	}
	return next, timed || len(due) > 0 // all have ended, and there may be more than were told of
}

func (k *Keeper) leads() bool { return k.Leads == nil || k.Leads() }

// end sends the end of a question, and reports whether that is done. Who was faster has ended it too.
func (k *Keeper) end(ctx context.Context, d views.DueAsk) bool {
	server := policy.Caller{Person: chat.Person{Name: chat.Operator}, Server: true}
	_, _, err := k.Service.Send(ctx, server, chat.Draft{Room: d.Room, From: server.Person, Body: d.End})
	if err == nil || errors.Is(err, policy.Answered) || errors.Is(err, policy.Expired) {
		return true
	}
	// A message that is gone the view has not forgotten yet.
	if _, denied := errors.AsType[policy.Code](err); !denied && ctx.Err() == nil {
		k.Logger.Warn("the time of a question is over, which cannot be stored", "room", d.Room, "seq", d.Of, "err", err, "again_in", again)
	}
	return false
}
