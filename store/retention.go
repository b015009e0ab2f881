package store

import (
	"context"
	"database/sql"
	"errors"
	"time"
)

const (
	pruneInterval = time.Minute
	// pruneStep is how many events are removed in one transaction: appends wait
	// for no more than that.
	pruneStep = 1000
)

// prune removes what is older than the retention. It belongs to the writer.
func (w *writer) prune() {
	w.expire(context.Background(), w.log.opts.Now().Add(-w.log.opts.Retention))
	w.removeExpired()
}

func (w *writer) reportPrune(err error) {
	if err != nil {
		w.log.opts.Logger.Error("old messages could not be removed; trying again in a minute", "err", err)
	}
}

// expire moves the log's beginning past all that is older than cutoff. That comes before
// the removing: a reader must not come upon events that go while it reads.
func (w *writer) expire(ctx context.Context, cutoff time.Time) {
	upto, err := w.lastBefore(ctx, cutoff)
	if err != nil {
		w.reportPrune(err)
		return
	}
	if first, _, err := w.log.recent.bounds(); err == nil && first <= upto && !w.log.closed.Load() {
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
		}
	}
	w.reportPrune(err)
}

// lastBefore returns the position up to which all events are older than cutoff.
// It looks at each: with a clock that was once wrong, one that looks old may have
// younger ones before it, and those are to stay.
func (w *writer) lastBefore(ctx context.Context, cutoff time.Time) (uint64, error) {
	const query = "SELECT seq FROM log WHERE time >= ? ORDER BY seq LIMIT 1"
	var young uint64
	err := w.conn.QueryRowContext(ctx, query, cutoff.UnixMilli()).Scan(&young)
	if errors.Is(err, sql.ErrNoRows) {
		return w.last, nil
	}
	return young - 1, err
}

// remove removes the events up to a position.
func (w *writer) remove(last uint64) error {
	return w.transaction(func(ctx context.Context) error {
		if _, err := w.conn.ExecContext(ctx, "DELETE FROM log WHERE seq <= ?", int64(last)); err != nil { // #nosec G115 -- a position has 63 bits
			return err
		}
		_, err := w.conn.ExecContext(ctx, "UPDATE meta SET value = ? WHERE name = 'pruned'", int64(last)) // #nosec G115 -- a position has 63 bits
		return err
	})
}

// commitWaiting lets the appends in that came while the writer was busy.
func (w *writer) commitWaiting() {
	if batch := w.gather(nil); len(batch) > 0 {
		w.commit(batch)
	}
}
