package store

import (
	"context"
	"fmt"
	"math/rand/v2"
	"time"
)

// What retention passes is hidden from all readers at once, and what is about it is not taken in any
// more. So logs that follow a journal do that at the same place of its order: the first that finds
// something old has a record say so, and all go by that. The shortest retention of any of them holds.

// expiryDelay is the most that a log waits before it publishes what has grown old, by chance, so that it
// need not if another has. Tests make it shorter.
var expiryDelay = 10 * time.Second

// offerExpiry tells that retention can pass a position. It never waits.
func (s *SQLite) offerExpiry(upto uint64) {
	select {
	case s.old <- upto:
	default: // what was told before is not done yet
	}
}

// expire publishes what has grown old, until ctx ends.
func (r *Replica) expire(ctx context.Context) {
	for {
		var upto uint64
		select {
		case upto = <-r.old:
		case <-ctx.Done():
			return
		}
		select {
		case <-time.After(rand.N(expiryDelay)): // #nosec G404 -- nobody gains by guessing it
		case <-ctx.Done():
			return
		}
		if err := r.publishExpiry(ctx, upto); err != nil && ctx.Err() == nil {
			r.opts.Logger.Warn("old messages could not be removed yet; trying again in a minute", "err", err)
		}
	}
}

// publishExpiry publishes that retention passes a position, or as much before it as is old by the journal's clock: that
// of this machine may be wrong, and what all logs remove has to be old for all.
func (r *Replica) publishExpiry(ctx context.Context, upto uint64) error {
	first, _, err := r.Bounds(ctx)
	if err != nil || upto < first {
		return err
	}
	now, err := r.journalTime(ctx)
	if err != nil {
		return err
	}
	if upto, err = r.oldUpto(ctx, first, upto, now.Add(-r.opts.Retention)); err != nil || upto < first {
		return err
	}
	_, err = r.journal.Publish(ctx, []Record{{ID: NewRecordID(), Void: true, Expired: upto}})
	return err
}

// journalTime asks the journal for the time, by a record that says nothing else.
func (r *Replica) journalTime(ctx context.Context) (time.Time, error) {
	seq, err := r.journal.Publish(ctx, []Record{{ID: NewRecordID(), Void: true}})
	if err != nil {
		return time.Time{}, err
	}
	for e, err := range r.journal.Follow(ctx, seq-1) {
		switch {
		case err != nil:
			return time.Time{}, err
		case e.Seq == seq && !e.Erased:
			return e.Time, nil
		}
		break
	}
	return time.Time{}, ErrUnavailable // it was taken away at once
}

// oldUpto returns the last position up to another from which on back to the first all is older than cutoff.
func (s *SQLite) oldUpto(ctx context.Context, first, upto uint64, cutoff time.Time) (uint64, error) {
	const query = "SELECT coalesce((SELECT seq - 1 FROM log WHERE seq >= ?1 AND seq <= ?2 AND time >= ?3 ORDER BY seq LIMIT 1), ?2)"
	s.reading.RLock()
	defer s.reading.RUnlock()
	var old uint64
	err := s.read.QueryRowContext(ctx, query, int64(first), int64(upto), cutoff.UnixMilli()).Scan(&old) // #nosec G115 -- positions have 63 bits
	if err != nil {
		return 0, s.readError(err)
	}
	return old, nil
}

// pass lets retention pass what stands up to a position, as was decided at a place.
func (w *writer) pass(ctx context.Context, upto, decided uint64) error {
	if upto <= w.expired {
		return nil
	}
	w.expired = upto
	w.log.recent.pruned(upto + 1)
	if _, err := w.conn.ExecContext(ctx, setQuery, "expired", int64(upto)); err != nil { // #nosec G115 -- a position has 63 bits
		return err
	}
	const passed = "DELETE FROM meta WHERE name BETWEEN ? AND ? AND value < ?"
	if _, err := w.conn.ExecContext(ctx, passed, absentPrefix, absentName(upto), int64(upto)); err != nil { // #nosec G115 -- a position has 63 bits
		return err
	}
	if err := w.keepPassing(ctx, upto, decided); err != nil {
		return err
	}
	_, err := w.conn.ExecContext(ctx, setQuery, fmt.Sprintf("%s%019d%s", erasePrefix, decided, trimSuffix), int64(upto)) // #nosec G115 -- a position has 63 bits
	return err
}

// passedPrefix begins the names in meta of the places of records that say what retention has passed.
const passedPrefix = "passed "

func passedName(seq uint64) string { return fmt.Sprintf("%s%019d", passedPrefix, seq) }

// keepPassing has the journal keep the last record of retention that it is trimmed past, and let go of those before:
// a log that was away has to know what had been passed there, as keys are free again from then on.
func (w *writer) keepPassing(ctx context.Context, upto, decided uint64) error {
	if _, err := w.conn.ExecContext(ctx, setQuery, passedName(decided), int64(decided)); err != nil { // #nosec G115 -- a position has 63 bits
		return err
	}
	const query = `DELETE FROM meta WHERE name > ?1 AND name < (SELECT max(name) FROM meta WHERE name > ?1 AND name <= ?2) RETURNING value`
	rows, err := w.conn.QueryContext(ctx, query, passedPrefix, passedName(upto))
	if err != nil {
		return err
	}
	defer rows.Close()
	var gone []uint64
	for rows.Next() {
		var seq uint64
		if err := rows.Scan(&seq); err != nil {
			return err
		}
		gone = append(gone, seq)
	}
	if err := rows.Err(); err != nil {
		return err
	}
	return w.toErase(ctx, decided, gone...)
}
