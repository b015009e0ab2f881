// Package logtest has what the tests of the log, and of its repair, share.
package logtest

import (
	"crypto/sha256"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"plainchat/chat"
	"plainchat/store"
)

// Quiet drops all records.
var Quiet = slog.New(slog.DiscardHandler)

// Open opens the log of a folder until the end of the test.
func Open(t testing.TB, dir string) *store.SQLite {
	t.Helper()
	log, err := store.Open(t.Context(), store.Options{Dir: dir, Logger: Quiet})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = log.Close() }) // ErrClosed if the test did
	return log
}

// Say appends a message with a key.
func Say(t testing.TB, log store.Log, room chat.Room, text string) chat.Event {
	t.Helper()
	ev, _, err := log.Append(t.Context(), chat.Draft{Room: room, From: chat.Person{Name: "me"}, Key: "id-" + text, Body: chat.Message{Text: text}})
	if err != nil {
		t.Fatal(err)
	}
	return ev
}

// Tamper changes a closed log's database.
func Tamper(t testing.TB, dir, statement string, args ...any) {
	t.Helper()
	db, err := sql.Open("sqlite", filepath.Join(dir, "log.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.ExecContext(t.Context(), statement, args...); err != nil {
		t.Fatal(err)
	}
}

// ReadAll returns what a sequence yields, and the positions of what is damaged.
func ReadAll(t testing.TB, sequence func(func(chat.Event, error) bool)) (events []chat.Event, damaged []uint64) {
	t.Helper()
	for ev, err := range sequence {
		if damage, ok := errors.AsType[*store.Damaged](err); ok {
			damaged = append(damaged, damage.Seq)
		} else if err != nil {
			t.Fatal(err)
		} else {
			events = append(events, ev)
		}
	}
	return events, damaged
}

// WriteFile writes a file.
func WriteFile(t testing.TB, path, content string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}

// CopyFolder copies a folder as it is.
func CopyFolder(t testing.TB, dir string) string {
	t.Helper()
	target := t.TempDir()
	if err := os.CopyFS(target, os.DirFS(dir)); err != nil {
		t.Fatal(err)
	}
	return target
}

// Fingerprint tells every file below a folder by its name and content.
func Fingerprint(t testing.TB, dir string) string {
	t.Helper()
	var all strings.Builder
	err := filepath.WalkDir(dir, func(path string, entry os.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		content, err := os.ReadFile(path)
		fmt.Fprintf(&all, "%s %x\n", path, sha256.Sum256(content))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all.String()
}

// WantBounds compares the bounds of a log.
func WantBounds(t testing.TB, log store.Log, wantFirst, wantLast uint64) {
	t.Helper()
	if first, last, err := log.Bounds(t.Context()); err != nil || first != wantFirst || last != wantLast {
		t.Errorf("Bounds = %d, %d, %v; want %d, %d", first, last, err, wantFirst, wantLast)
	}
}

// Post appends a body in a room, as the person called me.
func Post(t testing.TB, log store.Log, room chat.Room, body chat.Body) chat.Event {
	t.Helper()
	ev, _, err := log.Append(t.Context(), chat.Draft{Room: room, From: chat.Person{ID: "g1", Name: "me"}, Body: body})
	if err != nil {
		t.Fatal(err)
	}
	return ev
}

// Spoken makes a closed log of so many events.
func Spoken(t testing.TB, count int) (dir string) {
	t.Helper()
	dir = t.TempDir()
	log := Open(t, dir)
	for n := range count {
		Say(t, log, "r", fmt.Sprint("text ", n+1))
	}
	log.Close()
	return dir
}
