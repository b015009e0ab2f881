package repair_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"plainchat/store"
	"plainchat/store/repair"
)

// illegible makes a log of two messages, the second in its write-ahead log alone, and changes
// the first page, which is not in that.
func illegible(t *testing.T, change func(page []byte)) (dir string) {
	t.Helper()
	live := t.TempDir()
	log := open(t, live)
	say(t, log, "r", "one")
	tamper(t, live, "PRAGMA wal_checkpoint(TRUNCATE)")
	say(t, log, "r", "two")
	dir = copyFolder(t, live)
	path := filepath.Join(dir, "log.db")
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	change(content[:4096])
	writeFile(t, path, string(content))
	return dir
}

var illegibles = map[string]func(page []byte){
	"no header":       func(page []byte) { clear(page[:100]) },
	"no page":         func(page []byte) { clear(page) },
	"table misspelt":  func(page []byte) { copy(page[bytes.Index(page, []byte("STRICT")):], "STRICK") },
	"table unquoted":  func(page []byte) { copy(page[bytes.Index(page, []byte("room  ")):], "`oom ") },
	"table bewitched": func(page []byte) { copy(page[bytes.Index(page, []byte("room  ")):], "\x1b[2J\xff") },
	"page of another": func(page []byte) { copy(page[100:], "\x05") },
}

// A log whose first page is damaged is saved, as another log since its name may be lost.
func TestRebuildOfIllegibleLog(t *testing.T) {
	for name, change := range illegibles {
		t.Run(name, func(t *testing.T) {
			dir := illegible(t, change)
			done, err := repair.Rebuild(t.Context(), dir)
			if err != nil || done.Saved != 2 || !done.Renamed {
				t.Fatalf("Rebuild: %+v, %v", done, err)
			}
			if found, err := repair.Check(t.Context(), dir); err != nil || !found.Sound() {
				t.Errorf("Check finds %+v, %v", found, err)
			}
			events, damaged := readAll(t, open(t, dir).Read(t.Context(), 0, 100, "r"))
			if len(events) != 2 || events[1].Text() != "two" || len(damaged) > 0 {
				t.Errorf("what is left is %v; damaged %v", events, damaged)
			}
			for _, kept := range []string{"", "-wal"} {
				if _, err := os.Stat(done.Kept + kept); err != nil {
					t.Error(err)
				}
			}
			if left, _ := filepath.Glob(filepath.Join(dir, "log.db.copy*")); left != nil {
				t.Errorf("left behind: %v", left)
			}
		})
	}
}

// What is no log, or of a log nothing, stays as it is.
func TestRebuildOfNoLog(t *testing.T) {
	foreign, text := t.TempDir(), t.TempDir()
	tamper(t, foreign, "CREATE TABLE log (x)")
	writeFile(t, filepath.Join(text, "log.db"), strings.Repeat("text ", 5000))
	for _, dir := range []string{foreign, text} {
		before, err := os.ReadFile(filepath.Join(dir, "log.db"))
		if err != nil {
			t.Fatal(err)
		}
		if done, err := repair.Rebuild(t.Context(), dir); err == nil || !strings.Contains(err.Error(), "restore a backup instead") {
			t.Errorf("Rebuild: %+v, %v", done, err)
		}
		if after, err := os.ReadFile(filepath.Join(dir, "log.db")); err != nil || !bytes.Equal(after, before) {
			t.Errorf("it was changed: %v", err)
		}
		if left, _ := filepath.Glob(filepath.Join(dir, "log.db?*")); left != nil {
			t.Errorf("left behind: %v", left)
		}
	}
}

// Of a log whose end is cut off, what is not at the end is saved.
func TestRebuildOfShortLog(t *testing.T) {
	dir := spoken(t, 500)
	path := filepath.Join(dir, "log.db")
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(path, info.Size()/2); err != nil {
		t.Fatal(err)
	}
	done, err := repair.Rebuild(t.Context(), dir)
	if err != nil || done.Saved < 50 || !done.Renamed {
		t.Fatalf("Rebuild: %+v, %v", done, err)
	}
	if found, err := repair.Check(t.Context(), dir); err != nil || !found.Sound() || found.Events != done.Saved {
		t.Errorf("Check finds %+v, %v", found, err)
	}
}

// What SQLite quotes from a damaged file is told on one line, without what a terminal obeys.
func TestErrorsFitOnALine(t *testing.T) {
	for name, change := range illegibles {
		dir := illegible(t, change)
		found, err := repair.Check(t.Context(), copyFolder(t, dir))
		if err != nil || found.Sound() {
			t.Errorf("%s: Check: %+v, %v", name, found, err)
			continue
		}
		_, opening := store.Open(t.Context(), store.Options{Dir: copyFolder(t, dir), Logger: quiet})
		_, copying := repair.Backup(t.Context(), copyFolder(t, dir), filepath.Join(t.TempDir(), "backup"))
		_, restoring := repair.Restore(t.Context(), filepath.Join(dir, "log.db"), t.TempDir())
		var told []string
		for _, problem := range found.Problems {
			told = append(told, problem.Error())
		}
		for what, err := range map[string]error{"Open": opening, "Backup": copying, "Restore": restoring} {
			if err == nil {
				t.Errorf("%s: %s took it", name, what)
				continue
			}
			told = append(told, err.Error())
		}
		for _, text := range told {
			if strings.ContainsFunc(text, func(r rune) bool { return r < ' ' || r == 0x7f }) || strings.ToValidUTF8(text, "") != text {
				t.Errorf("%s: %q", name, text)
			}
		}
	}
}
