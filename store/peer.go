package store

import (
	"context"
	"database/sql"
	"encoding/base64"
	"errors"
	"iter"
	"strings"

	"plainchat/chat"
	"plainchat/store/internal/format"
)

// Helper is a Journal by which logs can help each other: what the journal has lost may stand in one
// of them.
type Helper interface {
	// Serve has a log asked by others, until stop is called.
	Serve(Peer) (stop func(), err error)
}

// Peer is a log that others of the same journal may ask.
type Peer interface {
	// Held yields what the log holds of the places from one up to another, in order: records that others
	// make the same events of. What stood at the places between was erased, or refused. A *Missing
	// tells of places of which the log knows nothing; the sequence goes on. Any other error ends it.
	Held(ctx context.Context, from, upto uint64) iter.Seq2[Entry, error]

	// Digest sums up the rows of the positions from one up to another, in steps.
	Digest(ctx context.Context, from, upto, step uint64) (Digest, error)
	// Reach is that of a Log.
	Reach(ctx context.Context, seq uint64) (bool, error)
}

var _ Peer = (*Replica)(nil)

// Held implements Peer.
func (r *Replica) Held(ctx context.Context, from, upto uint64) iter.Seq2[Entry, error] {
	return func(yield func(Entry, error) bool) {
		applied, _ := r.follower.followed.at()
		for from <= min(applied, upto) {
			lost, err := r.lostFrom(ctx, from, min(applied, upto))
			if err != nil {
				yield(Entry{}, err)
				return
			}
			if !r.yieldHeld(ctx, from, lost.From-1, yield) {
				return
			}
			if lost.From <= lost.Upto && !yield(Entry{}, &lost) {
				return
			}
			from = lost.Upto + 1
		}
		if from <= upto {
			yield(Entry{}, &Missing{From: from, Upto: upto})
		}
	}
}

// lostFrom returns the first positions in a range that were lost when they were passed; if there are
// none, those after the range, which are none.
func (s *SQLite) lostFrom(ctx context.Context, from, upto uint64) (Missing, error) {
	const query = `SELECT CAST(substr(name, ?1) AS INTEGER), value FROM meta
		WHERE name > ?2 AND name <= ?3 AND value >= ?4 ORDER BY name LIMIT 1`
	s.reading.RLock()
	defer s.reading.RUnlock()
	var lost Missing
	err := s.read.QueryRowContext(ctx, query, len(missingPrefix)+1, missingPrefix, missingName(upto), int64(from)).Scan(&lost.From, &lost.Upto) // #nosec G115 -- a position has 63 bits
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return Missing{From: upto + 1, Upto: upto}, nil
	case err != nil:
		return lost, s.readError(err)
	}
	return Missing{From: max(lost.From, from), Upto: min(lost.Upto, upto)}, nil
}

// yieldHeld yields what has an event, and reports whether it goes on.
func (r *Replica) yieldHeld(ctx context.Context, from, upto uint64, yield func(Entry, error) bool) bool {
	for ev, err := range r.Read(ctx, from-1, upto) {
		var e Entry
		damaged, goesOn := errors.AsType[*Damaged](err)
		switch {
		case goesOn:
			err = &Missing{From: damaged.Seq, Upto: damaged.Seq}
		case err == nil:
			e, err = r.entryOf(ctx, ev)
		}
		if !yield(e, err) || err != nil && !goesOn {
			return false
		}
	}
	return true
}

// entryOf returns the entry that an event could have been made of.
func (s *SQLite) entryOf(ctx context.Context, ev chat.Event) (Entry, error) {
	record := Record{ID: NewRecordID(), Time: ev.Time, Draft: chat.Draft{Room: ev.Room, From: ev.From, Key: ev.Key, Body: ev.Body}}
	key, err := s.keyAt(ctx, ev.ID.Seq)
	if err != nil {
		return Entry{}, err
	}
	if id, err := base64.RawURLEncoding.DecodeString(strings.TrimPrefix(key, format.MadeKey(""))); ev.Key == "" && err == nil && len(id) == len(record.ID) {
		copy(record.ID[:], id)
	}
	_, claim := ev.Body.(chat.NameClaim)
	record.Claim = claim && key == "" // a draft of its own has a key that was made
	if _, deletion := ev.Body.(chat.Delete); deletion {
		if err := s.bury(ctx, &record); err != nil && !errors.Is(err, ErrNoTarget) {
			return Entry{}, err
		}
	}
	return Entry{Seq: ev.ID.Seq, Time: ev.Time, Record: record}, nil
}

// keyAt returns the key of the event at a position as it stands in the log.
func (s *SQLite) keyAt(ctx context.Context, seq uint64) (key string, err error) {
	s.reading.RLock()
	defer s.reading.RUnlock()
	err = s.read.QueryRowContext(ctx, "SELECT ifnull(client_id, '') FROM log WHERE seq = ?", int64(seq)).Scan(&key) // #nosec G115 -- a position has 63 bits
	if errors.Is(err, sql.ErrNoRows) {                                                                              // it was removed meanwhile
		return "", nil
	}
	return key, err
}
