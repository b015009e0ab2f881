package repair

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strconv"

	"plainchat/internal/sqlite"
	"plainchat/locale"
	"plainchat/store/internal/format"
)

// Backup writes a copy of the log in a folder to a file that does not exist yet, also
// while a server uses the log: all that was acknowledged before, and nothing by
// halves. The copy is verified and durable before it appears under its name. A log
// that is damaged is not copied. Its errors are sentences.
func Backup(ctx context.Context, dir, file string) (_ *Findings, err error) {
	defer sqlite.OneLine(&err)
	path, err := existingLog(dir)
	if err != nil {
		return nil, err
	}
	if _, err := os.Lstat(file); !errors.Is(err, os.ErrNotExist) {
		return nil, existsError(file)
	}
	if err := format.CheckWAL(ctx, path); err != nil {
		return nil, damagedError(path, err)
	}
	temporary, err := temporaryFile(file)
	if err != nil {
		return nil, locale.NewError("cli.backup.beside", "file", strconv.Quote(file), "cause", err)
	}
	defer os.Remove(temporary) // an error once it has its name
	if err := vacuumInto(ctx, path, temporary); err != nil {
		if sqlite.IsDamage(err) && !sqlite.IsWriteFault(err) {
			return nil, damagedError(path, err)
		}
		if sqlite.IsReadOnly(err) {
			return nil, locale.NewError("cli.backup.read", "file", strconv.Quote(path), "cause", err, "advice", lookAdvice)
		}
		return nil, locale.NewError("cli.backup.copy", "from", strconv.Quote(path), "to", strconv.Quote(file), "cause", err)
	}
	found, err := inspect(ctx, temporary)
	if err != nil {
		return nil, err
	}
	if !found.Sound() {
		return nil, damagedError(path, found.Problems[0])
	}
	return found, publishNew(temporary, file)
}

func damagedError(path string, err error) error {
	return locale.NewError("cli.backup.damaged", "file", strconv.Quote(path), "cause", err)
}

func existsError(file string) error {
	return locale.NewError("cli.backup.exists", "file", strconv.Quote(file))
}

// publishNew is publish for a file that must not take the place of one made meanwhile.
func publishNew(temporary, file string) error {
	if err := syncFile(temporary); err != nil {
		return err
	}
	err := os.Link(temporary, file)
	switch {
	case errors.Is(err, os.ErrExist):
		return existsError(file)
	case err != nil: // not all file systems can
		err = os.Rename(temporary, file)
	}
	return errors.Join(err, format.SyncFolder(filepath.Dir(file)))
}

// temporaryFile makes an empty file beside another, for its owner only.
func temporaryFile(file string) (string, error) {
	f, err := os.CreateTemp(filepath.Dir(file), filepath.Base(file)+".*.tmp")
	if err != nil {
		return "", err
	}
	return f.Name(), f.Close()
}

// vacuumInto copies a database, as it is at one moment, to an empty file.
func vacuumInto(ctx context.Context, path, file string) error {
	db, err := sqlite.Look(path)
	if err != nil {
		return err
	}
	defer db.Close()
	target, err := filepath.Abs(file)
	if err != nil {
		return err
	}
	_, err = db.ExecContext(ctx, "VACUUM INTO ?", target)
	return err
}

// publish makes a file durable and then gives it its name.
func publish(temporary, file string) error {
	if err := syncFile(temporary); err != nil {
		return err
	}
	if err := os.Rename(temporary, file); err != nil {
		return err
	}
	return format.SyncFolder(filepath.Dir(file))
}

func syncFile(path string) error {
	f, err := os.OpenFile(path, os.O_RDWR, 0) // #nosec G304 -- made by the caller
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

// Restore makes a data folder of a backup. The log gets an epoch of its own: clients
// that know of events from after the backup must not take later ones for them, and are
// told so (gap). One that follows a journal keeps its epoch, and will follow the journal from there. The folder may exist, but not have a log. Its errors are sentences.
func Restore(ctx context.Context, file, dir string) (_ *Findings, err error) {
	defer sqlite.OneLine(&err)
	if info, err := os.Stat(file + sqlite.WALSuffix); err == nil && info.Size() > 0 {
		return nil, locale.NewError("cli.restore.live", "file", strconv.Quote(file), "suffix", sqlite.WALSuffix)
	}
	if err := checkBackup(file); err != nil {
		return nil, err
	}
	if err := format.PrepareFolder(dir); err != nil {
		return nil, err
	}
	lock, err := format.LockFolder(dir)
	if err != nil {
		return nil, err
	}
	found, err := restore(ctx, file, dir)
	return found, errors.Join(err, lock.Unlock())
}

// checkBackup tells by its header whether a file can be one.
func checkBackup(file string) error {
	foreign, err := format.ReadHeader(file)
	if err != nil && !format.IsNewer(err) {
		return locale.NewError("cli.restore.read", "file", strconv.Quote(file), "cause", err)
	}
	if foreign {
		return locale.NewError("cli.restore.not_backup", "file", strconv.Quote(file))
	}
	return err
}

func restore(ctx context.Context, file, dir string) (*Findings, error) {
	path := filepath.Join(dir, format.DatabaseFile)
	// A journal that a crash left would be played back into the restored log, and empty it.
	for _, name := range []string{path, path + sqlite.WALSuffix, path + "-journal"} {
		if info, err := os.Stat(name); err == nil && info.Size() > 0 {
			return nil, locale.NewError("cli.restore.has_log", "dir", strconv.Quote(dir), "files", format.DatabaseFile+"*")
		}
	}
	temporary, err := temporaryFile(path)
	if err != nil {
		return nil, locale.NewError("cli.folder.write", "dir", strconv.Quote(dir), "cause", err)
	}
	defer os.Remove(temporary)
	if err := copyFile(file, temporary); err != nil {
		return nil, locale.NewError("cli.restore.copy", "from", strconv.Quote(file), "to", strconv.Quote(dir), "cause", err)
	}
	found, err := inspect(ctx, temporary)
	if err != nil {
		return nil, err
	}
	if !found.Sound() {
		return nil, locale.NewError("cli.restore.damaged", "file", strconv.Quote(file), "cause", found.Problems[0])
	}
	if err := renameEpoch(ctx, temporary); err != nil {
		return nil, locale.NewError("cli.restore.write", "dir", strconv.Quote(dir), "cause", err)
	}
	return found, publish(temporary, path)
}

// renameEpoch makes another log of one that nobody uses, unless it follows a journal: that has what came
// after the backup, and gives nothing else its positions.
func renameEpoch(ctx context.Context, path string) error {
	db, err := sqlite.Connect(path, "rw", 1, "journal_mode(DELETE)")
	if err != nil {
		return err
	}
	const query = "UPDATE meta SET value = ? WHERE name = 'epoch' AND NOT EXISTS (SELECT 1 FROM meta WHERE name = 'applied')"
	_, err = db.ExecContext(ctx, query, format.NewEpoch())
	return errors.Join(err, db.Close())
}

// copyFile copies to a file that exists.
func copyFile(from, to string) error {
	in, err := os.Open(from) // #nosec G304 -- the operator names it
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.OpenFile(to, os.O_WRONLY|os.O_TRUNC, 0) // #nosec G304 -- made by the caller
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	return errors.Join(err, out.Close())
}
