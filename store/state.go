package store

import (
	"bytes"
	"context"
	"iter"

	"plainchat/chat"
	"plainchat/store/internal/format"
)

const stateQuery = "SELECT " + format.Columns + " FROM log INDEXED BY log_state WHERE " + format.IsState + " ORDER BY seq"

// State yields all events of class State, in order, as of now; the errors are as in Read.
// It holds a snapshot until it ends.
func (s *SQLite) State(ctx context.Context) iter.Seq2[chat.Event, error] {
	return func(yield func(chat.Event, error) bool) {
		s.reading.RLock()
		defer s.reading.RUnlock()
		rows, err := s.read.QueryContext(ctx, stateQuery)
		if err != nil {
			yield(chat.Event{}, s.readError(err))
			return
		}
		defer rows.Close()
		for rows.Next() {
			ev, err := format.Scan(rows, s.epoch)
			ev.Room = s.spellings().canonical(ev.Room)
			if !yield(ev, err) {
				return
			}
		}
		if err := rows.Err(); err != nil {
			yield(chat.Event{}, s.readError(err))
		}
	}
}

// Secret returns 32 random bytes that were made with the log and go with it into its
// backups: the key of the cookies by which people are known again.
func (s *SQLite) Secret(ctx context.Context) (secret []byte, err error) {
	s.reading.RLock()
	defer s.reading.RUnlock()
	if err := s.read.QueryRowContext(ctx, "SELECT value FROM meta WHERE name = 'secret'").Scan(&secret); err != nil {
		return nil, s.readError(err)
	}
	return secret, nil
}

// KeepSecret has the log keep the secret that all logs of its journal share, so that it has that should the
// journal be lost.
func (r *Replica) KeepSecret(ctx context.Context, secret []byte) error {
	ours, err := r.Secret(ctx)
	if err != nil || bytes.Equal(ours, secret) {
		return err
	}
	return r.change(func(ctx context.Context) error { return r.setMeta(ctx, map[string]any{"secret": secret}) })
}
