package store

import (
	"context"
	"database/sql"
	"encoding/base64"
	"errors"
	"time"

	"plainchat/chat"
	"plainchat/store/internal/format"
)

// A log that follows a journal does with each entry what every other one does with it: whether it
// becomes an event follows from the entries before it, and from nothing else.

// decision are entries of a journal, in order.
type decision struct {
	entries  []Entry
	requests []*request                  // one for each entry; what became of it
	after    uint64                      // all places up to this one were decided before
	upto     uint64                      // and up to this one are now
	erased   []string                    // what is done of what was to be erased from the journal
	work     func(context.Context) error // something else to do, instead
	done     chan error
}

// decide has the writer take entries in, all of them or none.
func (s *SQLite) decide(entries []Entry, after, upto uint64) ([]*request, error) {
	d := &decision{entries: entries, requests: make([]*request, len(entries)), after: after, upto: upto, done: make(chan error, 1)}
	for i, e := range entries {
		d.requests[i] = &request{draft: e.Record.Draft}
	}
	s.writer.decided <- d
	return d.requests, <-d.done
}

// change has the writer do something in a transaction.
func (s *SQLite) change(work func(context.Context) error) error {
	d := &decision{work: work, done: make(chan error, 1)}
	s.writer.decided <- d
	return <-d.done
}

// apply makes a decision durable.
func (w *writer) apply(d *decision) error {
	expired, removed := w.expired, w.removed
	first, _, _ := w.log.recent.bounds()
	past, ended := w.log.past.Load(), w.log.ended.Load()
	err := w.make(func(ctx context.Context) error {
		if d.work != nil {
			return d.work(ctx)
		}
		if err := w.forgetDue(ctx, d.erased); err != nil || len(d.entries) == 0 {
			return err
		}
		return w.applyAll(ctx, d)
	})
	if err != nil {
		w.expired, w.removed = expired, removed
		w.log.recent.pruned(first)
		w.log.past.Store(past)
		w.log.ended.Store(ended)
	}
	return err
}

func (w *writer) forgetDue(ctx context.Context, names []string) error {
	for _, name := range names {
		if _, err := w.conn.ExecContext(ctx, "DELETE FROM meta WHERE name = ?", name); err != nil {
			return err
		}
	}
	return nil
}

func (w *writer) applyAll(ctx context.Context, d *decision) error {
	if err := w.measure(ctx); err != nil {
		return err
	}
	last := d.after
	for i, e := range d.entries {
		var err error
		if e.Erased {
			err = w.skip(ctx, last+1, e.Seq, e.lost)
		} else {
			err = w.applyEntry(ctx, e, d.requests[i])
		}
		if err != nil {
			return err
		}
		last = e.Seq
	}
	w.full = w.max > 0 && w.room < 0
	return w.setApplied(ctx, d.upto)
}

// applyEntry takes an entry in, or leaves its place without an event; then nothing of it is to be
// left in the journal either.
func (w *writer) applyEntry(ctx context.Context, e Entry, r *request) error {
	at := place{seq: e.Seq, time: timeOf(e)}
	switch {
	case w.log.endsBefore(e.Seq):
		r.err = ErrMovedAway
		return nil
	case e.Record.End:
		return w.applyEnd(ctx, e.Seq)
	case e.Record.Past != nil:
		return w.applyPast(ctx, e.Seq, *e.Record.Past)
	case e.Record.Settled:
		return w.applySettled(ctx, at, e.Record.Draft)
	case e.Record.Void:
		return w.pass(ctx, min(e.Record.Expired, e.Seq-1), e.Seq)
	case e.Record.Claim:
		return w.applyClaim(ctx, at, r)
	}
	gone := len(w.gone)
	if err := w.applyDraft(ctx, at, e.Record, r); err != nil {
		return err
	}
	switch {
	case (r.duplicate || r.err != nil) && e.Record.Draft.Claims:
		return w.toErase(ctx, e.Seq, e.Seq+1, e.Seq)
	case r.duplicate || r.err != nil:
		return w.toErase(ctx, e.Seq, e.Seq)
	}
	return w.toErase(ctx, e.Seq, w.gone[gone:]...)
}

// applyClaim takes in the claim of the entry before, if that is an event; or was one, and is erased: of
// what was refused the claim goes first, see toErase.
func (w *writer) applyClaim(ctx context.Context, at place, r *request) error {
	var claims bool
	err := w.conn.QueryRowContext(ctx, "SELECT EXISTS (SELECT 1 FROM log WHERE seq = ?)", int64(at.seq-1)).Scan(&claims) // #nosec G115 -- a position has 63 bits
	if err == nil && !claims {
		claims, err = w.isAbsent(ctx, at.seq-1)
	}
	if err != nil || !claims {
		return err
	}
	return w.addAt(ctx, at, r)
}

func (w *writer) applyDraft(ctx context.Context, at place, record Record, r *request) error {
	r.draft.Claims = false // the claim has a record of its own
	d := r.draft
	if err := w.overtaken(ctx, d); errors.Is(err, ErrOvertaken) {
		w.refuse(ctx, r, err)
		return nil
	} else if err != nil {
		return err
	}
	if err := w.releaseOlder(ctx, d); err != nil {
		return err
	}
	if d.Key == "" {
		at.key = format.MadeKey(base64.RawURLEncoding.EncodeToString(record.ID[:]))
	} else if r.event, r.duplicate, r.err = w.repeatOlder(ctx, d); r.duplicate || r.err != nil {
		return nil
	}
	w.room -= footprint(d)
	if err := w.addAt(ctx, at, r); err != nil || r.err != nil {
		return err
	}
	return w.leave(ctx, d, record.Target)
}

// timeOf is when an entry happened.
func timeOf(e Entry) time.Time {
	at := e.Time
	if !e.Record.Time.IsZero() {
		at = e.Record.Time
	}
	return timeOfMillis(at.UnixMilli())
}

func timeOfMillis(millis int64) time.Time { return time.UnixMilli(millis).UTC() }

const setQuery = "INSERT INTO meta (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value"

// setApplied keeps how far the journal was followed.
func (w *writer) setApplied(ctx context.Context, upto uint64) error {
	_, err := w.conn.ExecContext(ctx, setQuery, "applied", int64(upto)) // #nosec G115 -- a position has 63 bits
	return err
}

// releaseOlder is releaseKey for the names that the room of a draft has had.
func (w *writer) releaseOlder(ctx context.Context, d chat.Draft) error {
	for _, room := range w.log.spellings().older[d.Room] {
		if err := w.releaseKey(ctx, room, d.From, d.Key); err != nil {
			return err
		}
	}
	return nil
}

// releaseKey removes the event that has a key, if retention has passed it, or the message
// that it is about: whether its row is gone already is different in every log.
func (w *writer) releaseKey(ctx context.Context, room chat.Room, from chat.Person, key string) error {
	const query = `DELETE FROM log WHERE room = ? AND ifnull(actor, ':' || user_name) = ? AND client_id = ?
		AND (seq <= ?4 AND NOT ` + format.IsKept + ` OR target <= ?4 AND ` + format.IsAbout + `)
		RETURNING seq > (SELECT value FROM meta WHERE name = 'pruned')`
	if w.expired == 0 || key == "" {
		return nil
	}
	var holes int
	err := w.conn.QueryRowContext(ctx, query, string(room), speaker(from), key, int64(w.expired)).Scan(&holes) // #nosec G115 -- a position has 63 bits
	if errors.Is(err, sql.ErrNoRows) || err == nil && holes == 0 {
		return nil
	}
	if err != nil {
		return err
	}
	return w.addHoles(ctx, holes)
}
