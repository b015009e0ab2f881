package store

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"

	"plainchat/chat"
	"plainchat/store/internal/format"
)

// A log that follows a journal may come by when a message is erased there already, and with it the
// edits: places are absent that other logs have given an event. What is about such a message was taken
// in by those, as whoever published it had looked for the message first; so it is taken in here. The
// deletion, which comes later, brings what is to be left of it.

// absentPrefix begins the names in meta that say up to which position the journal had nothing, from
// the one that the name ends with.
const absentPrefix = "absent "

func absentName(from uint64) string { return fmt.Sprintf("%s%019d", absentPrefix, from) }

// missingPrefix begins the names of those that the journal has lost.
const missingPrefix = "missing "

func missingName(from uint64) string { return fmt.Sprintf("%s%019d", missingPrefix, from) }

// skip keeps that the journal has nothing from a position up to another, and whether it has lost that.
func (w *writer) skip(ctx context.Context, from, upto uint64, lost bool) error {
	_, err := w.conn.ExecContext(ctx, setQuery, absentName(from), int64(upto)) // #nosec G115 -- a position has 63 bits
	if err == nil && lost {
		_, err = w.conn.ExecContext(ctx, setQuery, missingName(from), int64(upto)) // #nosec G115 -- a position has 63 bits
	}
	return err
}

// isAbsent reports whether the journal had nothing at a position that may have been a message.
func (w *writer) isAbsent(ctx context.Context, seq uint64) (bool, error) {
	const query = "SELECT value FROM meta WHERE name BETWEEN ? AND ? ORDER BY name DESC LIMIT 1"
	if !w.log.follows {
		return false, nil
	}
	var upto uint64
	err := w.conn.QueryRowContext(ctx, query, absentPrefix, absentName(seq)).Scan(&upto)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	return seq <= upto, err
}

const tombstoneQuery = "SELECT kind, user_name, ifnull(actor, ''), ifnull(client_id, ''), time FROM log WHERE seq = ? AND room = ? AND kind IN ('message', 'reply')"

// bury adds to a record of a deletion what is to be left of its message. Of one that is not there,
// or in another room, the error is ErrNoTarget; and so it is for other records about such a message.
func (s *SQLite) bury(ctx context.Context, r *Record) error {
	seq := r.Draft.Body.Target()
	if seq == 0 {
		return nil
	}
	s.reading.RLock()
	defer s.reading.RUnlock()
	var kind string
	var t Tombstone
	var millis int64
	for _, room := range s.spellings().of([]chat.Room{r.Draft.Room}) {
		err := s.read.QueryRowContext(ctx, tombstoneQuery, int64(seq), string(room)).Scan(&kind, &t.From.Name, &t.From.ID, &t.Key, &millis) // #nosec G115 -- a position has 63 bits
		switch {
		case errors.Is(err, sql.ErrNoRows):
			continue
		case err != nil:
			return s.readError(err)
		}
		if _, deletion := r.Draft.Body.(chat.Delete); deletion {
			t.Kind, t.Time = chat.KindOf(kind), timeOfMillis(millis)
			if room != r.Draft.Room {
				t.Room = room
			}
			r.Target = &t
		}
		return nil
	}
	return ErrNoTarget
}

// leave adds what is left of a message that was erased before this log could have it.
func (w *writer) leave(ctx context.Context, d chat.Draft, t *Tombstone) error {
	if t == nil {
		return nil
	}
	seq := d.Body.Target()
	if absent, err := w.isAbsent(ctx, seq); err != nil || !absent {
		return err
	}
	room := cmp.Or(t.Room, d.Room)
	w.log.learn(room)
	if err := w.releaseKey(ctx, room, t.From, t.Key); err != nil {
		return err
	}
	ev := chat.Event{
		ID: chat.ID{Epoch: w.log.epoch, Seq: seq}, Time: t.Time, Room: room, From: t.From, Key: format.SendersKey(t.Key),
		Body: chat.Erased{Was: t.Kind},
	}
	result, err := w.insert.ExecContext(ctx, format.Values(ev, t.Key)...)
	if err != nil {
		return err
	}
	n, err := result.RowsAffected()
	if err != nil || n == 0 || seq > w.last {
		return err
	}
	return w.addHoles(ctx, -1)
}
