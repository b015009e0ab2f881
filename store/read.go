package store

import (
	"context"
	"errors"
	"iter"
	"slices"
	"sort"
	"strings"
	"time"

	"plainchat/chat"
	"plainchat/internal/sqlite"
	"plainchat/store/internal/format"
)

// A query ends with this many rows or bytes of text. No reader holds a snapshot
// for long, since the write-ahead log cannot be folded past the oldest; and a
// thousand slow ones hold little memory, even where messages are of the longest.
const (
	pageRows  = 256
	pageBytes = 64 << 10
)

// Read implements Log.
func (s *SQLite) Read(ctx context.Context, after, upto uint64, rooms ...chat.Room) iter.Seq2[chat.Event, error] {
	rooms = slices.Compact(slices.Sorted(slices.Values(rooms))) // each once, or its events come twice
	return func(yield func(chat.Event, error) bool) {
		src := &source{log: s, rooms: rooms, after: after, upto: upto}
		for {
			if err := src.fill(ctx); err != nil {
				yield(chat.Event{}, err)
				return
			}
			if len(src.rows) == 0 || !yield(src.take()) {
				return
			}
		}
	}
}

// source reads rooms, or without any all of them, page by page.
type source struct {
	log         *SQLite
	rooms       []chat.Room
	after, upto uint64
	rows        []row // read and not yet taken
	done        bool
}

// row is an event, or the damage found in its place.
type row struct {
	event chat.Event
	err   error
}

func (src *source) take() (chat.Event, error) {
	r := src.rows[0]
	src.rows = src.rows[1:]
	if r.err != nil {
		return chat.Event{}, r.err
	}
	return r.event, nil
}

// fill reads on if what was read before is used up. A page can be of erased events alone.
func (src *source) fill(ctx context.Context) error {
	for len(src.rows) == 0 && !src.done {
		if err := src.page(ctx); err != nil {
			return err
		}
	}
	return nil
}

// page reads the next page.
func (src *source) page(ctx context.Context) error {
	if rows, held := src.log.recent.between(src.after, src.upto, src.rooms); held {
		src.rows, src.done = rows, len(rows) == 0
		if !src.done {
			src.after = rows[len(rows)-1].event.ID.Seq
		}
		return nil
	}
	read, size, began := 0, 0, src.after
	for r, err := range src.log.rows(ctx, src.rooms, src.after, src.upto, "ASC", pageRows) {
		if err != nil {
			return err
		}
		src.after = max(src.after, r.event.ID.Seq)
		if r.err != nil || !format.IsErased(r.event) {
			src.rows = append(src.rows, r)
		}
		read++
		if size += len(r.event.Text()); size >= pageBytes || read == pageRows {
			if src.after == began {
				return errDisorder // else the same page would be read forever
			}
			return nil
		}
	}
	src.done = true
	return nil
}

// rows yields the rows of the rooms, or without any of all of them, with a position in
// (after, upto], in the given direction, a negative limit meaning all. A damaged row is one of them; an error is the end.
func (s *SQLite) rows(ctx context.Context, rooms []chat.Room, after, upto uint64, direction string, limit int) iter.Seq2[row, error] {
	query, args := rowsQuery(s.spellings().of(rooms), after, upto, direction, limit)
	failed := func(err error) error {
		if sqlite.IsDamage(err) {
			s.health.unread.Store(&failedRead{rooms, after, upto, direction})
		}
		return s.readError(err)
	}
	return func(yield func(row, error) bool) {
		s.reading.RLock()
		defer s.reading.RUnlock()
		found, err := s.read.QueryContext(ctx, query, args...)
		if err != nil {
			yield(row{}, failed(err))
			return
		}
		defer found.Close()
		place := order{after: after, upto: upto, descending: direction == "DESC"}
		for found.Next() {
			ev, err := format.Scan(found, s.epoch)
			ev.Room = s.spellings().canonical(ev.Room)
			if err == nil && (!place.holds(ev.ID.Seq) || len(rooms) > 0 && !slices.Contains(rooms, ev.Room)) {
				err = &Damaged{Seq: ev.ID.Seq}
			}
			damaged, isDamaged := errors.AsType[*Damaged](err)
			switch {
			case isDamaged:
				s.report(damaged)
			case err != nil:
				yield(row{}, failed(err))
				return
			}
			if !yield(row{ev, err}, nil) {
				return
			}
		}
		if err := found.Err(); err != nil {
			yield(row{}, failed(err))
		}
	}
}

// report logs a damaged event unless that was done: many may read it, and often.
func (s *SQLite) report(damaged *Damaged) {
	if _, met := s.damaged.LoadOrStore(damaged.Seq, nil); !met {
		s.opts.Logger.Error("a damaged event is left out for all readers; see plainchat check", "err", damaged)
	}
}

// errDisorder is a damaged page that leads back to where the reader was before.
var errDisorder = errors.New("store: the log is damaged and out of order; see plainchat check")

// order is the positions that can come next. A damaged page may lead to an event that
// is whole, but stands elsewhere; one of an index, to an event of another room.
type order struct {
	after, upto uint64
	descending  bool
}

// holds reports whether the next position is one of them.
func (o *order) holds(seq uint64) bool {
	if seq <= o.after || seq > o.upto {
		return false
	}
	if o.descending {
		o.upto = seq - 1
	} else {
		o.after = seq
	}
	return true
}

// rowsQuery asks for rooms under all their names, or without any for all rooms. It names
// the index, since without statistics SQLite might prefer to read the whole range for the
// few events of a room. Of several rooms SQLite merges what their parts of the index lead
// to, and reads no row that is not wanted.
func rowsQuery(names []chat.Room, after, upto uint64, direction string, limit int) (query string, args []any) {
	query = "SELECT " + format.Columns + " FROM log WHERE seq > ? AND seq <= ?"
	low, high := int64(min(after, format.MaxPosition)), int64(min(upto, format.MaxPosition))
	if len(names) == 0 {
		return query + " ORDER BY seq " + direction + " LIMIT ?", []any{low, high, limit}
	}
	query = "SELECT " + format.Columns + " FROM log INDEXED BY log_room WHERE seq > ? AND seq <= ? AND room = ?"
	for _, name := range names {
		args = append(args, low, high, string(name))
	}
	query += strings.Repeat(" UNION ALL "+query, len(names)-1)
	return query + " ORDER BY seq " + direction + " LIMIT ?", append(args, limit)
}

func (s *SQLite) readError(err error) error {
	if _, _, closed := s.recent.bounds(); closed != nil {
		return closed
	}
	return s.explain(err)
}

// Page implements History.
func (s *SQLite) Page(ctx context.Context, p Page) (events []chat.Event, more bool, err error) {
	if p.Limit <= 0 {
		return nil, false, nil
	}
	direction, upto := "DESC", p.Before-1
	if p.Before == 0 {
		upto = format.MaxPosition
	}
	if p.Forward {
		direction = "ASC"
	}
	for r, err := range s.rows(ctx, []chat.Room{p.Room}, p.After, upto, direction, -1) {
		if err != nil {
			return nil, false, err
		}
		if r.err != nil || !r.event.IsMessage() {
			continue
		}
		if more = len(events) == p.Limit || p.Fits != nil && !p.Fits(r.event); more {
			break
		}
		events = append(events, r.event)
	}
	if direction == "DESC" {
		slices.Reverse(events)
	}
	return events, more, nil
}

// Since implements History. It is a binary search for which the times need no
// index of their own.
func (s *SQLite) Since(ctx context.Context, t time.Time) (uint64, error) {
	first, last, err := s.recent.bounds()
	if err != nil {
		return 0, err
	}
	n := sort.Search(int(last-first+1), func(i int) bool { // #nosec G115 -- as many as there are events
		if err != nil {
			return true
		}
		var at time.Time
		at, err = s.timeOf(ctx, first+uint64(i)) // #nosec G115 -- an index
		return !at.Before(t)
	})
	return first + uint64(n) - 1, err // #nosec G115 -- an index
}

const timeQuery = "SELECT coalesce((SELECT time FROM log WHERE seq >= ? ORDER BY seq LIMIT 1), ?)"

// timeOf returns when the first event at or after a position was appended; a
// far future if there is none.
func (s *SQLite) timeOf(ctx context.Context, seq uint64) (time.Time, error) {
	var millis int64
	s.reading.RLock()
	defer s.reading.RUnlock()
	if err := s.read.QueryRowContext(ctx, timeQuery, int64(seq), int64(1)<<53).Scan(&millis); err != nil { // #nosec G115 -- a position has 63 bits
		return time.Time{}, s.readError(err)
	}
	return time.UnixMilli(millis), nil
}
