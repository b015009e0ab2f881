package repair_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"plainchat/store/repair"
)

func TestCheck(t *testing.T) {
	for change, want := range map[string]string{
		"UPDATE log SET body = 'forged' WHERE seq = 3":              "event 3 is damaged",
		"UPDATE log SET room = 'other' WHERE seq = 3":               "event 3 is damaged", // missing from its room without a word
		"DELETE FROM log WHERE seq = 3":                             "positions 3 to 3 are missing",
		"DELETE FROM log WHERE seq < 3":                             "positions 1 to 2 are missing",
		"UPDATE meta SET value = 7 WHERE name = 'pruned'":           "event 1 is at a place where it cannot be",
		"UPDATE meta SET value = 'x' WHERE name = 'pruned'":         "retention",
		"DELETE FROM meta":                                          "epoch",
		"PRAGMA application_id = 5":                                 "header",
		"DROP INDEX log_room; CREATE INDEX log_room ON log (kind)":  "index \"log_room\" is not as plainchat makes it",
		"INSERT INTO meta VALUES ('lost 0000000000000000003', 'x')": "",
	} {
		dir := spoken(t, 5)
		tamper(t, dir, change)
		found, err := repair.Check(t.Context(), dir)
		if err != nil {
			t.Error(err)
			continue
		}
		if problems := fmt.Sprint(errors.Join(found.Problems...)); found.Sound() != (want == "") || !strings.Contains(problems, want) {
			t.Errorf("%s: Check finds %q, want %q", change, problems, want)
		}
	}
}

// Problems are told up to a number, however many there are.
func TestCheckTellsSome(t *testing.T) {
	dir := spoken(t, 80)
	tamper(t, dir, "UPDATE log SET body = 'forged'")
	found, err := repair.Check(t.Context(), dir)
	if err != nil || len(found.Problems) != 50 || found.Untold != 30 {
		t.Errorf("%d problems are told and %d not, %v; want 50 and 30", len(found.Problems), found.Untold, err)
	}
}

// Check may look while a server uses the log.
func TestCheckWhileOpen(t *testing.T) {
	dir := t.TempDir()
	log := open(t, dir)
	for n := range 20 {
		say(t, log, "r", fmt.Sprint("text ", n))
		found, err := repair.Check(t.Context(), dir)
		if err != nil || !found.Sound() || found.Events != uint64(n+1) || found.Epoch != log.Epoch() {
			t.Fatalf("after %d events: %+v, %v", n+1, found, err)
		}
	}
	if _, err := repair.Check(t.Context(), t.TempDir()); err == nil || !strings.Contains(err.Error(), "no log") {
		t.Errorf("an empty folder: %v", err)
	}
}

// Whoever looks at the log of a server that has ended leaves the folder as it was.
func TestCheckLeavesNothingBehind(t *testing.T) {
	dir := spoken(t, 5)
	before := fingerprint(t, dir)
	if _, err := repair.Check(t.Context(), dir); err != nil {
		t.Error(err)
	}
	if _, err := repair.Backup(t.Context(), dir, filepath.Join(t.TempDir(), "backup")); err != nil {
		t.Error(err)
	}
	if after := fingerprint(t, dir); after != before {
		t.Errorf("the folder was\n%s\nand is\n%s", before, after)
	}
}

// What is left of transactions whose fsync failed, on a disk that has got well since, is no
// damage: nobody was told that they are durable.
func TestCheckAfterFailedSyncs(t *testing.T) {
	live := t.TempDir()
	say(t, open(t, live), "r", "first")
	base := copyFolder(t, live)
	var wal []byte
	for _, length := range []int{7000, 3000, 1} { // each begins where the one before did
		dir := copyFolder(t, base)
		say(t, open(t, dir), "r", strings.Repeat("x", 3*length))
		content, err := os.ReadFile(filepath.Join(dir, "log.db-wal"))
		if err != nil {
			t.Fatal(err)
		}
		wal = append(content, wal[min(len(wal), len(content)):]...)
	}
	writeFile(t, filepath.Join(base, "log.db-wal"), string(wal))
	found, err := repair.Check(t.Context(), base)
	if err != nil || !found.Sound() || found.Events != 2 {
		t.Errorf("Check finds %+v, %v", found, err)
	}
	wantBounds(t, open(t, base), 1, 2)
}
