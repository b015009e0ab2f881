package store

import (
	"context"
	"fmt"
	"time"
)

// What is erased from a log is erased from its journal too, and so is what the journal has beside:
// second copies, and what was refused. That is kept as something to do, in the transaction that
// decides it, and done in that order: of a message that is absent, no copy is left. Every log does
// it, as nobody knows which of them will be there.

// erasePrefix begins the names in meta of positions that are to be erased from the journal: the
// position at which that was decided, and a number, follow.
const erasePrefix = "erase "

// eraseDelay is how long it waits, so that a log that lags a little still sees what became of what it
// has published. Tests make it shorter.
var eraseDelay = 15 * time.Second

// eraseAgain is how long after a failure it is tried again.
const eraseAgain = 5 * time.Second

// toErase keeps that a position is to be erased from the journal.
func (w *writer) toErase(ctx context.Context, decided uint64, positions ...uint64) error {
	for i, seq := range positions {
		name := fmt.Sprintf("%s%019d %06d", erasePrefix, decided, i)
		if _, err := w.conn.ExecContext(ctx, setQuery, name, int64(seq)); err != nil { // #nosec G115 -- a position has 63 bits
			return err
		}
	}
	return nil
}

// eraseAll erases from the journal what is to be erased, until ctx ends; woken tells that there may
// be something.
func (s *SQLite) eraseAll(ctx context.Context, j Journal, woken <-chan struct{}) {
	for ctx.Err() == nil {
		select {
		case <-time.After(eraseDelay):
		case <-ctx.Done():
			return
		}
		err := s.eraseDue(ctx, j)
		if ctx.Err() != nil {
			return
		}
		var again <-chan time.Time
		if err != nil {
			s.opts.Logger.Warn("deleted messages could not be erased from the journal yet; trying again", "err", err)
			again = time.After(eraseAgain)
		}
		select {
		case <-woken:
		case <-again:
		case <-ctx.Done():
			return
		}
	}
}

const dueQuery = "SELECT name, value FROM meta WHERE name > '" + erasePrefix + "' AND name < '" + erasePrefix + ":' ORDER BY name LIMIT 1000"

func (s *SQLite) eraseDue(ctx context.Context, j Journal) error {
	for {
		names, positions, err := s.due(ctx)
		if err != nil || len(names) == 0 {
			return err
		}
		for _, seq := range positions {
			if err := j.Erase(ctx, seq); err != nil {
				return err
			}
		}
		if err := s.done(ctx, names); err != nil {
			return err
		}
	}
}

// due returns what is to be erased, the first of it.
func (s *SQLite) due(ctx context.Context) (names []string, positions []uint64, err error) {
	s.reading.RLock()
	defer s.reading.RUnlock()
	rows, err := s.read.QueryContext(ctx, dueQuery)
	if err != nil {
		return nil, nil, s.readError(err)
	}
	defer rows.Close()
	for rows.Next() {
		var name string
		var seq uint64
		if err := rows.Scan(&name, &seq); err != nil {
			return nil, nil, s.readError(err)
		}
		names, positions = append(names, name), append(positions, seq)
	}
	return names, positions, rows.Err()
}

// done has the writer forget what was to be done.
func (s *SQLite) done(ctx context.Context, names []string) error {
	d := &decision{done: make(chan error, 1), erased: names}
	select {
	case s.writer.decided <- d:
		return <-d.done
	case <-ctx.Done():
		return ctx.Err()
	}
}
