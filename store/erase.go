package store

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"plainchat/chat"
	"plainchat/store/internal/format"
)

const (
	// scrubDelay is how long after a message was deleted the write-ahead log is emptied, in
	// which the text still stands; and scrubAgain, how long until that is tried again if
	// readers are in the way. Together they stay far below the minute that is promised.
	scrubDelay = 15 * time.Second
	scrubAgain = time.Second
)

const textsQuery = "SELECT " + format.Columns + ` FROM log WHERE seq = ? AND body <> ''
	UNION ALL SELECT ` + format.Columns + " FROM log WHERE target = ? AND " + format.HasText

// erase takes the text of a message and of its edits out of the log. SQLite overwrites what
// it frees (secure_delete); what the write-ahead log has of it goes with scrub. A damaged row
// loses its text too, and stays damaged: it must not keep the others of its commit waiting.
func (w *writer) erase(ctx context.Context, seq uint64) error {
	events, err := w.texts(ctx, seq)
	if err != nil {
		return err
	}
	for _, ev := range events {
		if w.log.follows && ev.ID.Seq != seq {
			if err := w.removeEdit(ctx, ev.ID.Seq); err != nil {
				return err
			}
			continue
		}
		var sum sql.NullInt64
		if ev.Body != nil {
			ev.Body = chat.Erased{Was: ev.Kind()}
			sum = sql.NullInt64{Int64: int64(format.Checksum(ev, "")), Valid: true}
		}
		const query = "UPDATE log SET body = '', target = NULL, crc = ifnull(?, crc) WHERE seq = ?"
		if _, err := w.conn.ExecContext(ctx, query, sum, int64(ev.ID.Seq)); err != nil { // #nosec G115 -- a position has 63 bits
			return err
		}
		w.gone = append(w.gone, ev.ID.Seq)
		w.erased = true
	}
	return nil
}

// removeEdit removes an edit of a message that is erased. In a log that follows a journal nothing is
// left of it, as a log that comes by later will have none of it.
func (w *writer) removeEdit(ctx context.Context, seq uint64) error {
	if _, err := w.conn.ExecContext(ctx, "DELETE FROM log WHERE seq = ?", int64(seq)); err != nil { // #nosec G115 -- a position has 63 bits
		return err
	}
	w.gone = append(w.gone, seq)
	w.erased = true
	if seq <= w.removed {
		return nil
	}
	return w.addHoles(ctx, 1)
}

// texts returns a message and its edits; of those that are damaged, only where they are.
func (w *writer) texts(ctx context.Context, seq uint64) ([]chat.Event, error) {
	rows, err := w.conn.QueryContext(ctx, textsQuery, int64(seq), int64(seq)) // #nosec G115 -- a position has 63 bits
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var events []chat.Event
	for rows.Next() {
		ev, err := format.Scan(rows, w.log.epoch)
		if _, damaged := errors.AsType[*format.Damaged](err); err != nil && !damaged {
			return nil, err
		}
		events = append(events, ev)
	}
	return events, rows.Err()
}

// forgetGone has memory forget what a commit has erased and removed, and the disk soon what it
// has erased.
func (w *writer) forgetGone() {
	if len(w.gone) == 0 {
		return
	}
	gone := make(map[uint64]bool, len(w.gone))
	for _, seq := range w.gone {
		gone[seq] = true
	}
	w.log.recent.forget(func(ev chat.Event) bool { return gone[ev.ID.Seq] })
	w.gone = w.gone[:0]
	if w.erased && w.scrubs == nil {
		w.scrubs = time.After(scrubDelay)
	}
	w.erased = false
}

// scrub empties the write-ahead log. It does not wait for readers, and so appends need not wait
// for it.
func (w *writer) scrub() {
	ctx := context.Background()
	var busy, frames, moved int
	_, err := w.conn.ExecContext(ctx, "PRAGMA busy_timeout = 50")
	if err == nil {
		err = w.conn.QueryRowContext(ctx, "PRAGMA wal_checkpoint(TRUNCATE)").Scan(&busy, &frames, &moved)
		_, _ = w.conn.ExecContext(ctx, "PRAGMA busy_timeout = 5000")
	}
	w.scrubs = nil
	if err != nil || busy != 0 {
		w.scrubs = time.After(scrubAgain)
	}
	if err != nil {
		w.log.opts.Logger.Error("deleted messages could not be overwritten on disk yet; trying again", "err", err)
	}
}
