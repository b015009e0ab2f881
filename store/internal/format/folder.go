package format

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strconv"

	"plainchat/internal/sqlite"
	"plainchat/locale"

	"github.com/gofrs/flock"
)

// Files of the data folder.
const (
	DatabaseFile = "log.db"
	LockFile     = "lock"
)

const headerSize = 100 // bytes of a database

// ApplicationID marks our databases, at offset 68 of the file: "plch".
const ApplicationID = 0x706c6368

// OpenFolder makes sure that a data folder can be used, creating it if need be,
// and locks it. Its errors are sentences for the person who starts the program,
// and in their case nothing was changed.
func OpenFolder(dir string) (*flock.Flock, error) {
	if err := PrepareFolder(dir); err != nil {
		return nil, err
	}
	if err := checkDatabase(filepath.Join(dir, DatabaseFile)); err != nil {
		return nil, err
	}
	if err := checkBeginning(dir); err != nil {
		return nil, err
	}
	lock, err := LockFolder(dir)
	if err != nil {
		return nil, err
	}
	if err := CreateDatabase(filepath.Join(dir, DatabaseFile)); err != nil {
		return nil, errors.Join(err, lock.Unlock())
	}
	return lock, nil
}

// PrepareFolder makes sure that there is a folder.
func PrepareFolder(dir string) error {
	info, err := os.Stat(dir)
	switch {
	case errors.Is(err, os.ErrNotExist):
		if err := createFolder(dir); err != nil {
			return locale.NewError("cli.folder.create", "dir", strconv.Quote(dir), "cause", err)
		}
	case err != nil:
		return locale.NewError("cli.folder.open", "dir", strconv.Quote(dir), "cause", err)
	case !info.IsDir():
		return locale.NewError("cli.folder.file", "dir", strconv.Quote(dir))
	}
	return nil
}

// LockFolder keeps every other process that would write out of a folder.
func LockFolder(dir string) (*flock.Flock, error) {
	lock := flock.New(filepath.Join(dir, LockFile), flock.SetPermissions(0o600))
	locked, err := lock.TryLock()
	switch {
	case err != nil:
		return nil, locale.NewError("cli.folder.write", "dir", strconv.Quote(dir), "cause", err)
	case !locked || !inPlace(lock):
		_ = lock.Unlock() // of a file that was removed meanwhile
		return nil, locale.NewError("cli.folder.in_use", "dir", strconv.Quote(dir))
	}
	return lock, nil
}

// inPlace reports whether the file that is locked is the one that others would try to lock.
func inPlace(lock *flock.Flock) bool {
	held, err := lock.Stat()
	if err != nil {
		return false
	}
	named, err := os.Stat(lock.Path())
	return err == nil && os.SameFile(held, named)
}

// CreateDatabase makes the file, which SQLite would make readable for everybody.
// It gives those that it makes beside it the same permissions.
func CreateDatabase(path string) error {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600) // #nosec G304 -- in the folder that the operator names
	if err != nil {
		return locale.NewError("cli.folder.create_file", "file", strconv.Quote(path), "cause", err)
	}
	return f.Close()
}

// createFolder makes a folder and those above it, each of them durable: else a
// power cut could take away the folder with all that is synced in it.
func createFolder(dir string) error {
	parent := filepath.Dir(filepath.Clean(dir)) // of "a/b/" it is "a", not "a/b"
	if _, err := os.Stat(parent); errors.Is(err, os.ErrNotExist) {
		if err := createFolder(parent); err != nil {
			return err
		}
	}
	if err := os.Mkdir(dir, 0o700); err != nil {
		return err
	}
	return SyncFolder(parent)
}

// checkDatabase refuses a database that is not ours or is newer than this
// program. It reads the file's header (SQLite database file format, section
// 1.3) itself, since SQLite would already make files beside it.
func checkDatabase(path string) error {
	f, err := os.OpenFile(path, os.O_RDWR, 0) // #nosec G304 -- in the operator's folder; it fails where writing would, and writes nothing
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		return locale.NewError("cli.folder.read_write", "file", strconv.Quote(path), "cause", err)
	}
	defer f.Close()
	header := make([]byte, headerSize)
	switch _, err := io.ReadFull(f, header); {
	case errors.Is(err, io.EOF):
		return nil // created and never written
	case err != nil && !errors.Is(err, io.ErrUnexpectedEOF):
		return locale.NewError("cli.folder.read", "file", strconv.Quote(path), "cause", err)
	case !isLog(header):
		return locale.NewError("cli.folder.not_log", "file", strconv.Quote(path))
	}
	return checkVersion(path, header)
}

// checkBeginning refuses a folder that has lost the log but for its newest part: SQLite
// would begin a new log and delete what is left of the old one. A crash leaves no such
// folder, since the database is begun before its write-ahead log.
func checkBeginning(dir string) error {
	path := filepath.Join(dir, DatabaseFile)
	if info, err := os.Stat(path); err == nil && info.Size() > 0 {
		return nil
	}
	if info, err := os.Stat(path + sqlite.WALSuffix); err != nil || info.Size() == 0 {
		return nil
	}
	return locale.NewError("cli.folder.headless", "dir", strconv.Quote(dir), "newest", DatabaseFile+sqlite.WALSuffix, "rest", DatabaseFile)
}

// ReadHeader reports whether a file's header is not that of a log. A log of a newer
// format is an error.
func ReadHeader(path string) (foreign bool, err error) {
	f, err := os.Open(path) // #nosec G304 -- the operator names it
	if err != nil {
		return false, err
	}
	defer f.Close()
	header := make([]byte, headerSize)
	if _, err := io.ReadFull(f, header); err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return false, err
	}
	if !isLog(header) {
		return true, nil
	}
	return false, checkVersion(path, header)
}

func checkVersion(path string, header []byte) error {
	steps, err := migrations()
	if version := binary.BigEndian.Uint32(header[60:]); err == nil && version > uint32(len(steps)) { // #nosec G115 -- the number of migrations
		return locale.NewError("cli.newer", "file", strconv.Quote(path), "cause", &newerError{int(version), len(steps)})
	}
	return err
}

// isLog tells by a file's header whether it is a log, or a database without any
// table: what a log is whose first commit has not left the write-ahead log.
func isLog(header []byte) bool {
	if !bytes.HasPrefix(header, []byte("SQLite format 3\x00")) {
		return false
	}
	schema := binary.BigEndian.Uint32(header[40:]) // counts the changes of the tables
	version := binary.BigEndian.Uint32(header[60:])
	id := binary.BigEndian.Uint32(header[68:])
	return id == ApplicationID || id == 0 && version == 0 && schema == 0
}

// SyncFolder makes the entries of a folder durable, on systems where that is a
// thing to do.
func SyncFolder(dir string) error {
	f, err := os.Open(dir) // #nosec G304 -- the folder that the operator names
	if err != nil {
		return err
	}
	defer f.Close()
	_ = f.Sync() // Windows has no such thing
	return nil
}
