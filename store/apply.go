package store

import (
	"context"
	"encoding/base64"
	"time"

	"plainchat/chat"
	"plainchat/locale"
	"plainchat/store/internal/format"
)

// A log that follows a journal does with each entry what every other one does with it: whether it
// becomes an event follows from the entries before it, and from nothing else. That holds for
// what retention has removed too, which goes by the times of the entries.

// loadFollowing reads how far a log has followed the journal of an epoch, and where it begins. A new
// log takes the epoch.
func (s *SQLite) loadFollowing(ctx context.Context, epoch string, first, last uint64) (uint64, error) {
	if s.epoch != epoch {
		if last > 0 {
			return 0, locale.NewError("cli.replica.epoch", "ours", s.epoch, "theirs", epoch)
		}
		if _, err := s.conn.ExecContext(ctx, setQuery, "epoch", epoch); err != nil {
			return 0, err
		}
		s.epoch = epoch
	}
	const query = `SELECT coalesce((SELECT value FROM meta WHERE name = 'applied'), ?1), coalesce((SELECT value FROM meta WHERE name = 'expired'), 0)`
	err := s.conn.QueryRowContext(ctx, query, int64(last)).Scan(&s.applied, &s.expired) // #nosec G115 -- a position has 63 bits
	return max(first, s.expired+1), err
}

// decision are entries of a journal, in order.
type decision struct {
	entries  []Entry
	requests []*request // one for each entry; what became of it
	upto     uint64     // all places up to this one are decided
	done     chan error
}

// decide has the writer take entries in, all of them or none.
func (s *SQLite) decide(entries []Entry, upto uint64) ([]*request, error) {
	d := &decision{entries: entries, requests: make([]*request, len(entries)), upto: upto, done: make(chan error, 1)}
	for i, e := range entries {
		d.requests[i] = &request{draft: e.Record.Draft}
	}
	s.writer.decided <- d
	return d.requests, <-d.done
}

// apply makes a decision durable.
func (w *writer) apply(d *decision) error {
	expired := w.expired
	err := w.make(func(ctx context.Context) error {
		if err := w.measure(ctx); err != nil {
			return err
		}
		for i, e := range d.entries {
			if err := w.applyEntry(ctx, e, d.requests[i]); err != nil {
				return err
			}
		}
		w.full = w.max > 0 && w.room < 0
		return w.setApplied(ctx, d.upto)
	})
	if err != nil {
		w.expired = expired
	}
	return err
}

func (w *writer) applyEntry(ctx context.Context, e Entry, r *request) error {
	at := place{seq: e.Seq, time: timeOf(e)}
	if w.log.opts.Retention > 0 {
		if err := w.expireAt(ctx, at.time.Add(-w.log.opts.Retention)); err != nil {
			return err
		}
	}
	if e.Record.Void {
		return nil
	}
	d := r.draft
	if d.Key == "" {
		at.key = format.MadeKey(base64.RawURLEncoding.EncodeToString(e.Record.ID[:]))
	} else if r.event, r.duplicate, r.err = w.repeatOlder(ctx, d); r.duplicate || r.err != nil {
		return nil
	}
	if err := w.releaseKey(ctx, d); err != nil {
		return err
	}
	w.room -= footprint(d)
	return w.addAt(ctx, at, r)
}

// timeOf is when an entry happened.
func timeOf(e Entry) time.Time {
	at := e.Time
	if !e.Record.Time.IsZero() {
		at = e.Record.Time
	}
	return time.UnixMilli(at.UnixMilli()).UTC()
}

const setQuery = "INSERT INTO meta (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value"

// setApplied keeps how far the journal was followed, and what retention has passed.
func (w *writer) setApplied(ctx context.Context, upto uint64) error {
	_, err := w.conn.ExecContext(ctx, setQuery, "applied", int64(upto)) // #nosec G115 -- a position has 63 bits
	if err == nil && w.expired.moved {
		_, err = w.conn.ExecContext(ctx, setQuery, "expired", int64(w.expired.upto)) // #nosec G115 -- a position has 63 bits
		w.expired.moved = false
	}
	return err
}

// expiry is how far retention has come.
type expiry struct {
	upto  uint64    // the last position that it has passed
	moved bool      // that is not kept in the log yet
	young time.Time // when the first event after it happened; zero if that is not known
}

// expireAt passes what is older than cutoff, within the transaction: what the next entries come upon
// must be the same in every log.
func (w *writer) expireAt(ctx context.Context, cutoff time.Time) error {
	if !w.expired.young.IsZero() && !cutoff.After(w.expired.young) {
		return nil
	}
	upto, young, err := w.olderThan(ctx, cutoff)
	if err != nil {
		return err
	}
	w.expired.young = young
	if upto > w.expired.upto {
		w.expired.upto, w.expired.moved = upto, true
		w.log.recent.pruned(upto + 1)
	}
	return nil
}

// releaseKey removes the event that has the key of a draft, if retention has passed it, or the message
// that it is about: whether its row is gone already is different in every log.
func (w *writer) releaseKey(ctx context.Context, d chat.Draft) error {
	const query = `DELETE FROM log WHERE room = ? AND ifnull(actor, ':' || user_name) = ? AND client_id = ?
		AND (seq <= ?4 AND kind NOT IN ('room', 'pin', 'name', 'token', 'read')
			OR target <= ?4 AND kind IN ('edit', 'delete', 'reaction'))`
	if w.expired.upto == 0 || d.Key == "" {
		return nil
	}
	_, err := w.conn.ExecContext(ctx, query, string(d.Room), speaker(d.From), d.Key, int64(w.expired.upto)) // #nosec G115 -- a position has 63 bits
	return err
}
