package store

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"plainchat/chat"
)

// neededSpace is more than the largest message takes with all that comes with it, in
// bytes.
const neededSpace = 256 << 10

// Ready implements Log. While appends succeed it only looks whether the files are in their
// place; once one has failed it tries, as nobody else may until it says that they can again.
func (s *SQLite) Ready(ctx context.Context) error {
	if s.closed.Load() {
		return ErrClosed
	}
	if broken := s.broken.Load(); broken != nil {
		return *broken
	}
	if err := s.readAgain(ctx); err != nil {
		return err
	}
	if !s.failing.Load() && s.files.check() == nil {
		return nil
	}
	r := &request{probe: true, draft: chat.Draft{Body: chat.Message{}}, done: make(chan struct{}, 1)}
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
	failed := s.unread.Load()
	if failed == nil {
		return nil
	}
	const enough = 1024 // rows: more than any page of history takes
	for _, err := range s.rows(ctx, failed.rooms, failed.after, failed.upto, failed.direction, enough) {
		if err != nil {
			return err
		}
	}
	s.unread.CompareAndSwap(failed, nil)
	return nil
}

// probe writes what is there already: a number in the header, since SQLite does not
// write a row that stays the same. That alone would fit where no message does.
func (w *writer) probe(ctx context.Context) error {
	if err := findSpace(w.log.opts.Dir); err != nil {
		return err
	}
	_, err := w.conn.ExecContext(ctx, fmt.Sprint("PRAGMA application_id = ", applicationID))
	return err
}

// findSpace returns why the folder's disk does not take as much as a message needs.
func findSpace(dir string) error {
	name := filepath.Join(dir, "space") // the same each time: a crash leaves no more than one
	defer os.Remove(name)
	return os.WriteFile(name, make([]byte, neededSpace), 0o600)
}
