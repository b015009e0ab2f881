//go:build unix

package repair_test

import (
	"fmt"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"plainchat/store/repair"
)

// That the disk of the backup does not take it says nothing about the log.
func TestBackupBeyondALimit(t *testing.T) {
	dir := t.TempDir()
	log := open(t, dir)
	for n := range 200 {
		say(t, log, "r", fmt.Sprint(n, strings.Repeat("x", 7000)))
	}
	log.Close()
	signal.Ignore(syscall.SIGXFSZ) // so that writing fails instead
	defer signal.Reset(syscall.SIGXFSZ)
	var before syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_FSIZE, &before); err != nil {
		t.Fatal(err)
	}
	limit := before
	limit.Cur = 1 << 20 // more than the tests have written elsewhere
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &limit); err != nil {
		t.Fatal(err)
	}
	_, err := repair.Backup(t.Context(), dir, filepath.Join(t.TempDir(), "backup"))
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &before); err != nil {
		t.Fatal(err)
	}
	if err == nil || !strings.Contains(err.Error(), "cannot copy") {
		t.Errorf("err = %v, want a sentence with %q", err, "cannot copy")
	}
}
