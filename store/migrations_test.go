package store_test

import (
	"encoding/binary"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"plainchat/store"
	"plainchat/store/repair"
)

// A new log and one opened again have the present format, and the settings that
// make a commit durable.
func TestFormat(t *testing.T) {
	dir := t.TempDir()
	for _, opened := range []string{"new", "again"} {
		log := open(t, dir)
		for pragma, want := range map[string]string{
			"user_version": "3", "application_id": "1886151528", "journal_mode": "wal", "synchronous": "2", "integrity_check": "ok",
		} {
			var got string
			if err := log.Conn().QueryRowContext(t.Context(), "PRAGMA "+pragma).Scan(&got); err != nil || got != want {
				t.Errorf("%s: %s = %s, %v; want %s", opened, pragma, got, err, want)
			}
		}
		say(t, log, "r", opened)
		log.Close()
	}
}

// A newer program may be killed before its migration has left the write-ahead log;
// the database's header, which is looked at first, is the old one then.
func TestNewerVersionInWriteAheadLog(t *testing.T) {
	dir := t.TempDir()
	log := open(t, dir)
	if _, err := log.Conn().ExecContext(t.Context(), "PRAGMA user_version = 99"); err != nil {
		t.Fatal(err)
	}
	_, err := store.Open(t.Context(), store.Options{Dir: copyFolder(t, dir), Logger: quiet})
	if err == nil || !strings.Contains(err.Error(), "newer plainchat") {
		t.Errorf("err = %v, want one that tells of a newer plainchat", err)
	}
	if found, err := repair.Check(t.Context(), copyFolder(t, dir)); err == nil || !strings.Contains(err.Error(), "use the newer program") {
		t.Errorf("Check: %+v, %v; want an error that tells of the newer program", found, err)
	}
}

// The header has the version as soon as the log is open, so that an older program
// is refused by it even after a crash.
func TestVersionIsInHeader(t *testing.T) {
	dir := t.TempDir()
	open(t, dir)
	header, err := os.ReadFile(filepath.Join(dir, "log.db"))
	if err != nil || len(header) < 100 {
		t.Fatalf("the database has %d bytes, %v", len(header), err)
	}
	if version := binary.BigEndian.Uint32(header[60:]); version != 3 {
		t.Errorf("the header has version %d, want 3", version)
	}
}
