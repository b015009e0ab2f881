package repair

import (
	"context"
	"database/sql"
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"plainchat/internal/sqlite"
	"plainchat/locale"
	"plainchat/store/internal/format"
)

// Rebuilt says what Rebuild has done.
type Rebuilt struct {
	Saved, Lost uint64 // events; what was lost behind the last one saved is not known
	// Renamed is whether the log has a new epoch: where events may be missing at its
	// end, their positions will be given to others.
	Renamed bool
	// Alone is whether the log followed a journal and does so no more: it lacks what others have.
	Alone bool
	Kept  string // the file that the log was until then
}

// rebuildFile is the new log in the making.
const rebuildFile = format.DatabaseFile + ".new"

// Rebuild makes a new log of what is whole in the one in a folder, with the same
// positions, its indexes made anew, and puts it in its place; a crash leaves the one
// or the other there. The folder must not be in use. Events that are not whole are given
// up. Its errors are sentences, and with them the log is as it was.
func Rebuild(ctx context.Context, dir string) (_ *Rebuilt, err error) {
	defer sqlite.OneLine(&err)
	path, err := existingLog(dir)
	if err != nil {
		return nil, err
	}
	lock, err := format.LockFolder(dir)
	if err != nil {
		return nil, err
	}
	done, err := rebuild(ctx, path)
	if err != nil {
		advice := "cli.rebuild.restore"
		switch {
		case ctx.Err() != nil:
			advice = "cli.rebuild.again"
		case sqlite.IsFull(err, dir):
			advice = "cli.rebuild.space"
		}
		err = locale.NewError("cli.rebuild.failed", "dir", strconv.Quote(dir), "cause", err, "advice", locale.NewError(advice))
	}
	return done, errors.Join(err, lock.Unlock())
}

func rebuild(ctx context.Context, path string) (*Rebuilt, error) {
	done := &Rebuilt{Kept: path + time.Now().UTC().Format(".20060102-150405.000")}
	tail, err := keepDamagedWAL(ctx, path, done.Kept)
	if err != nil {
		return nil, err
	}
	fresh := filepath.Join(filepath.Dir(path), rebuildFile)
	defer os.Remove(fresh) // an error once it has its name
	if err := createEmpty(ctx, fresh); err != nil {
		return nil, err
	}
	if !legible(ctx, path) {
		return done, rebuildIllegible(ctx, path, fresh, done)
	}
	mode := "rw"
	if tail {
		mode = "ro" // after a failure, or Ctrl-C, the write-ahead log is to be as it was
	}
	old, err := sqlite.Connect(path, mode, 1, lenient)
	if err != nil {
		return nil, err
	}
	if err := transfer(ctx, old, fresh, tail, done); err != nil {
		return nil, errors.Join(err, old.Close())
	}
	if err := fold(context.WithoutCancel(ctx), path, old, tail); err != nil {
		return nil, err
	}
	return done, swap(path, fresh, done.Kept)
}

// createEmpty makes a log without events, in place of what a rebuild that was cut off left.
func createEmpty(ctx context.Context, path string) error {
	_ = os.Remove(path)
	if err := format.CreateDatabase(path); err != nil {
		return err
	}
	db, err := connectFresh(path)
	if err != nil {
		return err
	}
	conn, err := db.Conn(ctx)
	if err == nil {
		err = errors.Join(format.Migrate(ctx, conn), conn.Close())
	}
	return errors.Join(err, db.Close())
}

// connectFresh connects to a new log in the making: it is made durable as a whole in the end.
func connectFresh(path string) (*sql.DB, error) {
	return sqlite.Connect(path, "rw", 1, "journal_mode(OFF)", "synchronous(OFF)")
}

// fold moves the write-ahead log into its database: it must not be beside the new one. Of
// a damaged one that is what is whole; then the log is another, as the new one is,
// should a crash leave it in its place: positions will be given to others.
func fold(ctx context.Context, path string, reading *sql.DB, tailLost bool) error {
	db, err := sqlite.Connect(path, "rw", 1, lenient) // with SQLite's default synchronous(FULL), which would be set too early
	if err != nil {
		return errors.Join(err, reading.Close())
	}
	if tailLost {
		if _, err = db.ExecContext(ctx, "UPDATE meta SET value = ? WHERE name = 'epoch'", format.NewEpoch()); sqlite.IsDamage(err) {
			err = nil // nobody can open that
		}
	}
	if err == nil {
		_, err = db.ExecContext(ctx, "PRAGMA wal_checkpoint(TRUNCATE)")
	}
	if err != nil { // whoever is last folds, unless it only reads
		return errors.Join(err, db.Close(), reading.Close())
	}
	return errors.Join(reading.Close(), db.Close())
}

// keepDamagedWAL reports whether the end of the log is missing, and then keeps a
// copy of the write-ahead log, from which SQLite will take no more than it can read.
func keepDamagedWAL(ctx context.Context, path, kept string) (damaged bool, err error) {
	err = format.CheckWAL(ctx, path)
	if _, damaged = errors.AsType[*sqlite.DamagedWAL](err); !damaged {
		return false, err
	}
	return true, duplicate(path+sqlite.WALSuffix, kept+sqlite.WALSuffix)
}

// duplicate copies a file to one that does not exist.
func duplicate(from, to string) error {
	f, err := os.OpenFile(to, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600) // #nosec G304 -- in the data folder
	if err != nil {
		return err
	}
	return errors.Join(f.Close(), copyFile(from, to), syncFile(to))
}

// swap puts the new log in the place of the old one, which is kept. At no moment is
// there none.
func swap(path, fresh, kept string) error {
	if info, err := os.Stat(path + sqlite.WALSuffix); err == nil && info.Size() > 0 {
		return locale.NewError("cli.rebuild.wal")
	}
	if err := keep(path, kept); err != nil {
		return err
	}
	return publish(fresh, path)
}

// keep gives a file a second name, or makes a copy.
func keep(path, kept string) error {
	if os.Link(path, kept) == nil {
		return nil
	}
	return duplicate(path, kept) // not all file systems can link
}

// transfer fills the new database.
func transfer(ctx context.Context, old *sql.DB, fresh string, tailLost bool, done *Rebuilt) error {
	from, err := old.Conn(ctx)
	if err != nil {
		return err
	}
	defer from.Close()
	db, err := connectFresh(fresh)
	if err != nil {
		return err
	}
	defer db.Close()
	to, err := db.Conn(ctx)
	if err != nil {
		return err
	}
	defer to.Close()
	if _, err := to.ExecContext(ctx, "BEGIN"); err != nil {
		return err
	}
	last, whole, err := transferEvents(ctx, from, to, done)
	if err != nil {
		return err
	}
	done.Renamed = tailLost || !whole || !endsWith(ctx, from, last)
	if err := transferMeta(ctx, from, to, last, done); err != nil {
		return err
	}
	_, err = to.ExecContext(ctx, "COMMIT")
	return err
}

// transferEvents copies the events that are whole. It returns the last position
// and whether the end was reached.
func transferEvents(ctx context.Context, from, to *sql.Conn, done *Rebuilt) (last uint64, whole bool, err error) {
	insert, err := to.PrepareContext(ctx, "INSERT OR IGNORE INTO log ("+format.Columns+") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
	if err != nil {
		return 0, false, err
	}
	defer insert.Close()
	whole = true
	for ev, err := range salvage(ctx, from) {
		if _, damaged := errors.AsType[*format.Damaged](err); damaged {
			continue
		}
		if skipped, ok := errors.AsType[*unreadable](err); ok {
			whole = whole && skipped.upto < format.MaxPosition
			continue
		}
		if err != nil {
			return 0, false, err
		}
		result, err := insert.ExecContext(ctx, format.Values(ev.Event, ev.key)...)
		if err != nil {
			return 0, false, err
		}
		added, err := result.RowsAffected()
		if err != nil {
			return 0, false, err
		}
		done.Saved += uint64(added) // #nosec G115 -- a count
		last = max(last, ev.ID.Seq)
	}
	return last, whole, nil
}

// endsWith reports whether no trace of a position after the last one is left.
func endsWith(ctx context.Context, conn *sql.Conn, last uint64) bool {
	for _, query := range []string{
		"SELECT coalesce(max(seq), 0) FROM log NOT INDEXED",
		"SELECT coalesce(max(+seq), 0) FROM log INDEXED BY log_room WHERE room >= ''",
	} {
		var found int64
		if err := conn.QueryRowContext(ctx, query).Scan(&found); err != nil || found < 0 || uint64(found) > last {
			return false
		}
	}
	return true
}

// transferMeta writes what is known of the log as a whole.
func transferMeta(ctx context.Context, from, to *sql.Conn, last uint64, done *Rebuilt) error {
	epoch, pruned, err := readMeta(ctx, from)
	if err != nil || pruned > format.MaxPosition {
		pruned = format.MaxPosition // the first event is the beginning then
	}
	emptied := last == 0 && pruned < format.MaxPosition // by retention
	done.Renamed = done.Renamed || pruned > last && !emptied || !epochForm.MatchString(epoch)
	if err := transferSecret(ctx, from, to); err != nil {
		return err
	}
	const begin = "UPDATE meta SET value = coalesce((SELECT min(seq) - 1 FROM log WHERE seq <= ?1 AND (?1 = ?2 OR NOT " + format.IsKept + ")), CASE ?1 WHEN ?2 THEN 0 ELSE ?1 END) WHERE name = 'pruned'"
	if _, err := to.ExecContext(ctx, begin, int64(pruned), int64(format.MaxPosition)); err != nil {
		return err
	}
	if err := transferHoles(ctx, from, to, done); err != nil {
		return err
	}
	if err := transferStanding(ctx, from, to, done); err != nil || done.Renamed {
		return err
	}
	_, err = to.ExecContext(ctx, "UPDATE meta SET value = ? WHERE name = 'epoch'", epoch)
	return err
}

// transferSecret keeps the key of cookies, if it is whole.
func transferSecret(ctx context.Context, from, to *sql.Conn) error {
	var secret []byte
	const query = "SELECT value FROM meta WHERE name = 'secret' AND typeof(value) = 'blob' AND length(value) = 32"
	if from.QueryRowContext(ctx, query).Scan(&secret) != nil {
		return nil // the new log has one of its own
	}
	_, err := to.ExecContext(ctx, "UPDATE meta SET value = ? WHERE name = 'secret'", secret)
	return err
}
