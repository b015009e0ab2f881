package store

import (
	"context"
	"errors"
	"iter"

	"plainchat/chat"
)

// Tail implements Log. When the log is closed it yields ErrClosed and ends.
func (s *SQLite) Tail(ctx context.Context, after uint64) iter.Seq2[chat.Event, error] {
	return func(yield func(chat.Event, error) bool) {
		for ctx.Err() == nil {
			events, last, moved, held := s.recent.after(after)
			if !held {
				if !s.readUp(ctx, after, last, yield) {
					return
				}
				after = last
				continue
			}
			for _, ev := range events {
				if ctx.Err() != nil || !yield(ev, nil) {
					return
				}
				after = ev.ID.Seq
			}
			if len(events) > 0 {
				continue
			}
			if moved == nil {
				yield(chat.Event{}, ErrClosed)
				return
			}
			select {
			case <-moved:
			case <-ctx.Done():
			}
		}
	}
}

// Reach implements Log. It never waits: nobody else appends.
func (s *SQLite) Reach(_ context.Context, seq uint64) (bool, error) {
	_, last, err := s.recent.bounds()
	return seq <= last, err
}

// readUp yields what the database has in (after, upto], and reports whether to go
// on from there.
func (s *SQLite) readUp(ctx context.Context, after, upto uint64, yield func(chat.Event, error) bool) bool {
	for ev, err := range s.Read(ctx, after, upto) {
		_, damaged := errors.AsType[*Damaged](err)
		if ctx.Err() != nil || !yield(ev, err) || err != nil && !damaged {
			return false
		}
	}
	return true
}
