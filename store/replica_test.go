package store_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"plainchat/chat"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"plainchat/store"
	"plainchat/store/internal/format"
	"plainchat/store/storetest"
)

// journals are in memory, one for each folder.
type journals struct {
	mu    sync.Mutex
	byDir map[string]*storetest.Memory
	set   func(*storetest.Memory)
}

func newJournals(set func(*storetest.Memory)) *journals {
	return &journals{byDir: make(map[string]*storetest.Memory), set: set}
}

func (js *journals) of(dir string) *storetest.Memory {
	js.mu.Lock()
	defer js.mu.Unlock()
	if js.byDir[dir] == nil {
		js.byDir[dir] = storetest.NewMemory(fmt.Sprint("e", len(js.byDir)+1))
		js.set(js.byDir[dir])
	}
	return js.byDir[dir]
}

func (js *journals) open(t *testing.T, dir string) store.Log { return openReplica(t, dir, js.of(dir)) }

func openReplica(t *testing.T, dir string, j store.Journal) *store.Replica {
	t.Helper()
	log, err := store.OpenReplica(t.Context(), store.Options{Dir: dir, Logger: quiet}, j)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = log.Close() }) // ErrClosed if the test did
	return log
}

func TestReplica(t *testing.T) {
	store.WithoutDelays(t)
	for name, set := range map[string]func(*storetest.Memory){
		"alone": func(*storetest.Memory) {},
		// Each third batch gets places twice.
		"second copies": func(m *storetest.Memory) {
			var mu sync.Mutex
			n := 0
			m.Uncertain = func() bool {
				mu.Lock()
				defer mu.Unlock()
				n++
				return n%3 == 1
			}
		},
		"lagging": func(m *storetest.Memory) {
			m.Before = func(context.Context, uint64) {
				for range rand.IntN(50) {
					runtime.Gosched()
				}
			}
		},
	} {
		if testing.Short() && name != "second copies" {
			continue // each is all that a log is to do
		}
		t.Run(name, func(t *testing.T) { storetest.Run(t, newJournals(set).open) })
	}
}

// Whatever is sent through whichever of the logs that follow a journal, in whatever order it comes,
// they have the same rows, one that was away and one that begins anew too.
func TestReplicasAgree(t *testing.T) {
	store.WithoutDelays(t)
	var mu sync.Mutex
	now, n := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC), 0
	journal := storetest.NewMemory("e1")
	journal.Now = func() time.Time { now = now.Add(time.Second); return now } // under the journal's lock
	journal.Uncertain = func() bool {
		mu.Lock()
		defer mu.Unlock()
		n++
		return n%5 == 0
	}
	dirs := []string{t.TempDir(), t.TempDir(), t.TempDir()}
	opened := make([]*store.Replica, len(dirs))
	start := func(i int) {
		var err error
		opened[i], err = store.OpenReplica(t.Context(), store.Options{Dir: dirs[i], Logger: quiet}, journal)
		if err != nil {
			t.Fatal(err)
		}
	}
	start(0)
	start(1)
	var sending sync.WaitGroup
	for round := range 3 {
		for sender := range 8 {
			log := opened[sender%2]
			rng := rand.New(rand.NewPCG(uint64(round), uint64(sender)))
			sending.Go(func() {
				for range 40 {
					_, last, _ := log.Bounds(t.Context())
					_, _, _ = log.Append(t.Context(), anyDraft(rng, last)) // many are refused, by all alike
				}
			})
		}
		sending.Wait()
		_, last, _ := journal.Bounds(t.Context())
		passed := store.Record{ID: store.NewRecordID(), Void: true, Expired: last / 2}
		if _, err := journal.Publish(t.Context(), []store.Record{passed}); err != nil && !errors.Is(err, store.ErrUncertain) {
			t.Fatal(err)
		}
		if round == 1 { // one is away for a while
			closeAll(t, opened[1])
			for range 50 {
				_, _, _ = opened[0].Append(t.Context(), anyDraft(rand.New(rand.NewPCG(9, 9)), 100))
			}
			start(1)
		}
	}
	closeAll(t, opened[0]) // so that nothing is published any more
	closeAll(t, opened[1])
	for i := range dirs {
		start(i)
	}
	_, last, _ := journal.Bounds(t.Context())
	for _, log := range opened {
		if reached, err := log.Reach(t.Context(), last); err != nil || !reached {
			t.Fatalf("Reach = %v, %v", reached, err)
		}
		closeAll(t, log)
	}
	expired := expiredIn(t, dirs[0])
	want := rowsOf(t, dirs[0], expired)
	if len(want) < 50 {
		t.Fatalf("there are only %d rows", len(want))
	}
	for _, dir := range dirs[1:] {
		if got := rowsOf(t, dir, expired); !slices.Equal(got, want) {
			t.Errorf("the logs differ, of %d and %d rows: %s", len(want), len(got), difference(want, got))
		}
	}
}

// anyDraft is a draft of any kind, many of which are refused: about messages that are not there, or with
// a key of others.
func anyDraft(rng *rand.Rand, last uint64) chat.Draft {
	person := chat.Person{Name: chat.Name(fmt.Sprint("n", rng.IntN(4)))}
	if rng.IntN(2) == 0 {
		person.ID = chat.PersonID(fmt.Sprint("g", rng.IntN(4)))
	}
	of := max(1, last-min(last, uint64(rng.IntN(40))))
	bodies := []chat.Body{
		chat.Message{Text: fmt.Sprint(rng.IntN(20))}, chat.Message{Text: "reply", ReplyTo: of}, chat.Edit{Of: of, Text: "edited"},
		chat.Update{Of: of, Text: "told anew"}, chat.Update{Of: of, Text: fmt.Sprint("grown ", rng.IntN(9)), Replaces: true},
		chat.Delete{Of: of}, chat.Reaction{Of: of, Emoji: "👍"}, chat.Read{Upto: of + 1}, chat.Message{Text: "plain"}, chat.Message{Text: "plain too"},
		chat.Ask{Of: of, Choices: "yes\nno"}, chat.Answer{Of: of, Choice: "yes"},
	}
	d := chat.Draft{Room: chat.Room(fmt.Sprint("r", rng.IntN(2))), From: person, Body: bodies[rng.IntN(len(bodies))]}
	if rng.IntN(2) == 0 {
		d.Key = fmt.Sprint("k", rng.IntN(30))
	}
	_, isMessage := d.Body.(chat.Message)
	d.Claims = isMessage && person.ID != "" && rng.IntN(8) == 0
	return d
}

func closeAll(t *testing.T, log *store.Replica) {
	t.Helper()
	if err := log.Close(); err != nil {
		t.Fatal(err)
	}
}

func expiredIn(t *testing.T, dir string) (expired uint64) {
	t.Helper()
	db := openDatabase(t, dir)
	defer db.Close()
	if err := db.QueryRowContext(t.Context(), "SELECT coalesce((SELECT value FROM meta WHERE name = 'expired'), 0)").Scan(&expired); err != nil {
		t.Fatal(err)
	}
	return expired
}

func openDatabase(t *testing.T, dir string) *sql.DB {
	t.Helper()
	db, err := sql.Open("sqlite", filepath.Join(dir, "log.db"))
	if err != nil {
		t.Fatal(err)
	}
	return db
}

// rowsOf returns the rows of a closed log, those that retention has passed left out: how many of
// them are removed already is different in each.
func rowsOf(t *testing.T, dir string, expired uint64) (rows []string) {
	t.Helper()
	db := openDatabase(t, dir)
	defer db.Close()
	const query = `SELECT concat_ws(' ', seq, kind, room, user_name, actor, client_id, target, time, body, crc) FROM log
		WHERE (seq > ?1 OR kind IN ('name', 'read')) AND NOT (coalesce(target, ?1 + 1) <= ?1 AND ` + format.IsAbout + `)
		UNION ALL SELECT name || value FROM meta WHERE name IN ('epoch', 'applied', 'expired') ORDER BY 1`
	found, err := db.QueryContext(t.Context(), query, int64(expired))
	if err != nil {
		t.Fatal(err)
	}
	defer found.Close()
	for found.Next() {
		var row string
		if err := found.Scan(&row); err != nil {
			t.Fatal(err)
		}
		rows = append(rows, row)
	}
	return rows
}

// difference returns the first few rows that one has and the other has not.
func difference(a, b []string) string {
	var lines []string
	for i, each := range [][]string{a, b} {
		for _, row := range each {
			if other := [][]string{b, a}[i]; !slices.Contains(other, row) && len(lines) < 6 {
				lines = append(lines, fmt.Sprintf("\n%s %q", []string{"only the first:", "only the second:"}[i], row))
			}
		}
	}
	return strings.Join(lines, "")
}

// What grows old in one log is passed by all, and the journal lets go of it.
func TestReplicasExpire(t *testing.T) {
	store.WithoutDelays(t)
	start := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	var now atomic.Int64 // since then
	journal := storetest.NewMemory("e1")
	journal.Now = func() time.Time { return start.Add(time.Duration(now.Load())) }
	trimmed := make(chan uint64, 10)
	journal.Trimmed = func(upto uint64) { trimmed <- upto }
	open := func(dir string, retention time.Duration) *store.Replica {
		log, err := store.OpenReplica(t.Context(), store.Options{Dir: dir, Logger: quiet, Retention: retention, Now: journal.Now}, journal)
		if err != nil {
			t.Fatal(err)
		}
		return log
	}
	dirs := []string{t.TempDir(), t.TempDir(), t.TempDir()}
	forever, brief := open(dirs[0], 0), open(dirs[1], time.Minute)
	old := say(t, brief, "r", "old")
	topic := chat.Draft{Room: "r", From: chat.Person{Name: "me"}, Body: chat.RoomState{Topic: "kept"}}
	if _, _, err := brief.Append(t.Context(), topic); err != nil {
		t.Fatal(err)
	}
	now.Store(int64(2 * time.Minute))
	young := say(t, brief, "r", "young")
	closeAll(t, brief)
	brief = open(dirs[1], time.Minute) // which looks for what is old
	for range 2 {
		if upto := <-trimmed; upto != young.ID.Seq-1 {
			t.Fatalf("the journal was trimmed up to %d", upto)
		}
	}
	if _, _, err := brief.Append(t.Context(), chat.Draft{Room: "r", From: chat.Person{Name: "me"}, Body: chat.Reaction{Of: old.ID.Seq, Emoji: "👍"}}); !errors.Is(err, store.ErrNoTarget) && !errors.Is(err, store.ErrUncertain) { // if another has erased it already
		t.Errorf("a reaction to what retention has passed: %v", err)
	}
	later := open(dirs[2], 0)
	_, last, _ := journal.Bounds(t.Context())
	for _, log := range []*store.Replica{forever, brief, later} {
		if reached, err := log.Reach(t.Context(), last); !reached || err != nil {
			t.Fatalf("Reach = %v, %v", reached, err)
		}
		if first, _, err := log.Bounds(t.Context()); first != young.ID.Seq || err != nil {
			t.Errorf("the log begins at %d, %v", first, err)
		}
		closeAll(t, log)
	}
	want := rowsOf(t, dirs[0], young.ID.Seq-1)
	for _, dir := range dirs[1:] {
		if got := rowsOf(t, dir, young.ID.Seq-1); !slices.Equal(got, want) {
			t.Error(difference(want, got))
		}
	}
}

// Of two who claim a name at two nodes at once, one gets it, whatever each node has known.
func TestReplicasClaim(t *testing.T) {
	journal := storetest.NewMemory("e1")
	one, two := openReplica(t, t.TempDir(), journal), openReplica(t, t.TempDir(), journal)
	claim := func(log *store.Replica, id chat.PersonID, name chat.Name, key string) error {
		d := chat.Draft{Room: "r", From: chat.Person{ID: id, Name: name}, Key: key, Body: chat.Message{Text: "mine"}, Claims: true, Unseen: 1}
		_, _, err := log.Append(t.Context(), d)
		return err
	}
	if err := claim(one, "g1", "Ann", "k"); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		id   chat.PersonID
		name chat.Name
		key  string
		want error
	}{
		{"g2", "Ann", "", store.ErrOvertaken}, {"g2", "ANN", "k", store.ErrOvertaken}, {"g1", "Ann", "k", nil}, {"g1", "Ann", "", nil}, {"g2", "Bob", "", nil},
	} {
		if err := claim(two, tt.id, tt.name, tt.key); !errors.Is(err, tt.want) {
			t.Errorf("%s claims %s: %v, want %v", tt.id, tt.name, err, tt.want)
		}
	}
}

// What a power cut takes from a log, at its end or before, it has from the journal again.
func TestReplicaAfterPowerCut(t *testing.T) {
	dir, journal := t.TempDir(), storetest.NewMemory("e1")
	log := openReplica(t, dir, journal)
	for n := range 50 {
		say(t, log, "r", fmt.Sprint(n))
	}
	cut := t.TempDir()
	if err := os.CopyFS(cut, os.DirFS(dir)); err != nil {
		t.Fatal(err)
	}
	wal := filepath.Join(cut, "log.db-wal")
	data, err := os.ReadFile(wal)
	if err != nil {
		t.Fatal(err)
	}
	clear(data[len(data)/2 : len(data)/2+8192]) // which never got to the disk
	if err := os.WriteFile(wal, data, 0o600); err != nil {
		t.Fatal(err)
	}
	after := openReplica(t, cut, journal)
	if reached, err := after.Reach(t.Context(), 50); !reached || err != nil {
		t.Fatalf("Reach = %v, %v", reached, err)
	}
	want, _ := readAll(t, log.Read(t.Context(), 0, 50))
	if got, damaged := readAll(t, after.Read(t.Context(), 0, 50)); len(damaged) > 0 || !slices.Equal(got, want) {
		t.Errorf("it has %d events, and %v", len(got), damaged)
	}
}

// A log does not follow a journal that is not the one it has followed.
func TestReplicaOfAnotherJournal(t *testing.T) {
	dir := t.TempDir()
	journal := storetest.NewMemory("e1")
	log := openReplica(t, dir, journal)
	say(t, log, "r", "one")
	closeAll(t, log)
	for _, other := range []store.Journal{storetest.NewMemory("e2"), storetest.NewMemory("e1")} { // of another epoch, and emptied
		if log, err := store.OpenReplica(t.Context(), store.Options{Dir: dir, Logger: quiet}, other); err == nil {
			t.Errorf("it follows %+v", other)
			closeAll(t, log)
		}
	}
	closeAll(t, openReplica(t, dir, journal))
}

// A journal that takes nothing is told of at once, and reading goes on.
func TestReplicaWithoutJournal(t *testing.T) {
	journal := storetest.NewMemory("e1")
	var down error
	journal.Down = func() error { return down }
	log := openReplica(t, t.TempDir(), journal)
	first := say(t, log, "r", "one")
	down = store.ErrUnavailable
	d := chat.Draft{Room: "r", From: chat.Person{Name: "me"}, Body: chat.Message{Text: "two"}}
	if _, _, err := log.Append(t.Context(), d); !errors.Is(err, store.ErrUnavailable) {
		t.Errorf("Append = %v, want ErrUnavailable", err)
	}
	if events, _ := readAll(t, log.Read(t.Context(), 0, first.ID.Seq)); len(events) != 1 {
		t.Errorf("it has %+v", events)
	}
	down = nil
	if _, _, err := log.Append(t.Context(), d); err != nil {
		t.Error(err)
	}
}

// A position that the journal has is waited for, and one that it has not is not.
func TestReplicaReach(t *testing.T) {
	journal := storetest.NewMemory("e1")
	goOn := make(chan struct{})
	journal.Before = func(ctx context.Context, seq uint64) {
		if seq == 2 {
			select {
			case <-goOn:
			case <-ctx.Done():
			}
		}
	}
	log := openReplica(t, t.TempDir(), journal)
	say(t, log, "r", "one")
	record := store.Record{ID: store.NewRecordID(), Draft: chat.Draft{Room: "r", From: chat.Person{Name: "me"}, Body: chat.Message{Text: "two"}}}
	if _, err := journal.Publish(t.Context(), []store.Record{record}); err != nil {
		t.Fatal(err)
	}
	if reached, err := log.Reach(t.Context(), 3); reached || err != nil {
		t.Errorf("Reach of what nobody has = %v, %v", reached, err)
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if reached, err := log.Reach(ended, 2); reached || !errors.Is(err, store.ErrLagging) {
		t.Errorf("Reach without patience = %v, %v", reached, err)
	}
	close(goOn)
	if reached, err := log.Reach(t.Context(), 2); !reached || err != nil {
		t.Errorf("Reach = %v, %v", reached, err)
	}
}
