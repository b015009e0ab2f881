package views

import (
	"context"
	"errors"

	"plainchat/chat"
	"plainchat/store"
)

// step is one move of the position.
type step struct {
	to    uint64
	gap   bool // nothing to apply: the event is damaged, or gone
	event chat.Event
	err   error // the last step: there is no more
}

// feed sends the events after a position, and waits for more until ctx ends. It tells when
// everything up to last was sent, which may be events that are gone.
func feed(ctx context.Context, log Log, after, last uint64, out chan<- step) {
	send := func(s step) bool {
		select {
		case out <- s:
			return s.err == nil
		case <-ctx.Done():
			return false
		}
	}
	for ev, err := range log.Read(ctx, after, last) {
		if !send(stepOf(ev, err)) {
			return
		}
	}
	if last > after && !send(step{to: last, gap: true}) {
		return
	}
	for ev, err := range log.Tail(ctx, max(after, last)) {
		if !send(stepOf(ev, err)) {
			return
		}
	}
}

func stepOf(ev chat.Event, err error) step {
	if damaged, ok := errors.AsType[*store.Damaged](err); ok {
		return step{to: damaged.Seq, gap: true}
	}
	return step{to: ev.ID.Seq, event: ev, err: err}
}
