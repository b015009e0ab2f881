package repair

import (
	"context"
	"encoding/binary"
	"errors"
	"io"
	"os"

	"plainchat/internal/sqlite"
	"plainchat/locale"
	"plainchat/store/internal/format"
)

// lenient has SQLite read what it can of a database that is shorter than its header says, or
// has a table that it cannot make sense of.
const lenient = "writable_schema(1)"

// legible reports whether the first page of a log can be read, which says what is where, and
// whether it leads to our tables. Where SQLite does not take it as it is, nothing in it
// may differ: anything else could stand for a table.
func legible(ctx context.Context, path string) bool {
	differences, err := differencesAt(ctx, path)
	if !sqlite.IsDamage(err) {
		return format.TablesIntact(differences)
	}
	differences, err = differencesAt(ctx, path, lenient)
	return !sqlite.IsDamage(err) && len(differences) == 0
}

func differencesAt(ctx context.Context, path string, pragmas ...string) ([]format.Difference, error) {
	db, err := sqlite.Look(path, pragmas...)
	if err != nil {
		return nil, err
	}
	defer db.Close()
	conn, err := db.Conn(ctx)
	if err != nil {
		return nil, err
	}
	defer conn.Close()
	return format.CompareSchema(ctx, conn)
}

// rebuildIllegible is rebuild for a log whose first page cannot be read. It reads a copy
// that has the first page of the fresh log: all logs have the events at the same place, and
// where one has not, their checksums tell. What else is known of the log may be elsewhere, so
// it becomes another.
func rebuildIllegible(ctx context.Context, path, fresh string, done *Rebuilt) error {
	copied := path + ".copy"
	remove := func() {
		for _, suffix := range []string{"", sqlite.WALSuffix, "-shm"} {
			_ = os.Remove(copied + suffix)
		}
	}
	remove() // of a rebuild that was cut off
	defer remove()
	if err := copyLog(path, copied); err != nil {
		return err
	}
	if err := graft(fresh, copied); err != nil {
		return err
	}
	old, err := sqlite.Connect(copied, "rw", 1, lenient)
	if err != nil {
		return err
	}
	if err := errors.Join(transfer(ctx, old, fresh, true, done), old.Close()); err != nil {
		return err
	}
	if done.Saved == 0 {
		return locale.NewError("cli.rebuild.nothing")
	}
	if err := keep(path, done.Kept); err != nil {
		return err
	}
	if err := os.Rename(path+sqlite.WALSuffix, done.Kept+sqlite.WALSuffix); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	return publish(fresh, path)
}

// copyLog copies a log that nobody uses.
func copyLog(from, to string) error {
	err := duplicate(from+sqlite.WALSuffix, to+sqlite.WALSuffix)
	if errors.Is(err, os.ErrNotExist) {
		err = nil
	}
	return errors.Join(err, duplicate(from, to))
}

// graft gives a database the first page of another (SQLite database file format, section 1.3),
// but for its size, and for its having a write-ahead log.
func graft(from, to string) error {
	page := make([]byte, sqlite.PageSize)
	in, err := os.Open(from) // #nosec G304 -- in the data folder
	if err != nil {
		return err
	}
	defer in.Close()
	if _, err := io.ReadFull(in, page); err != nil {
		return err
	}
	out, err := os.OpenFile(to, os.O_RDWR, 0) // #nosec G304 -- in the data folder
	if err != nil {
		return err
	}
	defer out.Close()
	info, err := out.Stat()
	if err != nil {
		return err
	}
	page[18], page[19] = 2, 2
	binary.BigEndian.PutUint32(page[28:], uint32(info.Size()/sqlite.PageSize)) // #nosec G115 -- SQLite counts pages so
	_, err = out.WriteAt(page, 0)
	return err
}
