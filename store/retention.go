package store

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"plainchat/store/internal/format"
)

const (
	pruneInterval = time.Minute
	// pruneStep is how many events are removed in one transaction: appends wait
	// for no more than that.
	pruneStep = 1000
)

// prune removes what is older than the retention. It belongs to the writer.
func (w *writer) prune() {
	if w.log.opts.Retention > 0 {
		w.expire(context.Background(), w.log.opts.Now().Add(-w.log.opts.Retention))
	}
	w.removeExpired()
}

func (w *writer) reportPrune(err error) {
	if err != nil {
		w.log.opts.Logger.Error("old messages could not be removed; trying again in a minute", "err", err)
	}
}

// expire moves the log's beginning past all that is older than cutoff. That comes before
// the removing: a reader must not come upon events that go while it reads. Where logs follow a
// journal, it is moved in all of them at the same place of the order.
func (w *writer) expire(ctx context.Context, cutoff time.Time) {
	upto, err := w.lastBefore(ctx, cutoff)
	if err != nil {
		w.reportPrune(err)
		return
	}
	first, _, err := w.log.recent.bounds()
	switch {
	case err != nil || first > upto || w.log.closed.Load():
	case w.log.follows:
		w.log.offerExpiry(upto)
	default:
		w.log.recent.pruned(upto + 1)
	}
}

// removeExpired goes in steps, and leaves the rest to the next time if the log is
// closed meanwhile: Close must not take as long as the removing of a year.
func (w *writer) removeExpired() {
	first, _, err := w.log.recent.bounds()
	for err == nil && w.removed+1 < first && !w.log.closed.Load() {
		last := min(first-1, w.removed+pruneStep)
		if err = w.remove(last); err == nil {
			w.removed = last
			w.commitWaiting()
			select {
			case d := <-w.decided:
				d.done <- w.apply(d)
			default:
			}
		}
	}
	w.reportPrune(err)
}

// lastBefore returns the position up to which all events are older than cutoff.
// It looks at each: with a clock that was once wrong, one that looks old may have
// younger ones before it, and those are to stay.
func (w *writer) lastBefore(ctx context.Context, cutoff time.Time) (uint64, error) {
	const query = "SELECT seq FROM log WHERE seq > ? AND time >= ? ORDER BY seq LIMIT 1"
	var young uint64
	err := w.conn.QueryRowContext(ctx, query, int64(w.removed), cutoff.UnixMilli()).Scan(&young) // #nosec G115 -- a position has 63 bits
	if errors.Is(err, sql.ErrNoRows) {
		return w.last, nil
	}
	return young - 1, err
}

// remove removes the content up to a position, and what is about it.
func (w *writer) remove(last uint64) error {
	from, upto := int64(w.removed), int64(last) // #nosec G115 -- positions have 63 bits
	gone := len(w.gone)
	err := w.transaction(func(ctx context.Context) error { return w.removeBetween(ctx, from, upto) })
	if err != nil { // they are still there
		w.gone = w.gone[:gone]
		return err
	}
	w.forgetGone()
	return nil
}

func (w *writer) removeBetween(ctx context.Context, from, upto int64) error {
	if err := w.passHoles(ctx, from, upto); err != nil {
		return err
	}
	const old = "DELETE FROM log WHERE seq > ? AND seq <= ? AND NOT " + format.IsKept
	if _, err := w.conn.ExecContext(ctx, old, from, upto); err != nil {
		return err
	}
	if err := w.removeAbout(ctx, upto); err != nil {
		return err
	}
	_, err := w.conn.ExecContext(ctx, "UPDATE meta SET value = ? WHERE name = 'pruned'", upto)
	return err
}

// removeAbout removes what is about messages that go, later ones than those
// too: but for the last event of the log, which says where the next one stands. That goes with the next
// messages that do.
func (w *writer) removeAbout(ctx context.Context, upto int64) error {
	const about = `DELETE FROM log WHERE target > 0 AND target <= ?1 AND seq > ?1 AND seq < (SELECT max(seq) FROM log)
		AND ` + format.IsAbout + ` RETURNING seq`
	rows, err := w.conn.QueryContext(ctx, about, upto)
	if err != nil {
		return err
	}
	defer rows.Close()
	holes := 0
	for ; rows.Next(); holes++ {
		var seq uint64
		if err := rows.Scan(&seq); err != nil {
			return err
		}
		w.gone = append(w.gone, seq)
	}
	if err := rows.Err(); err != nil || holes == 0 {
		return err
	}
	return w.addHoles(ctx, holes)
}

// passHoles takes those off the count that are not after "pruned" any more.
func (w *writer) passHoles(ctx context.Context, from, upto int64) error {
	var holes, events int64
	const query = "SELECT (SELECT value FROM meta WHERE name = 'holes'), (SELECT count(*) FROM log WHERE seq > ? AND seq <= ?)"
	if err := w.conn.QueryRowContext(ctx, query, from, upto).Scan(&holes, &events); err != nil || holes == 0 {
		return err
	}
	return w.addHoles(ctx, -int(upto-from-events))
}

// commitWaiting lets the appends in that came while the writer was busy.
func (w *writer) commitWaiting() {
	if batch := w.gather(nil); len(batch) > 0 {
		w.commit(batch)
	}
}
