package views

import (
	"context"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
)

// A file of views is written without waiting for the disk (synchronous=OFF), so that an
// event costs little. When the process dies, nothing is lost: what it has written is with
// the system. When the machine dies, anything may be missing. So an opened file
// is trusted in two cases alone:
//
//   - It carries a seal: a file beside it that holds its size and checksum. The seal is
//     made when all is on the disk, and removed before the next write. It also shows
//     what has happened to the file since.
//   - It has none, but was written since the machine was started, as the system's boot id
//     tells. On systems without one a crash of the process is a reason to build anew.

const sealSuffix = "-seal"

// castagnoli is the table of CRC32C, for which processors have an instruction.
var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// errSeal is a file that changed after it was closed.
var errSeal = errors.New("views: the file is not as it was closed")

// makeSeal writes a closed file to the disk, and its seal. It gives up when ctx ends.
func makeSeal(ctx context.Context, path string) error {
	sum, err := sumOf(ctx, path, true)
	if err != nil {
		return err
	}
	seal, err := os.OpenFile(path+sealSuffix, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600) // #nosec G304 -- in the data folder
	if err != nil {
		return err
	}
	_, err = seal.WriteString(sum)
	return errors.Join(err, seal.Sync(), seal.Close(), syncFolder(path))
}

// checkSeal reports whether a file has a seal. It returns errSeal if that is broken.
func checkSeal(ctx context.Context, path string) (sealed bool, err error) {
	seal, err := os.ReadFile(path + sealSuffix) // #nosec G304 -- in the data folder
	if errors.Is(err, os.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, errSeal
	}
	// A write-ahead log beside it would be read too.
	if info, err := os.Stat(path + "-wal"); err == nil && info.Size() > 0 {
		return false, errSeal
	}
	sum, err := sumOf(ctx, path, false)
	if err == nil && sum != string(seal) {
		err = errSeal
	}
	return err == nil, err
}

// breakSeal removes a seal, so that it stays removed.
func breakSeal(path string) error {
	if err := os.Remove(path + sealSuffix); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	return syncFolder(path)
}

// sumOf returns the content of a file's seal.
func sumOf(ctx context.Context, path string, sync bool) (string, error) {
	f, err := os.Open(path) // #nosec G304 -- in the data folder
	if err != nil {
		return "", err
	}
	defer f.Close()
	if sync {
		if err := f.Sync(); err != nil {
			return "", err
		}
	}
	const piece = 1 << 20
	hash, size := crc32.New(castagnoli), int64(0)
	for {
		n, err := io.CopyN(hash, f, piece)
		size += n
		if errors.Is(err, io.EOF) {
			return fmt.Sprintf("%d %08x\n", size, hash.Sum32()), nil
		}
		if err = errors.Join(err, ctx.Err()); err != nil {
			return "", err
		}
	}
}

func syncFolder(path string) error {
	folder, err := os.Open(filepath.Dir(path)) // #nosec G304 -- the data folder
	if err != nil {
		return err
	}
	defer folder.Close()
	err = folder.Sync()
	if errors.Is(err, errors.ErrUnsupported) || os.IsPermission(err) { // not a thing of all systems
		return nil
	}
	return err
}

// bootID names the time since the machine was started; it is empty where that is not known.
// Tests replace it.
var bootID = sync.OnceValue(func() string {
	id, err := os.ReadFile("/proc/sys/kernel/random/boot_id")
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(id))
})
