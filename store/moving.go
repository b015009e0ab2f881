package store

import (
	"context"
	"errors"
	"iter"

	"plainchat/chat"
	"plainchat/internal/sqlite"
	"plainchat/locale"
	"plainchat/store/internal/format"
)

// pastSize is about how many bytes a record of what is past has.
const pastSize = 256 << 10

// plan decides which place each event gets: its own, but for those before the beginning, which
// stand together just before that.
func (m *move) plan(ctx context.Context) error {
	const query = `SELECT max(coalesce((SELECT max(seq) FROM log), 0), (SELECT value FROM meta WHERE name = 'pruned'), ?),
		(SELECT value FROM meta WHERE name = 'pruned')`
	if err := m.log.conn.QueryRowContext(ctx, query, int64(m.log.left)).Scan(&m.Last, &m.upto); err != nil { // #nosec G115 -- a position has 63 bits
		return err
	}
	var events []chat.Event
	size := 0
	record := func() {
		m.past = append(m.past, Record{Void: true, Past: &Past{Upto: m.upto, Events: events}})
		events, size = nil, 0
	}
	for ev, err := range m.log.settled(ctx, 0, m.upto) {
		if err != nil {
			return notMoved(err)
		}
		if events, size = append(events, ev), size+sizeOf(ev); size > pastSize {
			record()
		}
	}
	if len(events) > 0 || m.upto > 0 && len(m.past) == 0 {
		record()
	}
	m.First = m.upto - uint64(len(m.past)) + 1
	return nil
}

// sizeOf is about how many bytes an event takes.
func sizeOf(ev chat.Event) int {
	const numbers = 64
	return numbers + len(ev.Room) + len(ev.From.Name) + len(ev.From.ID) + len(ev.Key) + len(format.Encode(ev.Body))
}

// settled yields the events in (after, upto] as they stand, with the rooms and the keys of their rows. A
// *Damaged concerns one of them; any other error ends it.
func (s *SQLite) settled(ctx context.Context, after, upto uint64) iter.Seq2[chat.Event, error] {
	const query = "SELECT " + format.Columns + " FROM log WHERE seq > ? AND seq <= ? ORDER BY seq"
	return func(yield func(chat.Event, error) bool) {
		s.reading.RLock()
		defer s.reading.RUnlock()
		rows, err := s.read.QueryContext(ctx, query, int64(after), int64(upto)) // #nosec G115 -- positions have 63 bits
		if err != nil {
			yield(chat.Event{}, s.readError(err))
			return
		}
		defer rows.Close()
		for rows.Next() {
			ev, key, err := format.ScanRow(rows, "")
			ev.Key = key
			if !yield(ev, err) {
				return
			}
		}
		if err := rows.Err(); err != nil {
			yield(chat.Event{}, s.readError(err))
		}
	}
}

// entries yields what is to stand after a place, each with its own.
func (m *move) entries(ctx context.Context, after uint64) iter.Seq2[Entry, error] {
	return func(yield func(Entry, error) bool) {
		next := max(after, m.First-1) + 1
		for ; next <= m.upto; next++ {
			if !yield(Entry{Seq: next, Record: m.past[next-m.First]}, nil) {
				return
			}
		}
		voids := func(before uint64) bool {
			for ; next < before; next++ {
				if !yield(Entry{Seq: next, Record: Record{Void: true}}, nil) {
					return false
				}
			}
			return true
		}
		for ev, err := range m.log.settled(ctx, next-1, m.Last) {
			if err != nil {
				yield(Entry{}, notMoved(err))
				return
			}
			if !voids(ev.ID.Seq) || !yield(Entry{Seq: next, Record: settledRecord(ev)}, nil) {
				return
			}
			next++
		}
		voids(m.Last + 1)
	}
}

// notMoved is why a log is not moved that cannot be read.
func notMoved(err error) error {
	if _, damaged := errors.AsType[*Damaged](err); damaged || sqlite.IsDamage(err) {
		return locale.NewError("cli.migrate.damaged", "cause", err)
	}
	return err
}

func settledRecord(ev chat.Event) Record {
	return Record{Draft: chat.Draft{Room: ev.Room, From: ev.From, Key: ev.Key, Body: ev.Body}, Time: ev.Time, Settled: true}
}
