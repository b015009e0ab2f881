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
		if first, _, err := r.Bounds(ctx); err != nil || upto < first {
			continue
		}
		record := Record{ID: NewRecordID(), Void: true, Expired: upto}
		if _, err := r.journal.Publish(ctx, []Record{record}); err != nil && ctx.Err() == nil {
			r.opts.Logger.Warn("old messages could not be removed yet; trying again in a minute", "err", err)
		}
	}
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
