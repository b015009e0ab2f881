package search

import (
	"context"
	"database/sql"

	"plainchat/views"
)

// expirer takes out of the index what retention has removed. To do that with secure-delete
// would cost a hundred times what it took to put it in. So the words are marked as
// gone, which no search finds, and leave the file when the index is merged: whenever an
// eighth of it was removed.
type expirer struct {
	secure, oldest, newest, merge, changes *sql.Stmt

	removed int64 // since the last merge
	merging bool
}

const (
	expireRows = 500 // messages removed at a time
	mergePages = 250 // pages of the index written at a time
)

func newExpirer(ctx context.Context, stmts *views.Statements) *expirer {
	return &expirer{
		secure:  stmts.Prepare(ctx, "INSERT INTO search(search, rank) VALUES ('secure-delete', ?)"),
		oldest:  stmts.Prepare(ctx, "DELETE FROM search WHERE rowid IN (SELECT id FROM search_content WHERE id < ? ORDER BY id LIMIT ?)"),
		newest:  stmts.Prepare(ctx, "SELECT coalesce(max(id), 0) FROM search_content"),
		merge:   stmts.Prepare(ctx, "INSERT INTO search(search, rank) VALUES ('merge', ?)"),
		changes: stmts.Prepare(ctx, "SELECT total_changes()"),
	}
}

// prune removes some messages before a position, or goes on merging.
func (x *expirer) prune(ctx context.Context, first uint64) (more bool, err error) {
	if x.merging {
		return x.mergeSome(ctx, mergePages)
	}
	n, err := x.remove(ctx, first)
	if err != nil || n == expireRows {
		return true, err
	}
	var last int64
	if err := x.newest.QueryRowContext(ctx).Scan(&last); err != nil {
		return false, err
	}
	if left := max(0, last-int64(first)); x.removed == 0 || x.removed < left/8 { // #nosec G115 -- a position has 63 bits
		return false, nil
	}
	x.removed = 0
	return x.mergeSome(ctx, -mergePages) // negative: all of the index, from now on
}

func (x *expirer) remove(ctx context.Context, first uint64) (int64, error) {
	if _, err := x.secure.ExecContext(ctx, 0); err != nil {
		return 0, err
	}
	result, err := x.oldest.ExecContext(ctx, int64(first), expireRows) // #nosec G115 -- a position has 63 bits
	if err != nil {
		return 0, err
	}
	n, err := result.RowsAffected()
	if err != nil {
		return 0, err
	}
	x.removed += n
	_, err = x.secure.ExecContext(ctx, 1)
	return n, err
}

func (x *expirer) mergeSome(ctx context.Context, pages int) (more bool, err error) {
	before, err := x.total(ctx)
	if err != nil {
		return false, err
	}
	if _, err := x.merge.ExecContext(ctx, pages); err != nil {
		return false, err
	}
	after, err := x.total(ctx)
	x.merging = after-before >= 2 // as FTS5 documents it
	return x.merging, err
}

func (x *expirer) total(ctx context.Context) (n int64, err error) {
	err = x.changes.QueryRowContext(ctx).Scan(&n)
	return n, err
}
