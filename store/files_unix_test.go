//go:build unix

package store_test

import (
	"bytes"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"plainchat/chat"
	"plainchat/store"
)

// openLogged opens a log whose records can be read.
func openLogged(t *testing.T, dir string) (*store.SQLite, *bytes.Buffer) {
	t.Helper()
	records := new(bytes.Buffer) // only read once what writes it was waited for
	log, err := store.Open(t.Context(), store.Options{Dir: dir, Logger: slog.New(slog.NewTextHandler(records, nil))})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = log.Close() }) // ErrClosed if the test did
	return log, records
}

func rename(t *testing.T, from, to string) {
	t.Helper()
	if err := os.Rename(from, to); err != nil {
		t.Fatal(err)
	}
}

func remove(t *testing.T, paths ...string) {
	t.Helper()
	for _, path := range paths {
		if err := os.RemoveAll(path); err != nil {
			t.Fatal(err)
		}
	}
}

// refuses checks that a log stores nothing, and says so.
func refuses(t *testing.T, log *store.SQLite) {
	t.Helper()
	for _, text := range []string{"refused", "refused again"} {
		if ev, _, err := log.Append(t.Context(), chat.Draft{Room: "r", From: chat.Person{Name: "me"}, Key: "id-" + text, Body: chat.Message{Text: text}}); !errors.Is(err, store.ErrFilesLost) {
			t.Errorf("Append = %s, %v; want ErrFilesLost", ev.ID, err)
		}
		if err := log.Ready(t.Context()); !errors.Is(err, store.ErrFilesLost) {
			t.Errorf("Ready = %v, want ErrFilesLost", err)
		}
	}
}

// losses are ways to take a file of a log from the server that has it open.
var losses = map[string]func(t *testing.T, dir string){
	"folder removed": func(t *testing.T, dir string) { remove(t, dir) },
	"folder moved":   func(t *testing.T, dir string) { rename(t, dir, dir+"-moved") },
	"folder emptied": func(t *testing.T, dir string) {
		remove(t, dir)
		if err := os.Mkdir(dir, 0o700); err != nil {
			t.Fatal(err)
		}
	},
	"folder of another log": func(t *testing.T, dir string) {
		rename(t, dir, dir+"-moved")
		rename(t, spoken(t, 3), dir)
	},
	"folder copied": func(t *testing.T, dir string) {
		rename(t, dir, dir+"-moved")
		rename(t, copyFolder(t, dir+"-moved"), dir)
	},
	"database removed":  func(t *testing.T, dir string) { remove(t, filepath.Join(dir, "log.db")) },
	"database replaced": func(t *testing.T, dir string) { replace(t, filepath.Join(dir, "log.db")) },
	"write-ahead log removed": func(t *testing.T, dir string) {
		remove(t, filepath.Join(dir, "log.db-wal"))
	},
	"write-ahead log replaced": func(t *testing.T, dir string) { replace(t, filepath.Join(dir, "log.db-wal")) },
	"index removed":            func(t *testing.T, dir string) { remove(t, filepath.Join(dir, "log.db-shm")) },
	"index replaced":           func(t *testing.T, dir string) { replace(t, filepath.Join(dir, "log.db-shm")) },
	"both beside the database removed": func(t *testing.T, dir string) {
		remove(t, filepath.Join(dir, "log.db-wal"), filepath.Join(dir, "log.db-shm"))
	},
	"lock replaced": func(t *testing.T, dir string) { replace(t, filepath.Join(dir, "lock")) },
	"folder closed": func(t *testing.T, dir string) {
		if os.Getuid() == 0 {
			t.Skip("nothing is closed to root")
		}
		if err := os.Chmod(dir, 0); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = os.Chmod(dir, 0o700) })
	},
}

// replace puts a copy of a file in its place, as editors, mv and rsync do.
func replace(t *testing.T, path string) {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	writeFile(t, path+".new", string(content))
	rename(t, path+".new", path)
}

// Nothing is acknowledged that a restart would not find, and the operator is told once.
func TestLostFiles(t *testing.T) {
	for name, lose := range losses {
		t.Run(name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "data")
			log, records := openLogged(t, dir)
			before := say(t, log, "r", "before")
			lose(t, dir)
			refuses(t, log)
			if events, _ := readAll(t, log.Read(t.Context(), 0, 1)); len(events) != 1 || events[0] != before {
				t.Errorf("reading does not go on: %+v", events)
			}
			if _, last, err := log.Bounds(t.Context()); err != nil || last != 1 {
				t.Errorf("the log ends at %d, %v: what was refused is seen", last, err)
			}
			if err := log.Close(); err != nil {
				t.Error(err)
			}
			if n := strings.Count(records.String(), "level=ERROR"); n != 1 || !strings.Contains(records.String(), dir) {
				t.Errorf("%d errors are logged, want one:\n%s", n, records)
			}
		})
	}
}

// A file that was emptied in its place is as bad as one that was removed.
func TestEmptiedFiles(t *testing.T) {
	for _, name := range []string{"log.db", "log.db-wal"} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			log, records := openLogged(t, dir)
			say(t, log, "r", "before")
			if err := os.Truncate(filepath.Join(dir, name), 0); err != nil {
				t.Fatal(err)
			}
			refuses(t, log)
			log.Close()
			if strings.Count(records.String(), "level=ERROR") != 1 || !strings.Contains(records.String(), "was emptied") {
				t.Errorf("logged is\n%s", records)
			}
		})
	}
}

// What another program has done with the locks of SQLite is no loss.
func TestFoldedByAnother(t *testing.T) {
	dir := t.TempDir()
	log := open(t, dir)
	say(t, log, "r", "one")
	tamper(t, dir, "PRAGMA wal_checkpoint(TRUNCATE)")
	if size := fileSize(t, filepath.Join(dir, "log.db-wal")); size != 0 {
		t.Fatalf("the write-ahead log has %d bytes", size)
	}
	if err := log.Ready(t.Context()); err != nil {
		t.Error(err)
	}
	say(t, log, "r", "two")
	if got := strings.Join(texts(t, open(t, copyFolder(t, dir))), ", "); got != "one, two" {
		t.Errorf("a restart finds %q", got)
	}
}

// Ready notices it also where nobody sends anything.
func TestReadyWithLostFiles(t *testing.T) {
	for name, lose := range losses {
		t.Run(name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "data")
			log, records := openLogged(t, dir)
			lose(t, dir)
			if err := log.Ready(t.Context()); !errors.Is(err, store.ErrFilesLost) {
				t.Errorf("Ready = %v, want ErrFilesLost", err)
			}
			log.Close()
			if strings.Count(records.String(), "level=ERROR") != 1 {
				t.Errorf("logged is\n%s", records)
			}
		})
	}
}

// The files moved and put back are those that are open: all goes on, and what was refused
// while it was committed is seen in its place, once.
func TestFilesPutBack(t *testing.T) {
	for _, name := range []string{".", "log.db", "log.db-wal", "log.db-shm"} {
		t.Run(name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "data")
			log, records := openLogged(t, dir)
			say(t, log, "r", "before")
			path := filepath.Join(dir, name)
			for range 2 {
				rename(t, path, dir+"-moved")
				refuses(t, log)
				rename(t, dir+"-moved", path)
				if err := log.Ready(t.Context()); err != nil {
					t.Errorf("with the files back: %v", err)
				}
			}
			say(t, log, "r", "after")
			say(t, log, "r", "refused") // as its sender repeats it
			_, last, err := log.Bounds(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			want := texts(t, log)
			var seen []string
			for ev, err := range log.Tail(t.Context(), 0) {
				if err != nil {
					t.Fatal(err)
				}
				if seen = append(seen, ev.Text()); ev.ID.Seq == last {
					break
				}
			}
			if got := strings.Join(seen, ", "); got != strings.Join(want, ", ") || strings.Count(got, "after") != 1 || strings.Count(got, "refused") != 1 {
				t.Errorf("seen is %q, the log has %q", seen, want)
			}
			log.Close()
			if n := strings.Count(records.String(), "level=ERROR"); n != 2 {
				t.Errorf("%d errors are logged, want one each time:\n%s", n, records)
			}
			if again := texts(t, open(t, dir)); strings.Join(again, ", ") != strings.Join(want, ", ") {
				t.Errorf("after a restart the log has %q, before it %q", again, want)
			}
		})
	}
}

// What is committed as a file goes is not acknowledged, nor shown before it is back.
func TestLostDuringCommit(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "log.db")
	var lose func()
	log, err := store.Open(t.Context(), store.Options{Dir: dir, Logger: quiet, Now: func() time.Time {
		if lose != nil { // within the transaction
			lose()
		}
		return time.Now()
	}})
	if err != nil {
		t.Fatal(err)
	}
	defer log.Close()
	say(t, log, "r", "before")
	lose = func() {
		lose = nil
		rename(t, path, path+"-moved")
	}
	refuses(t, log)
	if _, last, err := log.Bounds(t.Context()); err != nil || last != 1 {
		t.Errorf("the log ends at %d, %v", last, err)
	}
	rename(t, path+"-moved", path)
	say(t, log, "r", "after")
	if _, last, err := log.Bounds(t.Context()); err != nil || last != 3 {
		t.Errorf("with the file back the log ends at %d, %v", last, err)
	}
	if got := strings.Join(texts(t, log), ", "); got != "before, refused, after" {
		t.Errorf("the log has %q", got)
	}
}

// texts returns what is said in a log.
func texts(t *testing.T, log store.Log) (texts []string) {
	t.Helper()
	events, _ := readAll(t, log.Read(t.Context(), 0, 1<<62))
	for _, ev := range events {
		texts = append(texts, ev.Text())
	}
	return texts
}

// What was acknowledged before the write-ahead log was removed is there after a crash.
func TestRemovedWALIsSaved(t *testing.T) {
	dir := t.TempDir()
	log := open(t, dir)
	say(t, log, "r", "one")
	say(t, log, "r", "two")
	remove(t, filepath.Join(dir, "log.db-wal"))
	refuses(t, log)
	if got := texts(t, open(t, copyFolder(t, dir))); len(got) < 2 || got[0] != "one" || got[1] != "two" {
		t.Errorf("a restart finds %q", got)
	}
}

// A lock file that is merely removed is made anew, and keeps others out.
func TestLockRemoved(t *testing.T) {
	dir := t.TempDir()
	log, records := openLogged(t, dir)
	for range 2 {
		remove(t, filepath.Join(dir, "lock"))
		say(t, log, "r", "goes on")
		if _, err := store.Open(t.Context(), store.Options{Dir: dir, Logger: quiet}); err == nil || !strings.Contains(err.Error(), "in use") {
			t.Errorf("a second server is not refused: %v", err)
		}
	}
	log.Close()
	if strings.Contains(records.String(), "ERROR") {
		t.Errorf("logged is\n%s", records)
	}
	say(t, open(t, dir), "r", "again")
}

// Where a second server has come by the folder the first stops storing, before the second
// has read where the log ends; and does it no harm with its own end.
func TestSecondServer(t *testing.T) {
	dir := t.TempDir()
	first := open(t, dir)
	say(t, first, "r", "one")
	remove(t, filepath.Join(dir, "lock"))
	second := open(t, dir)
	refuses(t, first)
	if two := say(t, second, "r", "two"); two.ID.Seq != 2 {
		t.Errorf("the second server goes on at %s", two.ID)
	}
	first.Close()
	say(t, second, "r", "three")
	if got := strings.Join(texts(t, open(t, copyFolder(t, dir))), ", "); got != "one, two, three" {
		t.Errorf("a restart finds %q", got)
	}
}

// A server that ends takes nothing away from the one that has its place by then.
func TestEndAfterReplacement(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	first := open(t, dir)
	say(t, first, "r", "of the first")
	rename(t, dir, dir+"-moved")
	second := open(t, dir)
	say(t, second, "r", "of the second")
	first.Close()
	if got := strings.Join(texts(t, open(t, copyFolder(t, dir))), ", "); got != "of the second" {
		t.Errorf("a restart finds %q", got)
	}
	if got := strings.Join(texts(t, open(t, dir+"-moved")), ", "); got != "of the first" {
		t.Errorf("the folder that was moved has %q", got)
	}
}
