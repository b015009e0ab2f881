package store_test

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"plainchat/store"
)

// refusedFolder is a folder that cannot be used, and part of the sentence that says so.
type refusedFolder struct {
	want string
	make func(t *testing.T) string
}

// tampered makes the folder of a log that was changed by SQL.
func tampered(sql string) func(*testing.T) string {
	return func(t *testing.T) string {
		dir := t.TempDir()
		log := open(t, dir)
		say(t, log, "r", "one")
		log.Close()
		tamper(t, dir, sql)
		return dir
	}
}

// foreign makes a folder with a database of another program.
func foreign(sql string) func(*testing.T) string {
	return func(t *testing.T) string {
		dir := t.TempDir()
		tamper(t, dir, sql)
		return dir
	}
}

// holding makes a folder in which log.db has this content.
func holding(content string) func(*testing.T) string {
	return func(t *testing.T) string {
		dir := t.TempDir()
		writeFile(t, filepath.Join(dir, "log.db"), content)
		return dir
	}
}

// newestPart makes a copy of a log in use, of which only the write-ahead log is as it was.
func newestPart(t *testing.T, spoil func(path string) error) string {
	live := t.TempDir()
	say(t, open(t, live), "r", "one")
	dir := copyFolder(t, live)
	if err := spoil(filepath.Join(dir, "log.db")); err != nil {
		t.Fatal(err)
	}
	return dir
}

// file makes a file, where a folder is expected.
func file(t *testing.T) string {
	path := filepath.Join(t.TempDir(), "data")
	writeFile(t, path, "x")
	return path
}

var refusedFolders = map[string]refusedFolder{
	"newer version":                      {"newer plainchat", tampered("PRAGMA user_version = 99")},
	"foreign database":                   {"not a plainchat log", foreign("CREATE TABLE t (x); PRAGMA user_version = 3")},
	"foreign database without a version": {"not a plainchat log", foreign("CREATE TABLE t (x)")},
	"few bytes":                          {"not a plainchat log", holding("text")},
	"not a database":                     {"not a plainchat log", holding(strings.Repeat("text ", 200))},
	"folder for a database": {"cannot read", func(t *testing.T) string {
		dir := t.TempDir()
		if err := os.Mkdir(filepath.Join(dir, "log.db"), 0o700); err != nil {
			t.Fatal(err)
		}
		return dir
	}},
	"newest part alone": {"without the rest", func(t *testing.T) string {
		return newestPart(t, os.Remove)
	}},
	"newest part beside an empty file": {"without the rest", func(t *testing.T) string {
		return newestPart(t, func(path string) error { return os.Truncate(path, 0) })
	}},
	"file":         {"is a file", file},
	"below a file": {"cannot", func(t *testing.T) string { return filepath.Join(file(t), "data") }},
	"no name": {"cannot create", func(t *testing.T) string {
		t.Chdir(t.TempDir())
		return ""
	}},
	"in use": {"in use by another plainchat", func(t *testing.T) string {
		dir := t.TempDir()
		open(t, dir)
		return dir
	}},
}

// A folder that cannot be used is refused with a sentence that says what to do,
// and left as it was.
func TestRefusedFolders(t *testing.T) {
	for name, refused := range refusedFolders {
		t.Run(name, func(t *testing.T) {
			dir := refused.make(t)
			before := fingerprint(t, filepath.Dir(dir))
			_, err := store.Open(t.Context(), store.Options{Dir: dir, Logger: quiet})
			if err == nil || !strings.Contains(err.Error(), refused.want) || strings.Contains(err.Error(), "\n") {
				t.Errorf("err = %v, want a sentence with %q", err, refused.want)
			}
			if after := fingerprint(t, filepath.Dir(dir)); after != before {
				t.Errorf("the folder was\n%s\nand is\n%s", before, after)
			}
		})
	}
}

// Any name will do for a folder, also below folders that do not exist yet; and one
// that was prepared but never used.
func TestFolders(t *testing.T) {
	parent := t.TempDir()
	empty := filepath.Join(parent, "empty")
	if err := os.Mkdir(empty, 0o700); err != nil {
		t.Fatal(err)
	}
	writeFile(t, filepath.Join(empty, "log.db"), "")
	for _, dir := range []string{filepath.Join(parent, "a", "b", "c"), filepath.Join(parent, "d", "e") + "/", filepath.Join(parent, "50% of #1 & 'so on' 방"), empty} {
		for range 2 {
			log := open(t, dir)
			say(t, log, "r", "one")
			log.Close()
		}
		if info, err := os.Stat(filepath.Join(dir, "log.db")); err != nil || info.Size() == 0 {
			t.Errorf("%q has no log: %v", dir, err)
		}
	}
	t.Chdir(parent)
	open(t, "relative").Close()
	if _, err := os.Stat(filepath.Join(parent, "relative", "log.db")); err != nil {
		t.Error(err)
	}
}

// In a folder that everybody can look into, what is said is the owner's to read.
func TestFilesArePrivate(t *testing.T) {
	if runtime.GOOS == "windows" {
		return // has no such permissions
	}
	dir := t.TempDir()
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	say(t, open(t, dir), "r", "one")
	files, err := filepath.Glob(filepath.Join(dir, "log.db*"))
	if err != nil || len(files) != 3 {
		t.Fatalf("the files are %q, %v", files, err)
	}
	for _, path := range files {
		if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s is not private: %v, %v", path, info, err)
		}
	}
}
