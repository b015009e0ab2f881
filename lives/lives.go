// Package lives tells of messages that whoever made them grow does so no longer.
package lives

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

const (
	// Silence is after how long without a sign of life a message is lost. After a start everybody gets as
	// long, since nobody could give a sign before.
	Silence = 30 * time.Second
	// every is how long it is from one look to the next.
	every = 5 * time.Second
)

// Messages tells of those that are running, and silent; views.Messages has the method.
type Messages interface {
	Silent(ctx context.Context, since time.Time) ([]views.Message, error)
}

// Service takes the loss into the log; service.Service has the method.
type Service interface {
	Send(ctx context.Context, c policy.Caller, d chat.Draft) (ev chat.Event, duplicate bool, err error)
}

var (
	_ Messages = (*views.Messages)(nil)
	_ Service  = (*service.Service)(nil)
)

// Keeper marks silent messages as lost. Whoever makes one grow and was only away takes that back with its
// next state.
type Keeper struct {
	Messages Messages
	Service  Service
	Leads    func() bool // whether it is this node that does so; nil: it is the only one
	Logger   *slog.Logger
}

// Run marks messages until ctx ends.
func (k *Keeper) Run(ctx context.Context) {
	pause := Silence
	for {
		select {
		case <-time.After(pause):
		case <-ctx.Done():
			return
		}
		if pause = every; k.Leads == nil || k.Leads() {
			k.mark(ctx, time.Now().Add(-Silence))
		}
	}
}

// mark marks those that were silent since a time.
func (k *Keeper) mark(ctx context.Context, since time.Time) {
	silent, err := k.Messages.Silent(ctx, since)
	if err != nil && !errors.Is(err, views.ErrNotReady) && ctx.Err() == nil {
		k.Logger.Warn("messages that grow cannot be read, so none is lost", "err", err, "again_in", every)
	}
	for _, m := range silent {
		lost := chat.NewUpdate(m.ID.Seq, m.Text(), chat.Status{State: chat.Lost})
		_, _, err := k.Service.Send(ctx, policy.Caller{Server: true}, chat.Draft{Room: m.Room, From: m.From, Body: lost})
		_, denied := errors.AsType[policy.Code](err) // it was deleted just now
		if err != nil && !denied && !errors.Is(err, service.ErrUnchanged) && ctx.Err() == nil {
			k.Logger.Warn("a message is lost, which cannot be stored", "id", m.ID, "room", m.Room, "err", err, "again_in", every)
		}
	}
}
