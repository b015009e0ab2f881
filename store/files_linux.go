package store

import (
	"os"
	"syscall"
	"time"
)

// changed returns when a folder was changed, which nobody can set as they can a time of
// modification; and whether that is known.
func changed(folder os.FileInfo) (time.Time, bool) {
	stat, ok := folder.Sys().(*syscall.Stat_t)
	if !ok {
		return time.Time{}, false
	}
	return time.Unix(stat.Ctim.Unix()), true
}
