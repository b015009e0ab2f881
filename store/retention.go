package store

import (
	"context"
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
	cutoff := time.Now().Add(-w.log.opts.Retention)
	upto, err := w.log.Since(context.Background(), cutoff)
	for err == nil {
		first, _, _ := w.log.recent.bounds()
		if first > upto {
			return
		}
		last := min(upto, first+pruneStep-1)
		if err = w.remove(last); err == nil {
			w.log.recent.pruned(last + 1)
			w.commitWaiting()
		}
	}
	w.log.opts.Logger.Error("old messages could not be removed; trying again in a minute", "err", err)
}

// remove removes the events up to a position.
func (w *writer) remove(last uint64) error {
	return w.transaction(func(ctx context.Context) error {
		if _, err := w.conn.ExecContext(ctx, "DELETE FROM log WHERE seq <= ?", int64(last)); err != nil {
			return err
		}
		_, err := w.conn.ExecContext(ctx, "UPDATE meta SET value = ? WHERE name = 'pruned'", int64(last))
		return err
	})
}

// commitWaiting lets the appends in that came while the writer was busy.
func (w *writer) commitWaiting() {
	if batch := w.gather(nil); len(batch) > 0 {
		w.commit(batch)
	}
}
