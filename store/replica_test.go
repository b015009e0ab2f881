package store_test

import (
	"context"
	"database/sql"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"plainchat/chat"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"plainchat/store"
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
		t.Run(name, func(t *testing.T) { storetest.Run(t, newJournals(set).open) })
	}
}

// Whatever is sent through whichever of the logs that follow a journal, in whatever order it comes,
// they have the same rows, one that was away and one that begins anew too.
func TestReplicasAgree(t *testing.T) {
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
	const retention = 2 * time.Minute
	dirs := []string{t.TempDir(), t.TempDir(), t.TempDir()}
	opened := make([]*store.Replica, len(dirs))
	start := func(i int) {
		var err error
		opened[i], err = store.OpenReplica(t.Context(), store.Options{Dir: dirs[i], Logger: quiet, Retention: retention}, journal)
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
	want := rowsOf(t, dirs[0])
	if len(want) < 50 {
		t.Fatalf("there are only %d rows", len(want))
	}
	for _, dir := range dirs[1:] {
		if got := rowsOf(t, dir); !slices.Equal(got, want) {
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
	of := last - min(last, uint64(rng.IntN(40)))
	bodies := []chat.Body{
		chat.Message{Text: fmt.Sprint(rng.IntN(20))}, chat.Message{Text: "reply", ReplyTo: of}, chat.Edit{Of: of, Text: "edited"},
		chat.Delete{Of: of}, chat.Reaction{Of: of, Emoji: "👍"}, chat.Read{Upto: of + 1}, chat.Message{Text: "plain"}, chat.Message{Text: "plain too"},
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

// rowsOf returns the rows of a closed log, those that retention has passed left out: how many of
// them are removed already is different in each.
func rowsOf(t *testing.T, dir string) (rows []string) {
	t.Helper()
	db, err := sql.Open("sqlite", filepath.Join(dir, "log.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	const query = `SELECT concat_ws(' ', seq, kind, room, user_name, actor, client_id, target, time, body, crc) FROM log,
		(SELECT coalesce((SELECT value FROM meta WHERE name = 'expired'), 0) AS expired)
		WHERE (seq > expired OR kind IN ('name', 'read')) AND NOT (coalesce(target, expired + 1) <= expired AND kind IN ('edit', 'delete', 'reaction'))
		UNION ALL SELECT name || value FROM meta WHERE name IN ('epoch', 'expired', 'applied') ORDER BY 1`
	found, err := db.QueryContext(t.Context(), query)
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
