package store

import (
	"context"

	"plainchat/chat"
	"plainchat/store/internal/format"
)

// What a log had that was moved into the journal stands in all others as it stood there. Nothing is
// decided about it, and nothing follows from it: that has happened before.

// applySettled takes an event in as it stood.
func (w *writer) applySettled(ctx context.Context, at place, d chat.Draft) error {
	return w.settle(ctx, chat.Event{ID: chat.ID{Seq: at.seq}, Time: at.time, Room: d.Room, From: d.From, Key: d.Key, Body: d.Body})
}

// settle takes an event in whose key is that of its row.
func (w *writer) settle(ctx context.Context, ev chat.Event) error {
	made := ev.Key
	ev.ID.Epoch, ev.Key = w.log.epoch, format.SendersKey(ev.Key)
	w.log.learn(ev.Room)
	inserted, err := w.put(ctx, ev, made)
	ev.Room = w.log.spellings().canonical(ev.Room)
	if inserted && !format.IsErased(ev) {
		w.unseen = append(w.unseen, ev)
	}
	return err
}

// applyPast takes in what retention has left of the time before the beginning.
func (w *writer) applyPast(ctx context.Context, seq uint64, p Past) error {
	for _, ev := range p.Events {
		if err := w.settle(ctx, ev); err != nil {
			return err
		}
	}
	if seq != p.Upto { // more of it follows
		return nil
	}
	w.removed, w.last = p.Upto, max(w.last, p.Upto)
	w.log.past.Store(p.Upto)
	w.log.recent.pruned(p.Upto + 1)
	const begin = "UPDATE meta SET value = iif(name = 'holes', 0, ?) WHERE name IN ('pruned', 'holes')"
	if _, err := w.conn.ExecContext(ctx, begin, int64(p.Upto)); err != nil { // #nosec G115 -- a position has 63 bits
		return err
	}
	_, err := w.conn.ExecContext(ctx, setQuery, "past", int64(p.Upto)) // #nosec G115 -- a position has 63 bits
	return err
}

// applyEnd keeps that the journal ends here.
func (w *writer) applyEnd(ctx context.Context, seq uint64) error {
	w.log.ended.Store(seq)
	_, err := w.conn.ExecContext(ctx, setQuery, "ended", int64(seq)) // #nosec G115 -- a position has 63 bits
	return err
}
