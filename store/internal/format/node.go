package format

import (
	"context"
	"database/sql"
	"errors"

	"plainchat/internal/sqlite"
)

// Follows reports whether a log follows a journal. One that is damaged where it says so does not.
func Follows(ctx context.Context, conn interface {
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}) (follows bool) {
	const query = "SELECT EXISTS (SELECT 1 FROM meta WHERE name = 'applied')"
	return conn.QueryRowContext(ctx, query).Scan(&follows) == nil && follows
}

// CheckWAL is sqlite.CheckWAL for a log. What a log that follows a journal has lost of its write-ahead log, as in a
// power cut, it has from the journal again: that is no damage.
func CheckWAL(ctx context.Context, path string) error {
	err := sqlite.CheckWAL(path + sqlite.WALSuffix)
	if _, damaged := errors.AsType[*sqlite.DamagedWAL](err); !damaged {
		return err
	}
	db, failed := sqlite.Look(path)
	if failed != nil {
		return err
	}
	defer db.Close()
	if Follows(ctx, db) {
		return nil
	}
	return err
}
