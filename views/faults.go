package views

import (
	"errors"

	"plainchat/internal/sqlite"
)

// isDamage tells by an error that a file is not what was written. What passes by itself is
// no damage: a full disk, another process that has the file. The rest is: a view that does
// not find its tables, or finds in them what it did not write.
func isDamage(err error) bool {
	if _, unusable := errors.AsType[*stale](err); unusable {
		return true
	}
	return sqlite.IsUnfit(err)
}
