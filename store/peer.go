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
			lost, err := r.unheldFrom(ctx, from, min(applied, upto))
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

// unheldFrom is lostFrom for what others need too: where a record told of retention, no log keeps that.
func (s *SQLite) unheldFrom(ctx context.Context, from, upto uint64) (Missing, error) {
	lost, err := s.lostFrom(ctx, from, upto)
	if err != nil {
		return lost, err
	}
	const query = "SELECT value FROM meta WHERE name >= ? AND name < ? ORDER BY name LIMIT 1"
	s.reading.RLock()
	defer s.reading.RUnlock()
	var passed uint64
	switch err := s.read.QueryRowContext(ctx, query, passedName(from), passedName(lost.From)).Scan(&passed); {
	case errors.Is(err, sql.ErrNoRows):
		return lost, nil
	case err != nil:
		return lost, s.readError(err)
	}
	return Missing{From: passed, Upto: passed}, nil
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
	moved := min(r.journal.Origin().Moved, upto)
	if from <= moved {
		if !r.yieldMoved(ctx, from, moved, yield) {
			return false
		}
		from = moved + 1
	}
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

// yieldMoved yields what was moved into the journal, as it stood there. What was there from before the
// beginning is more than a place may have.
func (r *Replica) yieldMoved(ctx context.Context, from, upto uint64, yield func(Entry, error) bool) bool {
	if past := min(r.past.Load(), upto); from <= past {
		if !yield(Entry{}, &Missing{From: from, Upto: past}) {
			return false
		}
		from = past + 1
	}
	for ev, err := range r.settled(ctx, from-1, upto) {
		if damaged, is := errors.AsType[*Damaged](err); is {
			if !yield(Entry{}, &Missing{From: damaged.Seq, Upto: damaged.Seq}) {
				return false
			}
			continue
		}
		deleted := false
		if err == nil && format.IsErased(ev) {
			deleted, err = r.deletedAfter(ctx, ev.ID.Seq, r.journal.Origin().Moved)
		}
		if deleted { // which erases it from the journal
			continue
		}
		if !yield(Entry{Seq: ev.ID.Seq, Time: ev.Time, Record: settledRecord(ev)}, err) || err != nil {
			return false
		}
	}
	return true
}

// deletedAfter reports whether a message was deleted after a position.
func (s *SQLite) deletedAfter(ctx context.Context, seq, after uint64) (deleted bool, err error) {
	const query = "SELECT EXISTS (SELECT 1 FROM log WHERE target = ? AND kind = 'delete' AND seq > ?)"
	err = s.read.QueryRowContext(ctx, query, int64(seq), int64(after)).Scan(&deleted) // #nosec G115 -- positions have 63 bits
	return deleted, err
}

// entryOf returns the entry that an event could have been made of.
func (r *Replica) entryOf(ctx context.Context, ev chat.Event) (Entry, error) {
	key, err := r.keyAt(ctx, ev.ID.Seq)
	if err != nil {
		return Entry{}, err
	}
	record := Record{Time: ev.Time, Draft: chat.Draft{Room: ev.Room, From: ev.From, Key: ev.Key, Body: ev.Body}}
	if ev.ID.Seq <= r.journal.Origin().Moved {
		record.Settled, record.Draft.Key = true, key
		return Entry{Seq: ev.ID.Seq, Time: ev.Time, Record: record}, nil
	}
	record.ID = NewRecordID()
	if id, err := base64.RawURLEncoding.DecodeString(strings.TrimPrefix(key, format.MadeKey(""))); ev.Key == "" && err == nil && len(id) == len(record.ID) {
		copy(record.ID[:], id)
	}
	_, claim := ev.Body.(chat.NameClaim)
	record.Claim = claim && key == "" // a draft of its own has a key that was made
	if _, deletion := ev.Body.(chat.Delete); deletion {
		if err := r.bury(ctx, &record); err != nil && !errors.Is(err, ErrNoTarget) {
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
