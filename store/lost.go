package store

import (
	"context"
	"errors"
	"fmt"
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
func (e *lostFile) savable() bool { return e.name == databaseFile+walSuffix && e.empty }

// note keeps in mind how a commit went, for Ready.
func (w *writer) note(err error) {
	w.log.failing.Store(err != nil || w.full)
	if lasts(err) {
		w.log.broken.Store(&err)
	}
	lost, isLost := errors.AsType[*lostFile](err)
	switch {
	case isLost && !w.lost:
		w.reportLost(lost)
	case err == nil && w.lost:
		w.log.opts.Logger.Warn("the files of the log are in their place again, and messages are stored")
	case err != nil:
		return
	}
	w.lost = isLost
}

// reportLost logs what has become of a file, once what can be saved is.
func (w *writer) reportLost(lost *lostFile) {
	var advice string
	switch {
	case lost.name == lockFile:
		advice = "another plainchat may be using the folder: stop one of them, and restart plainchat"
	case lost.name == databaseFile+shmSuffix, lost.savable() && w.fold() == nil:
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
