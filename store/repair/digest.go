package repair

import (
	"context"
	"database/sql"

	"plainchat/internal/sqlite"
	"plainchat/store"
	"plainchat/store/internal/format"
)

// Digester sums up the log in a folder, also while a server uses it.
type Digester struct{ db *sql.DB }

// OpenDigester opens the log in a folder.
func OpenDigester(dir string) (*Digester, error) {
	path, err := existingLog(dir)
	if err != nil {
		return nil, err
	}
	db, err := sqlite.Look(path, "query_only(1)", "cache_size(-8192)")
	if err != nil {
		return nil, err
	}
	return &Digester{db}, nil
}

// Close closes it.
func (d *Digester) Close() error { return d.db.Close() }

// Digest is that of a log that follows a journal.
func (d *Digester) Digest(ctx context.Context, from, upto, step uint64) (digest store.Digest, err error) {
	const query = `SELECT coalesce((SELECT value FROM meta WHERE name = 'applied'), 0),
		1 + max(coalesce((SELECT value FROM meta WHERE name = 'expired'), 0), (SELECT value FROM meta WHERE name = 'pruned'))`
	if err := d.db.QueryRowContext(ctx, query).Scan(&digest.Applied, &digest.First); err != nil {
		return digest, err
	}
	digest.Sums, err = format.Sums(ctx, d.db, from, upto, step)
	return digest, err
}
