//go:build torture && linux

package program

import (
	"fmt"
	"testing"

	"plainchat/chat"
)

// TestTortureDiskFull: space ends while the write-ahead log is about to be folded into
// the database, a little earlier or later each time. The one cannot grow any more, or
// the other cannot take all of it.
func TestTortureDiskFull(t *testing.T) {
	disks := make(map[string]fullDisk)
	for left := int64(0); left <= 2400; left += 200 {
		disks[fmt.Sprintf("%d KiB later", left)] = fullDisk{messages: 350, size: chat.MaxTextLength, left: left << 10}
	}
	checkDisks(t, disks)
}
