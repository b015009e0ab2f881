package store

import (
	"context"
	"errors"
	"fmt"

	"plainchat/internal/sqlite"
	"plainchat/store/internal/format"
)

// lostFile is a file of the log that is not in its place.
type lostFile struct {
	name, path string
	fate       error
	empty      bool // nobody has written to what is there instead, if anything is
}

func (e *lostFile) Error() string        { return fmt.Sprintf("store: %q %v", e.path, e.fate) }
func (e *lostFile) Unwrap() error        { return e.fate }
func (e *lostFile) Is(target error) bool { return target == ErrFilesLost }

// savable reports whether what was acknowledged can still be brought into the database,
// which is in its place, as is the lock: only the write-ahead log is missing.
func (e *lostFile) savable() bool { return e.name == format.DatabaseFile+sqlite.WALSuffix && e.empty }

// note keeps in mind how a commit went, and logs what has become of the files.
func (w *writer) note(err error) {
	lost, back := w.log.health.note(err, w.full)
	if lost != nil {
		w.reportLost(lost)
	}
	if back {
		w.log.opts.Logger.Warn("the files of the log are in their place again, and messages are stored")
	}
}

// reportLost logs what has become of a file, once what can be saved is.
func (w *writer) reportLost(lost *lostFile) {
	var advice string
	switch {
	case lost.name == format.LockFile:
		advice = "another plainchat may be using the folder: stop one of them, and restart plainchat"
	case lost.name == format.DatabaseFile+sqlite.SHMSuffix, lost.savable() && w.fold() == nil:
		advice = "all that was acknowledged is in the folder: restart plainchat"
	default:
		advice = "put it back, or restore a backup, and restart plainchat"
	}
	w.log.opts.Logger.Error("no message is stored any more, since a file of the log is gone; "+advice, "err", lost)
}

// fold moves what is in the write-ahead log into the database.
func (w *writer) fold() error {
	var busy, frames, moved int
	err := w.conn.QueryRowContext(context.Background(), "PRAGMA wal_checkpoint(FULL)").Scan(&busy, &frames, &moved)
	if err == nil && moved < frames {
		err = errors.New("store: readers were in the way")
	}
	return err
}
