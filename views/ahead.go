package views

import (
	"context"

	"plainchat/chat"
)

// A projector with a Share may lag by any time while the log grows fast. What was deleted is to be
// gone within a minute all the same, so deletions do not wait for their turn: somebody reads
// ahead for them, which costs next to nothing.

// scout sends the deletions after a position until ctx ends, or the log cannot be read.
func scout(ctx context.Context, log Log, after uint64, out chan<- chat.Event) {
	for ev, err := range log.Tail(ctx, after) {
		if err != nil || !erases(ev) {
			continue
		}
		select {
		case out <- ev:
		case <-ctx.Done():
			return
		}
	}
}

// scoutFrom is where to begin: a new file has nothing of what was deleted before now.
func (w *worker) scoutFrom() uint64 {
	if w.f.position == 0 {
		return w.target
	}
	return w.f.position
}

// applyAhead applies a deletion ahead of its turn. The position stays.
func (w *worker) applyAhead(ev chat.Event) error {
	if ev.ID.Seq <= w.f.position {
		return nil
	}
	err := w.f.transaction(w.f.position, func(ctx context.Context) error {
		return w.applyOne(ctx, &step{to: ev.ID.Seq, event: ev})
	})
	if err == nil {
		w.ahead[ev.Body.Target()] = true
		w.note()
	}
	return err
}

// overtaken reports whether an event has lost its effect to a deletion that was applied ahead.
// It may have been read before its text was taken out of the log.
func (w *worker) overtaken(ev chat.Event) bool {
	if len(w.ahead) == 0 {
		return false
	}
	switch body := ev.Body.(type) {
	case chat.Message:
		return w.ahead[ev.ID.Seq]
	case chat.Delete:
		delete(w.ahead, body.Of) // nothing after it is about the message
	}
	return w.ahead[chat.Words(ev.Body)]
}
