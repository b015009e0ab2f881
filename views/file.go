package views

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"

	"plainchat/internal/sqlite"
)

// readers is how many queries go on at the same time; further ones wait.
const readers = 4

// layout is the version of what the projector itself keeps in a file.
const layout = 1

// The one row of projection says what the file is.
const projectionTable = `CREATE TABLE projection (
	views    TEXT NOT NULL,    -- names and versions
	epoch    TEXT NOT NULL,    -- of the log
	boot     TEXT NOT NULL,    -- when the machine was started that wrote last
	position INTEGER NOT NULL  -- all events up to here are applied
) STRICT`

// file is an open file of views.
type file struct {
	path     string
	write    *sql.DB
	conn     *sql.Conn // the one of write
	read     *sql.DB
	stmts    Statements
	appliers []Applier
	sealed   bool // not written to since it was opened, and its seal holds
	position uint64

	begin, end, undo, move *sql.Stmt
}

// stale is a file that cannot be used, and the reason.
type stale struct{ reason string }

func (e *stale) Error() string { return "views: the file is of no use: " + e.reason }

// openFile opens a file whose content can be trusted, for a log that ends at last. It
// returns a *stale error for one that is to be made anew.
func openFile(ctx context.Context, opts *Options, last uint64) (_ *file, err error) {
	if _, err := os.Stat(opts.Path); errors.Is(err, os.ErrNotExist) {
		return nil, &stale{"there is none"}
	}
	f := &file{path: opts.Path}
	if f.sealed, err = checkSeal(ctx, f.path); errors.Is(err, errSeal) {
		return nil, &stale{"it changed after it was closed"}
	} else if err != nil {
		return nil, err
	}
	if err := f.open(ctx); err != nil {
		return nil, errors.Join(err, f.close())
	}
	if err := f.check(ctx, opts, last); err != nil {
		return nil, errors.Join(err, f.close())
	}
	if err := f.prepare(ctx, opts.Views); err != nil {
		return nil, errors.Join(err, f.close())
	}
	return f, nil
}

// Remove removes a file of views, and what is beside it, unless there is none. No projector
// may have it.
func Remove(path string) error {
	for _, suffix := range []string{sealSuffix, "-wal", "-shm", "-journal", ""} {
		if err := os.Remove(path + suffix); err != nil && !errors.Is(err, os.ErrNotExist) {
			return err
		}
	}
	return nil
}

// createFile makes a file anew, in place of whatever is there.
func createFile(ctx context.Context, opts *Options) (*file, error) {
	if err := Remove(opts.Path); err != nil {
		return nil, err
	}
	made, err := os.OpenFile(opts.Path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, err
	}
	f := &file{path: opts.Path}
	err = made.Close()
	if err == nil {
		err = f.open(ctx)
	}
	if err == nil {
		err = f.makeTables(ctx, opts)
	}
	if err == nil {
		err = f.prepare(ctx, opts.Views)
	}
	if err != nil {
		return nil, errors.Join(err, f.close())
	}
	return f, nil
}

func (f *file) open(ctx context.Context) (err error) {
	if f.write, err = sqlite.Connect(f.path, "rw", 1, "journal_mode(WAL)", "synchronous(OFF)", "secure_delete(ON)", "temp_store(MEMORY)", "cache_size(-8192)", "journal_size_limit(16777216)"); err != nil {
		return err
	}
	if f.conn, err = f.write.Conn(ctx); err != nil {
		return err
	}
	f.read, err = sqlite.Connect(f.path, "rw", readers, "query_only(1)", "temp_store(MEMORY)", "cache_size(-2048)")
	return err
}

func (f *file) makeTables(ctx context.Context, opts *Options) error {
	tx, err := f.conn.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	if _, err := tx.ExecContext(ctx, projectionTable); err != nil {
		return err
	}
	for _, v := range opts.Views {
		if _, err := tx.ExecContext(ctx, v.Tables()); err != nil {
			return fmt.Errorf("views: the tables of %s: %w", v.Name(), err)
		}
	}
	_, err = tx.ExecContext(ctx, "INSERT INTO projection (views, epoch, boot, position) VALUES (?, ?, ?, 0)",
		versions(opts.Views), opts.Log.Epoch(), bootID())
	if err != nil {
		return err
	}
	return tx.Commit()
}

// versions tells one set of views from another.
func versions(views []View) string {
	s := fmt.Sprintf("layout %d", layout)
	for _, v := range views {
		s += fmt.Sprintf(", %s %d", v.Name(), v.Version())
	}
	return s
}

// check compares what the file says of itself with what it should be.
func (f *file) check(ctx context.Context, opts *Options, last uint64) error {
	var views, epoch, boot string
	row := f.conn.QueryRowContext(ctx, "SELECT views, epoch, boot, position FROM projection")
	if err := row.Scan(&views, &epoch, &boot, &f.position); errors.Is(err, sql.ErrNoRows) {
		return &stale{"it does not say what it is"}
	} else if err != nil {
		return err
	}
	switch now := bootID(); {
	case views != versions(opts.Views):
		return &stale{"it is of another version"}
	case epoch != opts.Log.Epoch():
		return &stale{"it belongs to another log"}
	case f.position > last:
		return &stale{"it is ahead of the log"}
	case !f.sealed && (boot != now || now == ""):
		return &stale{"it was not closed before the machine stopped"}
	}
	return nil
}

func (f *file) prepare(ctx context.Context, views []View) error {
	f.stmts.conn = f.conn
	f.begin, f.end, f.undo = f.stmts.Prepare(ctx, "BEGIN IMMEDIATE"), f.stmts.Prepare(ctx, "COMMIT"), f.stmts.Prepare(ctx, "ROLLBACK")
	f.move = f.stmts.Prepare(ctx, "UPDATE projection SET position = ?, boot = ?")
	for _, v := range views {
		a, err := v.Prepare(ctx, &f.stmts)
		if err = errors.Join(err, f.stmts.Err()); err != nil {
			return fmt.Errorf("views: preparing %s: %w", v.Name(), err)
		}
		f.appliers = append(f.appliers, a)
	}
	return f.stmts.Err()
}

// transaction runs work, and moves the position with it.
func (f *file) transaction(position uint64, work func(context.Context) error) error {
	ctx := context.Background() // one that can end costs each statement a goroutine
	if f.sealed {
		if err := breakSeal(f.path); err != nil {
			return err
		}
		f.sealed = false
	}
	if _, err := f.begin.ExecContext(ctx); err != nil {
		return err
	}
	err := work(ctx)
	if err == nil {
		_, err = f.move.ExecContext(ctx, int64(position), bootID()) // #nosec G115 -- a position has 63 bits
	}
	if err == nil {
		_, err = f.end.ExecContext(ctx)
	}
	if err != nil {
		_, _ = f.undo.ExecContext(ctx) // an error if SQLite did it already
		return err
	}
	f.position = position
	return nil
}

// empty folds the write-ahead log into the file and cuts it to nothing: what was written over
// stands there still. Nobody must be reading.
func (f *file) empty() error {
	var busy, inLog, folded int
	err := f.conn.QueryRowContext(context.Background(), "PRAGMA wal_checkpoint(TRUNCATE)").Scan(&busy, &inLog, &folded)
	if err == nil && busy != 0 {
		err = errors.New("views: the write-ahead log is in use")
	}
	return err
}

// close releases the file. SQLite folds the write-ahead log into it.
func (f *file) close() error {
	errs := []error{f.stmts.close()}
	if f.read != nil {
		errs = append(errs, f.read.Close())
	}
	if f.conn != nil {
		errs = append(errs, f.conn.Close())
	}
	if f.write != nil {
		errs = append(errs, f.write.Close())
	}
	return errors.Join(errs...)
}
