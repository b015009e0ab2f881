package repair_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"plainchat/store"
	"plainchat/store/repair"
)

// What is whole stays, at its position and in its epoch, and Check is content.
func TestRebuild(t *testing.T) {
	dir := spoken(t, 9)
	before, err := repair.Check(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	tamper(t, dir, "UPDATE log SET body = 'forged' WHERE seq IN (1, 4, 5)")
	done, err := repair.Rebuild(t.Context(), dir)
	if err != nil || done.Saved != 6 || done.Lost != 3 || done.Renamed {
		t.Fatalf("Rebuild: %+v, %v", done, err)
	}
	if _, err := os.Stat(done.Kept); err != nil {
		t.Error(err)
	}
	found, err := repair.Check(t.Context(), dir)
	if err != nil || !found.Sound() || found.Epoch != before.Epoch || found.Lost != 3 || found.Last != 9 {
		t.Errorf("Check finds %+v, %v", found, err)
	}
	log := open(t, dir)
	say(t, log, "r", "ten")
	events, damaged := readAll(t, log.Read(t.Context(), 0, 100, "r"))
	var positions []uint64
	for _, ev := range events {
		positions = append(positions, ev.ID.Seq)
	}
	if want := []uint64{2, 3, 6, 7, 8, 9, 10}; !slices.Equal(positions, want) || len(damaged) > 0 {
		t.Errorf("the positions are %v, want %v; damaged %v", positions, want, damaged)
	}
	if _, err := repair.Rebuild(t.Context(), dir); err == nil || !strings.Contains(err.Error(), "in use") {
		t.Errorf("while it is in use: %v", err)
	}
}

// Where the last event is lost its position will be another's, so the log gets a new
// epoch: else a client that knows the first would never hear of the second.
func TestRebuildWithoutEnd(t *testing.T) {
	for _, change := range []string{"UPDATE log SET body = 'forged' WHERE seq = 5", "DELETE FROM meta WHERE name = 'epoch'"} {
		dir := spoken(t, 5)
		before, _ := repair.Check(t.Context(), dir)
		tamper(t, dir, change)
		done, err := repair.Rebuild(t.Context(), dir)
		if err != nil || !done.Renamed {
			t.Fatalf("%s: Rebuild: %+v, %v", change, done, err)
		}
		if log := open(t, dir); log.Epoch() == before.Epoch {
			t.Errorf("%s: the epoch is still %s", change, before.Epoch)
		}
	}
}

// Where retention has removed everything, and up to where is not known any more, positions
// begin anew; so do those of a log that never had an event, in its epoch.
func TestRebuildOfEmptyLog(t *testing.T) {
	for change, renamed := range map[string]bool{
		"UPDATE meta SET value = 'x' WHERE name = 'pruned'": true,
		"UPDATE meta SET value = 5 WHERE name = 'pruned'":   false,
		"UPDATE meta SET value = 0 WHERE name = 'pruned'":   false,
	} {
		dir := spoken(t, 5)
		tamper(t, dir, "DELETE FROM log; "+change)
		if done, err := repair.Rebuild(t.Context(), dir); err != nil || done.Renamed != renamed {
			t.Errorf("%s: Rebuild: %+v, %v; want a new epoch: %t", change, done, err, renamed)
		}
	}
}

// A rebuild that was cut off is begun again.
func TestRebuildAgain(t *testing.T) {
	dir := spoken(t, 5)
	writeFile(t, filepath.Join(dir, "log.db.new"), "half of one")
	if done, err := repair.Rebuild(t.Context(), dir); err != nil || done.Saved != 5 {
		t.Errorf("Rebuild: %+v, %v", done, err)
	}
}

// lookedAt is a context that ends once it has been looked at so many times.
type lookedAt struct {
	context.Context
	left atomic.Int64
}

var ended = func() chan struct{} { c := make(chan struct{}); close(c); return c }()

func (l *lookedAt) Done() <-chan struct{} {
	if l.Err() != nil {
		return ended
	}
	return l.Context.Done()
}

func (l *lookedAt) Err() error {
	if l.left.Add(-1) < 0 {
		return context.Canceled
	}
	return nil
}

// A rebuild that fails, wherever, leaves a damaged write-ahead log as it was: folded, its
// lost end would never be noticed.
func TestFailedRebuildKeepsTheDamage(t *testing.T) {
	if testing.Short() {
		t.Skip("it has one goroutine")
	}
	live := t.TempDir()
	log := open(t, live)
	for _, text := range []string{"one", "two", "three", "four", "five"} {
		say(t, log, "r", text)
	}
	spoilt := copyFolder(t, live)
	wal := filepath.Join(spoilt, "log.db-wal")
	content, err := os.ReadFile(wal)
	if err != nil {
		t.Fatal(err)
	}
	content[len(content)/2] ^= 1
	writeFile(t, wal, string(content))
	failed := 0
	for looks := int64(0); ; looks++ {
		dir := copyFolder(t, spoilt)
		ctx := &lookedAt{Context: t.Context()}
		ctx.left.Store(looks)
		if _, err := repair.Rebuild(ctx, dir); err == nil {
			break
		}
		failed++
		if log, err := store.Open(t.Context(), store.Options{Dir: dir, Logger: quiet}); err == nil {
			_, last, _ := log.Bounds(t.Context())
			t.Errorf("after %d looks: the log opens and ends with %d, in the epoch %s", looks, last, log.Epoch())
			log.Close()
		}
	}
	if failed < 10 {
		t.Errorf("%d rebuilds failed; want more", failed)
	}
}

// What a newer program wrote is left to it: a rebuild would leave out what this one does not
// know of.
func TestNewerLog(t *testing.T) {
	dir := spoken(t, 5)
	tamper(t, dir, "PRAGMA user_version = 99")
	file := filepath.Join(dir, "log.db")
	_, rebuilding := repair.Rebuild(t.Context(), dir)
	_, checking := repair.Check(t.Context(), dir)
	_, copying := repair.Backup(t.Context(), dir, filepath.Join(t.TempDir(), "backup"))
	_, restoring := repair.Restore(t.Context(), file, t.TempDir())
	want := fmt.Sprintf("%q was written by a newer plainchat (its format is 99, this program knows up to 3); use the newer program", file)
	for what, err := range map[string]error{"Rebuild": rebuilding, "Check": checking, "Backup": copying, "Restore": restoring} {
		if err == nil || err.Error() != want {
			t.Errorf("%s: %v, want %s", what, err, want)
		}
	}
}
