package store_test

import (
	"bytes"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"testing"

	"plainchat/chat"
	"plainchat/store"
)

// A row that is not what was written is reported wherever it is met, and never
// served.
func TestDamage(t *testing.T) {
	for _, change := range []string{
		"body = 'forged'", "body = ''", "actor = 'g1'", "target = 1", "user_name = 'somebody'", "client_id = 'id-other'", "client_id = NULL",
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
			page, _, err := log.Page(t.Context(), store.Page{Room: "r", Limit: 2})
			if err != nil || !slices.Equal(page, []chat.Event{one, three}) {
				t.Errorf("Page gives %+v, %v", page, err)
			}
			again, duplicate, err := log.Append(t.Context(), chat.Draft{Room: "r", From: chat.Person{Name: "me"}, Key: "id-two", Body: chat.Message{Text: "two"}})
			if duplicate && (err == nil || again.Body != nil) {
				t.Errorf("the damaged event is acknowledged again: %+v", again)
			}
			say(t, log, "r", "four")
		})
	}
}

// Where the index of rooms leads to events of another room, those are not served as if
// they were of this one.
func TestDamagedIndex(t *testing.T) {
	dir := t.TempDir()
	log := open(t, dir)
	water := []chat.Event{say(t, log, "water", "one"), say(t, log, "water", "two")}
	tea := say(t, log, "tea", "three")
	log.Close()
	// An index in descending order, taken for an ascending one.
	tamper(t, dir, "DROP INDEX log_room; CREATE INDEX log_room ON log (room DESC, seq)")
	tamper(t, dir, "PRAGMA writable_schema = ON; UPDATE sqlite_schema SET sql = 'CREATE INDEX log_room ON log (room)' WHERE name = 'log_room'")
	log = open(t, dir)
	events, damaged := readAll(t, log.Read(t.Context(), 0, 100, "water"))
	if !slices.Equal(events, water) || !slices.Equal(damaged, []uint64{tea.ID.Seq}) {
		t.Errorf("Read gives %+v and damage at %v", events, damaged)
	}
	page, _, err := log.Page(t.Context(), store.Page{Room: "water", Limit: 5, Forward: true})
	if err != nil || !slices.Equal(page, water) {
		t.Errorf("Page gives %+v, %v", page, err)
	}
}

// However many readers meet it, it is logged once.
func TestDamageIsLoggedOnce(t *testing.T) {
	dir := t.TempDir()
	log := open(t, dir)
	say(t, log, "r", "one")
	say(t, log, "r", "two")
	log.Close()
	tamper(t, dir, "UPDATE log SET body = 'forged' WHERE seq = 2")
	var logged bytes.Buffer
	log, err := store.Open(t.Context(), store.Options{Dir: dir, Logger: slog.New(slog.NewTextHandler(&logged, nil))})
	if err != nil {
		t.Fatal(err)
	}
	defer log.Close()
	for range 3 {
		readAll(t, log.Read(t.Context(), 0, 100, "r"))
		if _, _, err := log.Page(t.Context(), store.Page{Room: "r", Limit: 2}); err != nil {
			t.Error(err)
		}
	}
	if n := strings.Count(logged.String(), "event 2 is damaged"); n != 1 {
		t.Errorf("it is logged %d times:\n%s", n, logged.String())
	}
}

// Where damage has turned a number into one of another type, which SQLite itself
// would never store, reading goes on behind it all the same.
func TestDamagedType(t *testing.T) {
	dir := t.TempDir()
	log := open(t, dir)
	one, _, three := say(t, log, "r", "one"), say(t, log, "r", "two"), say(t, log, "r", "three")
	log.Close()
	tamper(t, dir, "PRAGMA writable_schema = ON; UPDATE sqlite_schema SET sql = replace(sql, 'STRICT', '') WHERE name = 'log'")
	tamper(t, dir, "UPDATE log SET time = time + 0.5 WHERE seq = 2")
	tamper(t, dir, "PRAGMA writable_schema = ON; UPDATE sqlite_schema SET sql = sql || 'STRICT' WHERE name = 'log'")
	log = open(t, dir)
	for _, rooms := range [][]chat.Room{nil, {"r"}} {
		events, damaged := readAll(t, log.Read(t.Context(), 0, 100, rooms...))
		if !slices.Equal(events, []chat.Event{one, three}) || !slices.Equal(damaged, []uint64{2}) {
			t.Errorf("Read of %q gives %+v and damage at %v", rooms, events, damaged)
		}
	}
}

// A tail goes on behind damage too.
func TestTailOverDamage(t *testing.T) {
	dir := t.TempDir()
	log := open(t, dir)
	for _, text := range []string{"one", "two", "three"} {
		say(t, log, "r", text)
	}
	log.Close()
	tamper(t, dir, "UPDATE log SET body = 'forged' WHERE seq = 2")
	log = open(t, dir)
	say(t, log, "r", "four")
	var got []string
	for ev, err := range log.Tail(t.Context(), 0) {
		if damage, ok := errors.AsType[*store.Damaged](err); ok {
			got = append(got, fmt.Sprint("damage at ", damage.Seq))
		} else if got = append(got, ev.Text()); ev.ID.Seq == 4 || err != nil {
			break
		}
	}
	if want := []string{"one", "damage at 2", "three", "four"}; !slices.Equal(got, want) {
		t.Errorf("the tail has %q, want %q", got, want)
	}
}
