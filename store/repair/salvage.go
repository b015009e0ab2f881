package repair

import (
	"context"
	"database/sql"
	"errors"
	"iter"
	"sort"

	"plainchat/chat"
	"plainchat/internal/sqlite"
	"plainchat/locale"
	"plainchat/store/internal/format"
)

// unreadable is a part of the log that SQLite cannot read: the positions after one
// and up to the other, or to the end if that is format.MaxPosition.
type unreadable struct {
	after, upto uint64
	err         error
}

func (e *unreadable) Error() string { return e.In(locale.English) }

// In tells it in a language.
func (e *unreadable) In(c *locale.Catalogue) string {
	if e.upto == format.MaxPosition {
		return locale.NewError("cli.damage.unreadable_end", "after", e.after, "cause", e.err).In(c)
	}
	return locale.NewError("cli.damage.unreadable", "first", e.after+1, "last", e.upto, "cause", e.err).In(c)
}

// salvaged is the event of a row, and the row's key, which may be one that was made.
type salvaged struct {
	chat.Event
	key string
}

// salvage yields every row that can be reached, also behind pages that cannot be
// read. The error is *Damaged with a row that is not what was written, *unreadable
// in place of those that are skipped, and any other at the end.
//
// Where pages point to the wrong ones, rows can come out of order or again.
func salvage(ctx context.Context, conn *sql.Conn) iter.Seq2[salvaged, error] {
	return func(yield func(salvaged, error) bool) {
		columns := columnsIn(ctx, conn)
		for after := uint64(0); ; {
			reached, more, err := walk(ctx, conn, columns, after, yield)
			if !more || err == nil {
				return
			}
			if !sqlite.IsDamage(err) || ctx.Err() != nil {
				yield(salvaged{}, errors.Join(err, ctx.Err()))
				return
			}
			next := probe(ctx, conn, columns, reached)
			if !yield(salvaged{}, &unreadable{reached, next, err}) || next == format.MaxPosition {
				return
			}
			after = next
		}
	}
}

// columnsIn returns what stands for the columns in a log of any version.
func columnsIn(ctx context.Context, conn *sql.Conn) string {
	version, err := format.ReadVersion(ctx, conn)
	if err != nil || version == 0 { // which is damage
		return format.Columns
	}
	return format.ColumnsOf(version)
}

// walk yields the rows after a position until one cannot be read. It returns how
// far it has come, and whether more are wanted.
func walk(ctx context.Context, conn *sql.Conn, columns string, after uint64, yield func(salvaged, error) bool) (reached uint64, more bool, err error) {
	reached = after
	rows, err := conn.QueryContext(ctx, "SELECT "+columns+" FROM log WHERE seq > ? ORDER BY seq", int64(after)) // #nosec G115 G202 -- a position has 63 bits
	if err != nil {
		return reached, true, err
	}
	defer rows.Close()
	for rows.Next() {
		ev, key, err := format.ScanRow(rows, "")
		if _, damaged := errors.AsType[*format.Damaged](err); err != nil && !damaged {
			return reached, true, err
		}
		if err == nil {
			reached = max(reached, ev.ID.Seq) // a damaged one's position is not to be relied on
		}
		if !yield(salvaged{ev, key}, err) {
			return reached, false, nil
		}
	}
	return reached, true, rows.Err()
}

// probe returns the position after which the log can be read again; format.MaxPosition if
// there is none. It tries each of the next thousand, then leaps that grow with
// the distance, and goes back to where the part that it has leapt into begins.
func probe(ctx context.Context, conn *sql.Conn, columns string, after uint64) uint64 {
	const dense = 1024
	next, err := conn.PrepareContext(ctx, "SELECT "+columns+" FROM log WHERE seq > ? ORDER BY seq LIMIT 1") // #nosec G202 -- our own columns
	if err != nil {
		return format.MaxPosition // the tables are not as they were
	}
	defer next.Close()
	for failed := after; ctx.Err() == nil; {
		leap := 1 + (failed-after)/dense
		if format.MaxPosition-failed <= leap {
			break
		}
		if !readable(ctx, next, failed+leap) {
			failed += leap
			continue
		}
		back := sort.Search(int(min(leap-1, 1<<31-1)), func(n int) bool { return readable(ctx, next, failed+1+uint64(n)) }) // #nosec G115 -- an index
		// #nosec G115 -- an index
		return failed + 1 + uint64(back)
	}
	return format.MaxPosition
}

// readable reports whether the first row after a position can be read, or that
// there is none.
func readable(ctx context.Context, next *sql.Stmt, after uint64) bool {
	rows, err := next.QueryContext(ctx, int64(after)) // #nosec G115 -- a position has 63 bits
	if err != nil {
		return false
	}
	defer rows.Close()
	for rows.Next() {
		_, err = format.Scan(rows, "")
	}
	_, damaged := errors.AsType[*format.Damaged](err)
	return (err == nil || damaged) && rows.Err() == nil
}
