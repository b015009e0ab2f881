package store

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"

	"plainchat/chat"
	"plainchat/internal/sqlite"
	"plainchat/store/internal/format"
)

// health is what is known of how the log does: whether messages can be appended, and read. Its
// methods may be called concurrently, but note by the writer alone.
type health struct {
	failing atomic.Bool           // the last transaction of appends failed
	broken  atomic.Pointer[error] // what appends fail with until one succeeds, whatever else does
	unread  atomic.Pointer[failedRead]
	lost    bool // a file of the log is not in its place, and that was logged
}

// note keeps in mind how a commit went. It reports what has become of the files since the one
// before: lost is the one that is gone now, and back is that they are in their places again.
func (h *health) note(err error, full bool) (lost *lostFile, back bool) {
	h.failing.Store(err != nil || full)
	if sqlite.Lasts(err) {
		h.broken.Store(&err)
	}
	file, isLost := errors.AsType[*lostFile](err)
	switch {
	case isLost && !h.lost:
		lost = file
	case err == nil && h.lost:
		back = true
	case err != nil:
		return nil, false
	}
	h.lost = isLost
	return lost, back
}

// Ready implements Log. While appends succeed it only looks whether the files are in their
// place; once one has failed it tries, as nobody else may until it says that they can again.
func (s *SQLite) Ready(ctx context.Context) error {
	if s.closed.Load() {
		return ErrClosed
	}
	if broken := s.health.broken.Load(); broken != nil {
		return *broken
	}
	if err := s.readAgain(ctx); err != nil {
		return err
	}
	if !s.health.failing.Load() && s.files.check() == nil {
		return nil
	}
	return s.probe(ctx, chat.Draft{Body: chat.Message{}})
}

// probe returns why a draft could not be appended, or nil; it appends nothing.
func (s *SQLite) probe(ctx context.Context, d chat.Draft) error {
	r := &request{probe: true, draft: d, done: make(chan struct{}, 1)}
	if err := s.enqueue(ctx, r); err != nil {
		return err
	}
	select {
	case <-r.done:
		return r.err
	case <-ctx.Done():
		return ctx.Err()
	}
}

// failedRead is a part of the log that could not be read.
type failedRead struct {
	rooms       []chat.Room
	after, upto uint64
	direction   string
}

// readAgain returns why what could not be read still cannot, or nil if it can.
func (s *SQLite) readAgain(ctx context.Context) error {
	failed := s.health.unread.Load()
	if failed == nil {
		return nil
	}
	const enough = 1024 // rows: more than any page of history takes
	for _, err := range s.rows(ctx, failed.rooms, failed.after, failed.upto, failed.direction, enough) {
		if err != nil {
			return err
		}
	}
	s.health.unread.CompareAndSwap(failed, nil)
	return nil
}

// probe writes what is there already: a number in the header, since SQLite does not
// write a row that stays the same. That alone would fit where no message does.
func (w *writer) probe(ctx context.Context) error {
	if err := sqlite.FindSpace(w.log.opts.Dir); err != nil {
		return err
	}
	_, err := w.conn.ExecContext(ctx, fmt.Sprint("PRAGMA application_id = ", format.ApplicationID))
	return err
}
