package store

import (
	"context"
	"encoding/json"
	"errors"
	"slices"

	"plainchat/chat"
	"plainchat/store/internal/format"
)

const atQuery = "SELECT " + format.Columns + " FROM log WHERE seq IN (SELECT value FROM json_each(?)) ORDER BY seq"

// At implements History.
func (s *SQLite) At(ctx context.Context, seqs ...uint64) ([]chat.Event, error) {
	list, err := json.Marshal(seqs)
	if err != nil {
		return nil, err
	}
	return s.events(ctx, atQuery, string(list))
}

const updatesQuery = "SELECT " + format.Columns + " FROM log WHERE target = ? AND kind = 'update' ORDER BY seq DESC LIMIT ?"

// Updates implements History.
func (s *SQLite) Updates(ctx context.Context, of uint64, most int) ([]chat.Event, error) {
	events, err := s.events(ctx, updatesQuery, int64(of), most) // #nosec G115 -- a position has 63 bits
	slices.Reverse(events)
	return events, err
}

// events returns those that a query finds, without those that are damaged.
func (s *SQLite) events(ctx context.Context, query string, args ...any) ([]chat.Event, error) {
	s.reading.RLock()
	defer s.reading.RUnlock()
	rows, err := s.read.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, s.readError(err)
	}
	defer rows.Close()
	var events []chat.Event
	for rows.Next() {
		ev, err := format.Scan(rows, s.epoch)
		if damaged, is := errors.AsType[*Damaged](err); is {
			s.report(damaged)
			continue
		} else if err != nil {
			return nil, s.readError(err)
		}
		ev.Room = s.spellings().canonical(ev.Room)
		events = append(events, ev)
	}
	if err := rows.Err(); err != nil {
		return nil, s.readError(err)
	}
	return events, nil
}

// LastChange implements History.
func (s *SQLite) LastChange() uint64 { return s.recent.lastChange() }
