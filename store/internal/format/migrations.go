package format

import (
	"context"
	"crypto/rand"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"strings"

	"plainchat/locale"
)

//go:embed migrations/*.sql
var migrationFiles embed.FS

// migrations returns the steps from an empty database to the present one. The
// number of steps taken is the database's user_version. A step never changes: each log is
// compared with what it makes, comments included.
func migrations() ([]string, error) {
	names, err := fs.Glob(migrationFiles, "migrations/*.sql") // sorted, so by number
	if err != nil {
		return nil, err
	}
	var steps []string
	for _, name := range names {
		step, err := migrationFiles.ReadFile(name)
		if err != nil {
			return nil, err
		}
		steps = append(steps, string(step))
	}
	return steps, nil
}

// Migrate takes the steps that are missing, all or none of them, unless the log is not what
// those before have made. A new database gets its epoch with the first.
func Migrate(ctx context.Context, db *sql.Conn) error {
	steps, err := migrations()
	if err != nil {
		return err
	}
	version, err := ReadVersion(ctx, db)
	if err != nil {
		return err
	}
	if err := checkSchema(ctx, db); err != nil || version == len(steps) {
		return err
	}
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	for i, step := range steps[version:] {
		if _, err := tx.ExecContext(ctx, step); err != nil {
			return fmt.Errorf("migration %d: %w", version+i+1, err)
		}
	}
	if version == 0 {
		const create = "INSERT INTO meta (name, value) VALUES ('epoch', ?), ('pruned', 0)"
		if _, err := tx.ExecContext(ctx, create, NewEpoch()); err != nil {
			return err
		}
	}
	if version < 2 {
		if _, err := tx.ExecContext(ctx, "INSERT INTO meta (name, value) VALUES ('secret', ?)", newSecret()); err != nil {
			return err
		}
	}
	stamp := fmt.Sprintf("PRAGMA user_version = %d; PRAGMA application_id = %d", len(steps), ApplicationID)
	if _, err := tx.ExecContext(ctx, stamp); err != nil {
		return err
	}
	if err := tx.Commit(); err != nil {
		return err
	}
	// Out of the write-ahead log, so that after a crash too the header tells an
	// older program that this is not for it.
	_, err = db.ExecContext(ctx, "PRAGMA wal_checkpoint(TRUNCATE)")
	return err
}

// ReadVersion returns the user_version, which the write-ahead log may have newer than the
// header.
func ReadVersion(ctx context.Context, conn *sql.Conn) (version int, err error) {
	err = conn.QueryRowContext(ctx, "PRAGMA user_version").Scan(&version)
	return version, err
}

// newerError is a database that this program is too old for.
type newerError struct{ version, known int }

func (e *newerError) Error() string { return e.In(locale.English) }

// In tells it in a language.
func (e *newerError) In(c *locale.Catalogue) string {
	return c.Text("cli.newer_format", "version", e.version, "known", e.known)
}

func IsNewer(err error) bool {
	_, newer := errors.AsType[*newerError](err)
	return newer
}

func newSecret() []byte {
	secret := make([]byte, 32)
	_, _ = rand.Read(secret) // it never fails
	return secret
}

func NewEpoch() string { return strings.ToLower(rand.Text()[:10]) }
