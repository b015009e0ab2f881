package store

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"time"

	"plainchat/internal/sqlite"
	"plainchat/store/internal/format"

	"github.com/gofrs/flock"
)

// files are those of an open log. SQLite goes on with what it has opened where somebody
// removes or replaces one of them, and what is committed then is nowhere after a
// restart. So they are compared with those in the folder at each commit.
type files struct {
	dir   string
	mu    sync.Mutex
	lock  *flock.Flock
	known []knownFile // the database, the lock, and once they are there the other two
	wal   *os.File    // the write-ahead log, to look into; nil before it is there

	folder  os.FileInfo // as it was when all were in their places; nil if they were not
	checked time.Time   // when that was
}

// knownFile is one of them.
type knownFile struct {
	name, path string
	info       os.FileInfo
}

// watchFirst begins with the files that are there before SQLite opens any.
func (f *files) watchFirst() error {
	return errors.Join(f.watch(format.DatabaseFile), f.watch(format.LockFile))
}

// watchAll goes on with those that SQLite has made.
func (f *files) watchAll() error {
	err := errors.Join(f.watch(format.DatabaseFile+sqlite.WALSuffix), f.watch(format.DatabaseFile+sqlite.SHMSuffix))
	if err == nil {
		f.wal, err = os.Open(filepath.Join(f.dir, format.DatabaseFile+sqlite.WALSuffix)) // of the others no second descriptor may be closed: with it SQLite's locks would go
	}
	if err != nil {
		return err
	}
	return f.check()
}

func (f *files) watch(name string) error {
	path := filepath.Join(f.dir, name)
	info, err := os.Stat(path)
	f.known = append(f.known, knownFile{name, path, info})
	return err
}

// check returns a *lostFile if a file in the folder is not the one that is open. A lock
// file that was merely removed is made anew: to a cleaner it is an old empty file.
//
// It is asked twice a commit, so it looks at the folder first: removing or replacing a file
// changes that.
func (f *files) check() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	now := time.Now()
	folder, err := os.Stat(f.dir)
	if err != nil || !f.unchanged(folder, now) {
		f.folder = nil
		if err := f.checkEach(); err != nil {
			return err
		}
		f.folder, f.checked = folder, now
	}
	return f.checkBeginning()
}

// settled is how old a change of the folder has to be for the next one to have another time:
// file systems do not tell times that are near each other apart. After as long all files are
// looked at anew, should one of these systems not tell changes at all.
const settled = time.Second

// unchanged reports whether the folder is as it was when each file was in its place.
func (f *files) unchanged(folder os.FileInfo, now time.Time) bool {
	if f.folder == nil || now.Sub(f.checked) > settled || !os.SameFile(folder, f.folder) {
		return false
	}
	before, known := changed(f.folder)
	after, _ := changed(folder)
	return known && after.Equal(before) && f.checked.Sub(before) > settled
}

// checkEach is check for each of the files.
func (f *files) checkEach() error {
	for i := range f.known {
		known := &f.known[i]
		now, err := os.Stat(known.path)
		if known.name == format.LockFile && errors.Is(err, os.ErrNotExist) {
			if now, err = f.lockAgain(); err == nil {
				known.info = now
			}
		}
		if fate := known.fate(now, err); fate != nil {
			return &lostFile{name: known.name, path: known.path, fate: fate, empty: err != nil || now.Size() == 0}
		}
	}
	return nil
}

// checkBeginning returns a *lostFile if the write-ahead log was emptied, as some cleaners do
// in place of removing. SQLite has written on then where it was, behind zeros: the next
// start would take nothing of that for a transaction. One that is empty it begins anew.
func (f *files) checkBeginning() error {
	var magic [4]byte
	if f.wal == nil {
		return nil
	}
	if n, _ := f.wal.ReadAt(magic[:], 0); n < len(magic) || magic != [4]byte{} {
		return nil
	}
	return &lostFile{name: format.DatabaseFile + sqlite.WALSuffix, path: f.wal.Name(), fate: errEmptied}
}

var errEmptied = errors.New("was emptied")

// fate returns what has become of a file that is not the one that is open.
func (k *knownFile) fate(now os.FileInfo, err error) error {
	switch {
	case errors.Is(err, os.ErrNotExist):
		return errors.New("was removed")
	case err != nil:
		return fmt.Errorf("cannot be used: %w", err)
	case !os.SameFile(now, k.info):
		return errors.New("was replaced by another")
	case k.name == format.DatabaseFile && now.Size() == 0:
		return errEmptied
	}
	return nil
}

// lockAgain takes a new lock in place of one whose file was removed.
func (f *files) lockAgain() (os.FileInfo, error) {
	lock, err := format.LockFolder(f.dir)
	if err != nil {
		return nil, err
	}
	old := f.lock
	f.lock = lock
	info, err := lock.Stat()
	return info, errors.Join(err, old.Unlock())
}

// close must come before the end of SQLite, which removes the write-ahead log: some systems
// keep a file that is open.
func (f *files) close() error {
	if f.wal == nil {
		return nil
	}
	return f.wal.Close()
}

// unlock lets others have the folder.
func (f *files) unlock() error { return f.lock.Unlock() }
