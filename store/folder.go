package store

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/gofrs/flock"
)

// Files of the data folder.
const (
	databaseFile = "log.db"
	lockFile     = "lock"
)

// applicationID marks our databases, at offset 68 of the file: "plch".
const applicationID = 0x706c6368

// openFolder makes sure that a data folder can be used, creating it if need be,
// and locks it. Its errors are sentences for the person who starts the program,
// and in their case nothing was changed.
func openFolder(dir string) (*flock.Flock, error) {
	info, err := os.Stat(dir)
	created := errors.Is(err, os.ErrNotExist)
	switch {
	case created:
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return nil, fmt.Errorf("cannot create the data folder %q (%w); choose another with --data", dir, err)
		}
	case err != nil:
		return nil, fmt.Errorf("cannot open the data folder %q (%w); choose another with --data", dir, err)
	case !info.IsDir():
		return nil, fmt.Errorf("the data folder %q is a file; choose a folder with --data", dir)
	}
	if err := checkDatabase(filepath.Join(dir, databaseFile)); err != nil {
		return nil, err
	}
	lock := flock.New(filepath.Join(dir, lockFile), flock.SetPermissions(0o600))
	locked, err := lock.TryLock()
	switch {
	case err != nil:
		return nil, fmt.Errorf("cannot write to the data folder %q (%w); make it writable or choose another with --data", dir, err)
	case !locked:
		return nil, fmt.Errorf("the data folder %q is in use by another plainchat; stop that one or choose another folder with --data", dir)
	}
	if created {
		err = syncFolder(filepath.Dir(dir))
	}
	return lock, err
}

// checkDatabase refuses a database that is not ours or is newer than this
// program. It reads the file's header (SQLite database file format, section
// 1.3) itself, since SQLite would already make files beside it.
func checkDatabase(path string) error {
	f, err := os.Open(path)
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("cannot read %q (%w); make it readable or choose another folder with --data", path, err)
	}
	defer f.Close()
	header := make([]byte, 100)
	if _, err := io.ReadFull(f, header); errors.Is(err, io.EOF) {
		return nil // created and never written
	}
	version := binary.BigEndian.Uint32(header[60:])
	if id := binary.BigEndian.Uint32(header[68:]); id != applicationID && (id != 0 || version != 0) {
		return fmt.Errorf("%q is not a plainchat log; choose another folder with --data", path)
	}
	steps, err := migrations()
	if err == nil && version > uint32(len(steps)) {
		return fmt.Errorf("%q was written by a newer plainchat (its format is %d, this program knows up to %d); use the newer program", path, version, len(steps))
	}
	return err
}

// syncFolder makes the entries of a folder durable, on systems where that is a
// thing to do.
func syncFolder(dir string) error {
	f, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer f.Close()
	_ = f.Sync() // Windows has no such thing
	return nil
}
