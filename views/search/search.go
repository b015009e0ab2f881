package search

import (
	"context"
	"database/sql"
	"errors"

	"plainchat/views"
)

// What a query can fail with, beside views.ErrNotReady.
var (
	ErrNoWords = errors.New("search: the query has no words")
	ErrTooLong = errors.New("search: the query has too many words or characters")
)

// Index answers queries.
type Index struct {
	projector *views.Projector
}

// New returns an index over a projector that has the View alone.
func New(projector *views.Projector) *Index { return &Index{projector} }

// Find returns the positions of the messages that a query finds, the newest first, and
// whether there are older ones. A message may have been deleted in the meantime, or
// its text changed: the caller reads it as it stands, and is to see to it that whoever asks may
// read its room. The index may lag behind the log.
func (x *Index) Find(ctx context.Context, q Query) (found []uint64, more bool, err error) {
	match, err := q.match()
	if err != nil || q.Limit <= 0 {
		return nil, false, err
	}
	err = x.projector.Read(ctx, func(ctx context.Context, db *sql.DB) error {
		found, err = find(ctx, db, match, &q)
		return err
	})
	if more = len(found) > q.Limit; more {
		found = found[:q.Limit]
	}
	return found, more, err
}

// findQuery goes through the index from the newest message on, and ends when it has enough:
// the order is that of the index itself.
const findQuery = "SELECT rowid FROM search WHERE search MATCH ? AND rowid > ? AND rowid < ? ORDER BY rowid DESC LIMIT ?"

// maxPosition is the largest position there can be.
const maxPosition = 1<<63 - 1

func find(ctx context.Context, db *sql.DB, match string, q *Query) (found []uint64, err error) {
	before := q.Before
	if before == 0 {
		before = maxPosition
	}
	after, upto := int64(min(q.After, maxPosition)), int64(min(before, maxPosition)) // #nosec G115 -- of 63 bits
	rows, err := db.QueryContext(ctx, findQuery, match, after, upto, q.Limit+1)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var seq int64
		if err := rows.Scan(&seq); err != nil {
			return nil, err
		}
		found = append(found, uint64(seq)) // #nosec G115 -- a position
	}
	return found, rows.Err()
}
