package store_test

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"plainchat/chat"
	"plainchat/store"
	"plainchat/store/storetest"
)

func TestSQLite(t *testing.T) {
	storetest.Run(t, func(t *testing.T, dir string) store.Log { return open(t, dir) })
}

func open(t testing.TB, dir string) *store.SQLite {
	t.Helper()
	log, err := store.Open(t.Context(), store.Options{Dir: dir, Logger: quiet})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = log.Close() }) // ErrClosed if the test did
	return log
}

var quiet = slog.New(slog.NewTextHandler(io.Discard, nil))

func say(t testing.TB, log store.Log, room chat.Room, text string) chat.Event {
	t.Helper()
	ev, _, err := log.Append(t.Context(), chat.Message{Room: room, UserName: "me", Text: text, ClientID: "id-" + text})
	if err != nil {
		t.Fatal(err)
	}
	return ev
}

// tamper changes a closed log's database.
func tamper(t testing.TB, dir, statement string, args ...any) {
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

// A row that is not what was written is reported wherever it is met, and never
// served.
func TestDamage(t *testing.T) {
	for _, change := range []string{
		"text = 'forged'", "user_name = 'somebody'", "client_id = 'id-other'", "client_id = NULL",
		"time = time + 1", "kind = 'edit'", "crc = crc + 1", "seq = 20",
	} {
		t.Run(change, func(t *testing.T) {
			dir := t.TempDir()
			log := open(t, dir)
			one, _, three := say(t, log, "r", "one"), say(t, log, "r", "two"), say(t, log, "r", "three")
			log.Close()
			tamper(t, dir, "UPDATE log SET "+change+" WHERE seq = 2")
			log = open(t, dir)

			events, damaged := readAll(t, log.Read(t.Context(), 0, 100, "r"))
			if !slices.Equal(events, []chat.Event{one, three}) || len(damaged) != 1 {
				t.Errorf("Read gives %+v and damage at %v", events, damaged)
			}
			page, err := log.Page(t.Context(), store.Page{Room: "r", Limit: 2})
			if err != nil || !slices.Equal(page, []chat.Event{one, three}) {
				t.Errorf("Page gives %+v, %v", page, err)
			}
			again, duplicate, err := log.Append(t.Context(), chat.Message{Room: "r", UserName: "me", Text: "two", ClientID: "id-two"})
			if duplicate && (err == nil || again.Text != "") {
				t.Errorf("the damaged event is acknowledged again: %+v", again)
			}
			say(t, log, "r", "four")
		})
	}
}

func readAll(t *testing.T, sequence func(func(chat.Event, error) bool)) (events []chat.Event, damaged []uint64) {
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

// A folder that cannot be used is refused with a sentence that says what to do,
// and left as it was.
func TestRefusedFolders(t *testing.T) {
	used := t.TempDir()
	log := open(t, used)
	say(t, log, "r", "one")
	log.Close()
	tests := []struct {
		name, want string
		dir        func(t *testing.T) string
	}{
		{"newer version", "newer plainchat", func(t *testing.T) string {
			dir := copyFolder(t, used)
			tamper(t, dir, "PRAGMA user_version = 99")
			return dir
		}},
		{"foreign database", "not a plainchat log", func(t *testing.T) string {
			dir := t.TempDir()
			tamper(t, dir, "CREATE TABLE t (x); PRAGMA user_version = 3")
			return dir
		}},
		{"not a database", "not a plainchat log", func(t *testing.T) string {
			dir := t.TempDir()
			writeFile(t, filepath.Join(dir, "log.db"), strings.Repeat("text ", 200))
			return dir
		}},
		{"file", "is a file", func(t *testing.T) string {
			path := filepath.Join(t.TempDir(), "data")
			writeFile(t, path, "x")
			return path
		}},
		{"below a file", "cannot", func(t *testing.T) string {
			path := filepath.Join(t.TempDir(), "data")
			writeFile(t, path, "x")
			return filepath.Join(path, "data")
		}},
		{"in use", "in use by another plainchat", func(t *testing.T) string {
			dir := t.TempDir()
			open(t, dir)
			return dir
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			dir := tt.dir(t)
			before := fingerprint(t, filepath.Dir(dir))
			_, err := store.Open(t.Context(), store.Options{Dir: dir, Logger: quiet})
			if err == nil || !strings.Contains(err.Error(), tt.want) || strings.Contains(err.Error(), "\n") {
				t.Errorf("err = %v, want a sentence with %q", err, tt.want)
			}
			if after := fingerprint(t, filepath.Dir(dir)); after != before {
				t.Errorf("the folder was\n%s\nand is\n%s", before, after)
			}
		})
	}
}

func writeFile(t *testing.T, path, content string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}

func copyFolder(t *testing.T, dir string) string {
	t.Helper()
	target := t.TempDir()
	if err := os.CopyFS(target, os.DirFS(dir)); err != nil {
		t.Fatal(err)
	}
	return target
}

// fingerprint tells every file below a folder by its name and content.
func fingerprint(t *testing.T, dir string) string {
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

// What was acknowledged before the files were copied is in the copy: that is what
// a power cut leaves, but for what was never synced.
func TestCopyWhileOpen(t *testing.T) {
	dir := t.TempDir()
	log := open(t, dir)
	stop := make(chan struct{})
	var acked atomic.Uint64
	var sending sync.WaitGroup
	for sender := range 4 {
		sending.Go(func() {
			for n := 0; ; n++ {
				select {
				case <-stop:
					return
				default:
				}
				acked.Store(max(acked.Load(), say(t, log, "r", fmt.Sprint(sender, "-", n)).ID.Seq))
			}
		})
	}
	for range 5 {
		say(t, log, "r", fmt.Sprint("mark ", acked.Load()))
		sure := say(t, log, "r", fmt.Sprint("sure ", acked.Load())).ID.Seq
		copied := open(t, copyFolder(t, dir))
		if _, last, err := copied.Bounds(t.Context()); err != nil || last < sure {
			t.Errorf("the copy ends at %d, %v; acknowledged was %d", last, err, sure)
		}
		if _, damaged := readAll(t, copied.Read(t.Context(), 0, sure)); len(damaged) > 0 {
			t.Errorf("the copy is damaged at %v", damaged)
		}
		copied.Close()
	}
	close(stop)
	sending.Wait()
}

func TestGroupCommit(t *testing.T) {
	var commits, events atomic.Int64
	log, err := store.Open(t.Context(), store.Options{Dir: t.TempDir(), Logger: quiet, OnCommit: func(n int, took time.Duration) {
		commits.Add(1)
		events.Add(int64(n))
		if took <= 0 {
			t.Errorf("a commit took %v", took)
		}
	}})
	if err != nil {
		t.Fatal(err)
	}
	const senders, each = 64, 20
	var sending sync.WaitGroup
	for sender := range senders {
		sending.Go(func() {
			for n := range each {
				say(t, log, "r", fmt.Sprint(sender, "-", n))
			}
		})
	}
	sending.Wait()
	log.Close()
	if events.Load() != senders*each || commits.Load() > senders*each/2 {
		t.Errorf("%d events in %d commits", events.Load(), commits.Load())
	}
}

func TestPageAgainstModel(t *testing.T) {
	log := open(t, t.TempDir())
	rng := rand.New(rand.NewPCG(3, 4))
	var model []chat.Event
	for n := range 300 {
		room := []chat.Room{"a", "b"}[rng.IntN(2)]
		if ev := say(t, log, room, fmt.Sprint(n)); room == "a" {
			model = append(model, ev)
		}
	}
	for range 300 {
		p := store.Page{Room: "a", Limit: 1 + rng.IntN(60)}
		if rng.IntN(3) > 0 {
			p.Before = uint64(1 + rng.IntN(320))
		}
		if rng.IntN(3) > 0 {
			p.After = uint64(1 + rng.IntN(320))
		}
		var want []chat.Event
		for _, ev := range model {
			if ev.ID.Seq > p.After && (p.Before == 0 || ev.ID.Seq < p.Before) {
				want = append(want, ev)
			}
		}
		if n := len(want); n > p.Limit && p.After != 0 && p.Before == 0 {
			want = want[:p.Limit]
		} else if n > p.Limit {
			want = want[n-p.Limit:]
		}
		got, err := log.Page(t.Context(), p)
		if err != nil || !slices.Equal(got, want) {
			t.Fatalf("%+v: %v, got %d events, want %d", p, err, len(got), len(want))
		}
	}
}

func TestSince(t *testing.T) {
	dir := t.TempDir()
	log := open(t, dir)
	base := time.UnixMilli(1_000_000).UTC()
	if seq, err := log.Since(t.Context(), base); err != nil || seq != 0 {
		t.Errorf("an empty log: %d, %v", seq, err)
	}
	for n := range 9 {
		say(t, log, "r", fmt.Sprint(n))
	}
	log.Close()
	// Three events at each of three moments, with their checksums left wrong: only
	// the times matter here.
	tamper(t, dir, "UPDATE log SET time = 1000000 + (seq - 1) / 3 * 1000")
	log = open(t, dir)
	for offset, want := range map[time.Duration]uint64{
		-time.Hour: 0, 0: 0, 1: 3, time.Second: 3, 1500 * time.Millisecond: 6, 2 * time.Second: 6, 2001 * time.Millisecond: 9, time.Hour: 9,
	} {
		if seq, err := log.Since(t.Context(), base.Add(offset)); err != nil || seq != want {
			t.Errorf("%v: %d, %v; want %d", offset, seq, err, want)
		}
	}
}

func TestRetention(t *testing.T) {
	dir := t.TempDir()
	log := open(t, dir)
	for n := range 110 {
		say(t, log, "r", fmt.Sprint(n))
	}
	log.Close()
	tamper(t, dir, "UPDATE log SET time = time - 3600000 WHERE seq <= 105")

	keep := func(retention time.Duration) *store.SQLite {
		log, err := store.Open(t.Context(), store.Options{Dir: dir, Logger: quiet, Retention: retention})
		if err != nil {
			t.Fatal(err)
		}
		return log
	}
	log = keep(30 * time.Minute)
	say(t, log, "r", "after") // the writer takes this once it has removed the old
	if first, last, err := log.Bounds(t.Context()); err != nil || first != 106 || last != 111 {
		t.Errorf("Bounds = %d, %d, %v; want 106, 111", first, last, err)
	}
	epoch := log.Epoch()
	log.Close()

	tamper(t, dir, "UPDATE log SET time = time - 3600000")
	log = keep(30 * time.Minute)
	log.Close()
	log = open(t, dir)
	if first, last, err := log.Bounds(t.Context()); err != nil || first != 112 || last != 111 {
		t.Errorf("with everything removed Bounds = %d, %d, %v; want 112, 111", first, last, err)
	}
	if ev := say(t, log, "r", "next"); ev.ID != (chat.ID{Epoch: epoch, Seq: 112}) {
		t.Errorf("the next event is %s, want %s-112", ev.ID, epoch)
	}
}

// Every query of a room must go by its index, however long the log is.
func TestQueriesUseTheIndex(t *testing.T) {
	dir := t.TempDir()
	open(t, dir).Close()
	db, err := sql.Open("sqlite", filepath.Join(dir, "log.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for query, want := range map[string]string{
		"SELECT text FROM log INDEXED BY log_room WHERE seq > 5 AND seq <= 9 AND room = 'a' ORDER BY seq DESC LIMIT 9": "SEARCH log USING INDEX log_room (room=? AND rowid>? AND rowid<?)",
		"SELECT text FROM log WHERE seq > 5 AND seq <= 9 ORDER BY seq ASC LIMIT 9":                                     "SEARCH log USING INTEGER PRIMARY KEY (rowid>? AND rowid<?)",
	} {
		var id, parent, unused int
		var plan string
		if err := db.QueryRowContext(t.Context(), "EXPLAIN QUERY PLAN "+query).Scan(&id, &parent, &unused, &plan); err != nil || plan != want {
			t.Errorf("%s\nplan %q, %v; want %q", query, plan, err, want)
		}
	}
}

func TestLongestMessage(t *testing.T) {
	log := open(t, t.TempDir())
	text := strings.Repeat("\U0001F389", chat.MaxTextLength)
	ev, _, err := log.Append(context.Background(), chat.Message{Room: "r", UserName: "me", Text: text})
	if err != nil {
		t.Fatal(err)
	}
	events, _ := readAll(t, log.Read(t.Context(), 0, 1))
	if len(events) != 1 || events[0] != ev || events[0].Text != text {
		t.Error("the longest message is not read as it was written")
	}
}
