package lives

import (
	"context"
	"log/slog"
	"slices"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"plainchat/chat"
	"plainchat/policy"
	"plainchat/views"
)

// room has one message that is running.
type room struct {
	last time.Time // its last sign of life
	lost []time.Duration
}

func (r *room) Silent(_ context.Context, since time.Time) ([]views.Message, error) {
	if len(r.lost) > 0 || !r.last.Before(since) {
		return nil, nil
	}
	return []views.Message{{Event: chat.Event{ID: chat.ID{Epoch: "e", Seq: 7}, Room: "ops", Body: chat.Message{Text: "so far"}}}}, nil
}

func (r *room) Send(_ context.Context, c policy.Caller, d chat.Draft) (chat.Event, bool, error) {
	want := chat.Update{Of: 7, Text: "so far", Status: chat.Status{State: chat.Lost}, Replaces: true}
	if c.Server && d.Room == "ops" && d.Body == want {
		r.lost = append(r.lost, time.Since(r.last))
	}
	return chat.Event{}, false, nil
}

// A message is lost after 30 s of silence, by the node that leads; and by none in the first 30 s after a
// start.
func TestKeeper(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for _, c := range []struct {
			before time.Duration // the start
			want   []time.Duration
		}{
			{time.Hour, []time.Duration{time.Hour + 30*time.Second}}, {0, []time.Duration{35 * time.Second}},
		} {
			r := &room{last: time.Now().Add(-c.before)}
			var leads atomic.Bool
			leads.Store(true)
			ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
			(&Keeper{Messages: r, Service: r, Leads: leads.Load, Logger: slog.New(slog.DiscardHandler)}).Run(ctx)
			cancel()
			if !slices.Equal(r.lost, c.want) {
				t.Errorf("lost after %v, want %v", r.lost, c.want)
			}
			other := &room{last: r.last}
			leads.Store(false)
			ctx, cancel = context.WithTimeout(t.Context(), time.Minute)
			(&Keeper{Messages: other, Service: other, Leads: leads.Load, Logger: slog.New(slog.DiscardHandler)}).Run(ctx)
			cancel()
			if len(other.lost) > 0 {
				t.Errorf("another node marks it after %v", other.lost)
			}
		}
	})
}
