package repair

import (
	"context"
	"database/sql"
	"errors"

	"plainchat/chat"
	"plainchat/store/internal/format"
)

// rowReader reads the rows of a log that follows a journal, in order.
type rowReader struct {
	db    *sql.DB
	page  []logRow
	after uint64
	done  bool
}

// logRow is a row.
type logRow struct {
	event   chat.Event
	damaged bool
}

// readerPage is how many rows are read at the same time, so that no snapshot is held for long.
const readerPage = 500

// peek returns the next row, or nil.
func (r *rowReader) peek(ctx context.Context) (*logRow, error) {
	if len(r.page) == 0 && !r.done {
		page, err := r.read(ctx, "seq > ? ORDER BY seq LIMIT ?", int64(r.after), readerPage) // #nosec G115 -- a position has 63 bits
		if err != nil {
			return nil, err
		}
		if r.page, r.done = page, len(page) == 0; !r.done {
			r.after = page[len(page)-1].event.ID.Seq
		}
	}
	if len(r.page) == 0 {
		return nil, nil
	}
	return &r.page[0], nil
}

func (r *rowReader) take() { r.page = r.page[1:] }

// takeAt takes the next row, if it is at a position; else there is none.
func (r *rowReader) takeAt(ctx context.Context, seq uint64) (*logRow, error) {
	row, err := r.peek(ctx)
	if err != nil || row == nil || row.event.ID.Seq != seq {
		return nil, err
	}
	r.take()
	return row, nil
}

// skip leaves out the rows up to a position.
func (r *rowReader) skip(ctx context.Context, upto uint64) error {
	for {
		row, err := r.peek(ctx)
		if err != nil || row == nil || row.event.ID.Seq > upto {
			return err
		}
		r.take()
	}
}

// at returns the row at a position, or nil.
func (r *rowReader) at(ctx context.Context, seq uint64) (*logRow, error) {
	page, err := r.read(ctx, "seq = ? LIMIT ?", int64(seq), 1) // #nosec G115 -- a position has 63 bits
	if err != nil || len(page) == 0 {
		return nil, err
	}
	return &page[0], nil
}

func (r *rowReader) read(ctx context.Context, where string, args ...any) (page []logRow, err error) {
	rows, err := r.db.QueryContext(ctx, "SELECT "+format.Columns+" FROM log WHERE "+where, args...) // #nosec G202 -- one of two conditions
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		ev, err := format.Scan(rows, "")
		_, damaged := errors.AsType[*format.Damaged](err)
		if err != nil && !damaged {
			return nil, err
		}
		page = append(page, logRow{ev, damaged})
	}
	return page, rows.Err()
}

// followed returns the epoch of the journal, and how far the log has followed it.
func (r *rowReader) followed(ctx context.Context) (epoch string, applied uint64, err error) {
	const query = `SELECT (SELECT value FROM meta WHERE name = 'epoch'), coalesce((SELECT value FROM meta WHERE name = 'applied'), 0)`
	err = r.db.QueryRowContext(ctx, query).Scan(&epoch, &applied)
	return epoch, applied, err
}

// journal returns which journal the log follows; empty if none.
func (r *rowReader) journal(ctx context.Context) (id string, err error) {
	err = r.db.QueryRowContext(ctx, "SELECT coalesce((SELECT value FROM meta WHERE name = 'journal'), '')").Scan(&id)
	return id, err
}

// isDecided reports whether the journal is yet to lose what stands at a position, as the log has decided.
func (r *rowReader) isDecided(ctx context.Context, seq uint64, kept bool) (decided bool, err error) {
	const query = `SELECT EXISTS (SELECT 1 FROM meta WHERE name > 'erase ' AND name < 'erase :' AND value = ?1)
		OR ?2 AND ?1 <= coalesce((SELECT value FROM meta WHERE name = 'expired'), 0)`
	err = r.db.QueryRowContext(ctx, query, int64(seq), !kept).Scan(&decided) // #nosec G115 -- a position has 63 bits
	return decided, err
}
