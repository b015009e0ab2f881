package store

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"time"
)

// What is erased from a log is erased from its journal too, and so is what the journal has beside:
// second copies, what was refused, what is superseded, and what retention has passed. That is kept as something to do, in the transaction that
// decides it, and done in that order: of a message that is absent, no copy is left. Every log does
// it, as nobody knows which of them will be there.

const (
	// erasePrefix begins the names in meta of positions that are to be erased from the journal: the
	// position at which that was decided, and a number, follow.
	erasePrefix = "erase "
	// trimSuffix, instead of the number, is that all up to the position is, as retention has passed it.
	trimSuffix = " trim"
)

// eraseDelay is how long it waits, so that a log that lags a little still sees what became of what it
// has published. Tests make it shorter.
var eraseDelay = 15 * time.Second

// eraseAgain is how long after a failure it is tried again.
const eraseAgain = 5 * time.Second

// toErase keeps that a position is to be erased from the journal.
func (w *writer) toErase(ctx context.Context, decided uint64, positions ...uint64) error {
	for i, seq := range positions {
		if seq <= w.log.past.Load() { // no place of the journal, or one that has more than that
			continue
		}
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
		case <-time.After(eraseDelay + rand.N(eraseDelay)): // #nosec G404 -- by chance, so that mostly one log does it
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
		errands, err := s.due(ctx)
		if err != nil || len(errands) == 0 {
			return err
		}
		var done []string
		for _, each := range errands {
			if err := each.run(ctx, j); err != nil {
				return err
			}
			done = append(done, each.name)
		}
		if err := s.done(ctx, done); err != nil {
			return err
		}
	}
}

// errand is something to erase.
type errand struct {
	name string
	seq  uint64
}

func (e errand) run(ctx context.Context, j Journal) error {
	if strings.HasSuffix(e.name, trimSuffix) {
		return j.Trim(ctx, e.seq)
	}
	return j.Erase(ctx, e.seq)
}

// due returns what is to be erased, the first of it.
func (s *SQLite) due(ctx context.Context) (errands []errand, err error) {
	s.reading.RLock()
	defer s.reading.RUnlock()
	rows, err := s.read.QueryContext(ctx, dueQuery)
	if err != nil {
		return nil, s.readError(err)
	}
	defer rows.Close()
	for rows.Next() {
		var each errand
		if err := rows.Scan(&each.name, &each.seq); err != nil {
			return nil, s.readError(err)
		}
		errands = append(errands, each)
	}
	return errands, rows.Err()
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
