package store

import (
	"context"
	"errors"
	"strconv"

	"plainchat/locale"
)

// A log is alone, and gives the positions itself, or it follows a journal: two that both gave
// positions would not be one log any more. It says in meta which: one that follows has there
//
//	journal   the journal's Origin.ID
//	applied   up to where it has followed that
//	expired   up to where retention has passed the order
//	past      up to where a log was that was moved into the journal, see Past
//	ended     where the journal ends for good
//
// and one that is alone since it has followed one, as "left" where that was.

const standingQuery = `SELECT
	coalesce((SELECT value FROM meta WHERE name = 'journal'), ''),
	coalesce((SELECT value FROM meta WHERE name = 'applied'), -1),
	coalesce((SELECT value FROM meta WHERE name = 'expired'), 0),
	coalesce((SELECT value FROM meta WHERE name = 'past'), 0),
	coalesce((SELECT value FROM meta WHERE name = 'ended'), 0),
	coalesce((SELECT value FROM meta WHERE name = 'left'), 0)`

// join sees to it that the log is what it is opened as: alone without a journal, or else one that
// follows that. It returns where it begins.
func (s *SQLite) join(ctx context.Context, j Journal, first, last uint64) (uint64, error) {
	var journal string
	var applied int64
	var past, ended uint64
	if err := s.conn.QueryRowContext(ctx, standingQuery).Scan(&journal, &applied, &s.expired, &past, &ended, &s.left); err != nil {
		return 0, err
	}
	s.past.Store(past)
	s.ended.Store(ended)
	follows := applied >= 0
	switch {
	case j == nil && s.opts.moving:
		s.journal, s.applied = journal, uint64(max(applied, 0))
		return max(first, s.expired+1), nil
	case j == nil && follows:
		return 0, locale.NewError("cli.open.follows", "dir", strconv.Quote(s.opts.Dir))
	case j == nil:
		return first, nil
	case s.epoch != j.Epoch() && (follows || last > 0):
		return 0, locale.NewError("cli.replica.epoch", "ours", s.epoch, "theirs", j.Epoch())
	case !follows && last > 0:
		return 0, locale.NewError("cli.replica.alone", "dir", strconv.Quote(s.opts.Dir))
	case follows && journal != j.Origin().ID:
		return 0, locale.NewError("cli.replica.other", "dir", strconv.Quote(s.opts.Dir))
	case follows:
		s.applied = uint64(applied)
		return max(first, s.expired+1), nil
	}
	return first, s.begin(ctx, j)
}

// begin has a new log follow a journal, whose epoch it takes.
func (s *SQLite) begin(ctx context.Context, j Journal) error {
	s.epoch, s.applied = j.Epoch(), j.Origin().First-1
	tx, err := s.conn.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	if err := s.setMeta(ctx, map[string]any{"epoch": s.epoch, "journal": j.Origin().ID, "applied": int64(s.applied)}); err != nil { // #nosec G115 -- a position has 63 bits
		return err
	}
	return tx.Commit()
}

// setMeta sets what the log knows of itself, and forgets the names that are given.
func (s *SQLite) setMeta(ctx context.Context, values map[string]any, forget ...string) error {
	for name, value := range values {
		if _, err := s.conn.ExecContext(ctx, setQuery, name, value); err != nil {
			return err
		}
	}
	for _, name := range forget {
		if _, err := s.conn.ExecContext(ctx, "DELETE FROM meta WHERE name = ?", name); err != nil {
			return err
		}
	}
	return nil
}

// ErrMovedAway is the end of a journal whose log was moved away: what comes after that is not in the log.
var ErrMovedAway = errors.New("store: the log was moved away from its journal")

// endsBefore reports whether the journal has ended for good before a place.
func (s *SQLite) endsBefore(seq uint64) bool {
	ended := s.ended.Load()
	return ended != 0 && seq > ended
}

// Ended reports whether the journal has ended for good, and the log has followed it up to there.
func (r *Replica) Ended() bool { return r.ended.Load() != 0 }
