package store_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"plainchat/chat"
	"plainchat/store"
	"plainchat/store/repair"
	"plainchat/store/storetest"
)

// newVariedLog makes a log that has everything a log can have: all kinds, names, deletions, holes, rooms
// of older spellings, and what retention has left.
func newVariedLog(t *testing.T, retention time.Duration) string {
	t.Helper()
	dir := t.TempDir()
	now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	opts := store.Options{Dir: dir, Logger: quiet, Retention: retention, Now: func() time.Time { now = now.Add(time.Second); return now }}
	rng := rand.New(rand.NewPCG(1, 2))
	for range 2 { // what is old is removed when it is opened again
		log, err := store.Open(t.Context(), opts)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range oddDrafts() {
			_, _, _ = log.Append(t.Context(), d)
		}
		for range 300 {
			_, last, _ := log.Bounds(t.Context())
			_, _, _ = log.Append(t.Context(), anyDraft(rng, last))
		}
		if err := log.Close(); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// oddDrafts are those that anyDraft makes none of.
func oddDrafts() (drafts []chat.Draft) {
	for _, kind := range chat.Kinds {
		if kind.Class == chat.State {
			drafts = append(drafts, chat.Draft{From: chat.Person{ID: "g1", Name: "n1"}, Body: kind.Sample})
		}
	}
	for i, room := range []chat.Room{"straße", "strasse", "ſtraße"} {
		drafts = append(drafts, chat.Draft{Room: room, From: chat.Person{Name: "n1"}, Key: "odd", Body: chat.Message{Text: fmt.Sprint(i)}})
	}
	return drafts
}

func move(t *testing.T, dir string, to *storetest.Moving) store.Moved {
	t.Helper()
	moved, err := store.Move(t.Context(), store.Options{Dir: dir, Logger: quiet}, to)
	if err != nil {
		t.Fatal(err)
	}
	return moved
}

// eventsOf are the rows of a closed log.
func eventsOf(t *testing.T, dir string) (rows []string) {
	t.Helper()
	db := openDatabase(t, dir)
	defer db.Close()
	found, err := db.QueryContext(t.Context(), `SELECT concat_ws(' ', seq, kind, room, user_name, actor, quote(client_id), target, time, body, crc) FROM log
		UNION ALL SELECT name || value FROM meta WHERE name IN ('epoch', 'pruned') ORDER BY 1`)
	if err != nil {
		t.Fatal(err)
	}
	defer found.Close()
	for found.Next() {
		var row sql.NullString
		if err := found.Scan(&row); err != nil {
			t.Fatal(err)
		}
		rows = append(rows, row.String)
	}
	return rows
}

func checkSound(t *testing.T, dir string) {
	t.Helper()
	found, err := repair.Check(t.Context(), dir)
	if err != nil || !found.Sound() {
		t.Errorf("%s: %+v, %v", dir, found, err)
	}
}

func checkEqual(t *testing.T, dir string, journal store.Journal) {
	t.Helper()
	if found, err := repair.Compare(t.Context(), dir, journal); err != nil || len(found.Problems) > 0 || found.Upto == 0 {
		t.Errorf("%s: %+v, %v", dir, found, err)
	}
}

// followed opens the logs of a journal, has them follow it to its end after work, and closes them.
func followed(t *testing.T, journal store.Journal, work func([]*store.Replica), dirs ...string) {
	t.Helper()
	var logs []*store.Replica
	for _, dir := range dirs {
		logs = append(logs, openReplica(t, dir, journal))
	}
	work(logs)
	_, last, _ := journal.Bounds(t.Context())
	for _, log := range logs {
		if reached, err := log.Reach(t.Context(), last); !reached || err != nil {
			t.Fatalf("Reach = %v, %v", reached, err)
		}
		closeAll(t, log)
	}
}

// A log that is moved into a journal stands there as it stood, for itself and for one that begins anew,
// and all decide alike about what comes then.
func TestMove(t *testing.T) {
	store.WithoutDelays(t)
	for _, retention := range []time.Duration{0, 100 * time.Second} {
		if testing.Short() && retention == 0 {
			continue
		}
		t.Run(retention.String(), func(t *testing.T) {
			dir := newVariedLog(t, retention)
			before := eventsOf(t, dir)
			to := new(storetest.Moving)
			moved := move(t, dir, to)
			if first, last, _ := to.Bounds(t.Context()); !to.Done || first != moved.First || last != moved.Last || retention > 0 && first < 100 {
				t.Fatalf("moved as %+v, and the journal has %d to %d, done: %v", moved, first, last, to.Done)
			}
			dirs := []string{dir, t.TempDir()}
			followed(t, to, func([]*store.Replica) {}, dirs...)
			for _, each := range dirs {
				checkSound(t, each)
				checkEqual(t, each, to)
				if rows := eventsOf(t, each); !slices.Equal(rows, before) {
					t.Fatalf("not as before: %s", difference(before, rows))
				}
			}
			followed(t, to, appendAny(t), dirs...)
			dirs = append(dirs, t.TempDir()) // when there is less in the journal
			followed(t, to, func([]*store.Replica) {}, dirs...)
			want := eventsOf(t, dir)
			for _, each := range dirs {
				checkSound(t, each)
				checkEqual(t, each, to)
				if rows := eventsOf(t, each); !slices.Equal(rows, want) {
					t.Errorf("the logs differ: %s", difference(want, rows))
				}
			}
			expired := (moved.First + moved.Last) / 2
			trimmed := make(chan struct{}, 10)
			to.Trimmed = func(uint64) { trimmed <- struct{}{} }
			followed(t, to, func([]*store.Replica) {
				if _, err := to.Publish(t.Context(), []store.Record{{Void: true, Expired: expired}}); err != nil {
					t.Fatal(err)
				}
				<-trimmed
			}, dirs...)
			to.Trimmed = nil
			dirs = append(dirs, t.TempDir()) // when there is less still
			followed(t, to, func([]*store.Replica) {}, dirs...)
			wanted := rowsOf(t, dir, expired)
			for _, each := range dirs {
				checkSound(t, each)
				if rows := rowsOf(t, each, expired); !slices.Equal(rows, wanted) {
					t.Errorf("the logs differ once retention has passed %d: %s", expired, difference(wanted, rows))
				}
			}
		})
	}
}

// appendAny returns what appends anything to logs by turns, and deletes messages of a room with older names.
func appendAny(t *testing.T) func(logs []*store.Replica) {
	return func(logs []*store.Replica) {
		rng := rand.New(rand.NewPCG(3, 4))
		for n := range 300 {
			_, last, _ := logs[0].Bounds(t.Context())
			_, _, _ = logs[n%2].Append(t.Context(), anyDraft(rng, last-uint64(rng.IntN(200))))
		}
		again := chat.Draft{Room: "strasse", From: chat.Person{Name: "n1"}, Key: "odd", Body: chat.Message{Text: "0"}}
		if ev, _, err := logs[1].Append(t.Context(), again); err == nil && ev.ID.Seq > 1000 {
			t.Errorf("the key of an older room is free: %+v", ev)
		}
		_, last, _ := logs[0].Bounds(t.Context())
		events, _ := readAll(t, logs[0].Read(t.Context(), 0, last, "strasse"))
		for _, ev := range events {
			if _, _, err := logs[0].Append(t.Context(), chat.Draft{Room: "strasse", From: ev.From, Body: chat.Delete{Of: ev.ID.Seq}}); err != nil {
				t.Error(err)
			}
		}
	}
}

// Wherever a move is cut off, in whichever direction, it can be done again.
func TestMoveCutOff(t *testing.T) {
	template := newVariedLog(t, 100*time.Second)
	want := eventsOf(t, template)
	killed := errors.New("killed")
	for cut, steps := 0, 1; cut < steps; cut++ {
		dir, to := copyFolder(t, template), new(storetest.Moving)
		steps = 0
		to.Fails = func(string) error {
			if steps++; steps-1 == cut {
				return killed
			}
			return nil
		}
		opts := store.Options{Dir: dir, Logger: quiet}
		_, err := store.Move(t.Context(), opts, to)
		if errors.Is(err, killed) {
			_, err = store.Move(t.Context(), opts, to)
		}
		if err != nil || !to.Done {
			t.Fatalf("cut off at step %d: %v", cut, err)
		}
		followed(t, to, func(logs []*store.Replica) { say(t, logs[0], "r", "more") }, dir)
		left, err := store.MoveAway(t.Context(), opts, to)
		if errors.Is(err, killed) {
			left, err = store.MoveAway(t.Context(), opts, to)
		}
		if err != nil || !to.Left {
			t.Fatalf("cut off at step %d: %v", cut, err)
		}
		checkSound(t, dir)
		if rows := eventsOf(t, dir); len(rows) != len(want)+1 {
			t.Errorf("cut off at step %d: it has %d rows, not %d and one", cut, len(rows), len(want))
		}
		log := open(t, dir)
		if ev := say(t, log, "r", "alone"); ev.ID.Seq != left+1 {
			t.Errorf("it goes on at %d after %d", ev.ID.Seq, left)
		}
		if err := log.Close(); err != nil {
			t.Fatal(err)
		}
		checkSound(t, dir)
	}
}

// What a journal has lost of a log that was moved into it, another log has as it stood there.
func TestMovedIsHeld(t *testing.T) {
	dir, to := newVariedLog(t, 100*time.Second), new(storetest.Moving)
	moved := move(t, dir, to)
	log := openReplica(t, dir, to)
	held := make(map[uint64]string)
	for e, err := range log.Held(t.Context(), moved.First, moved.Last) {
		if missing, is := errors.AsType[*store.Missing](err); is {
			if missing.From != moved.First { // what is from before the beginning is more than a place may have
				t.Errorf("it does not have %+v", missing)
			}
			continue
		} else if err != nil {
			t.Fatal(err)
		}
		held[e.Seq] = string(e.Record.Append(nil))
	}
	events := 0
	for e, err := range to.Follow(t.Context(), moved.First-1) {
		if err != nil {
			t.Fatal(err)
		}
		if !e.Record.Void {
			if events++; held[e.Seq] != string(e.Record.Append(nil)) {
				t.Errorf("it has %q at %d, and the journal %q", held[e.Seq], e.Seq, e.Record.Append(nil))
			}
		}
		if e.Seq == moved.Last {
			break
		}
	}
	if events != len(held) || events == 0 {
		t.Errorf("it has %d events, and the journal %d", len(held), events)
	}
}

// What is from before the beginning stands together, at places that had events of their own: that one of
// those goes takes nothing else away.
func TestPastStays(t *testing.T) {
	store.WithoutDelays(t)
	now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	opts := store.Options{Dir: t.TempDir(), Logger: quiet, Retention: time.Hour, Now: func() time.Time { return now }}
	me := chat.Person{ID: "g1", Name: "me"}
	for _, body := range []chat.Body{chat.Message{Text: "old"}, chat.Read{Upto: 1}, chat.Message{Text: "young"}} {
		log, err := store.Open(t.Context(), opts)
		if err != nil {
			t.Fatal(err)
		}
		_, isRead := body.(chat.Read)
		if _, _, err := log.Append(t.Context(), chat.Draft{Room: "r", From: me, Body: body, Claims: !isRead}); err != nil {
			t.Fatal(err)
		}
		if err := log.Close(); err != nil {
			t.Fatal(err)
		}
		if isRead {
			now = now.Add(2 * time.Hour)
		}
	}
	to := new(storetest.Moving)
	if moved := move(t, opts.Dir, to); moved.First != 3 {
		t.Fatalf("moved as %+v", moved)
	}
	erased := make(chan uint64, 10)
	to.Erased = func(seq uint64) { erased <- seq }
	followed(t, to, func(logs []*store.Replica) {
		for _, body := range []chat.Body{chat.Read{Upto: 4}, chat.Delete{Of: 4}} {
			if _, _, err := logs[0].Append(t.Context(), chat.Draft{Room: "r", From: me, Body: body}); err != nil {
				t.Fatal(err)
			}
		}
		if seq := <-erased; seq != 4 {
			t.Errorf("the journal is to forget %d", seq)
		}
	}, opts.Dir)
	fresh := t.TempDir()
	followed(t, to, func([]*store.Replica) {}, fresh)
	if want, got := eventsOf(t, opts.Dir), eventsOf(t, fresh); !slices.Equal(want, got) {
		t.Error(difference(want, got))
	}
}

// A log that goes on alone after its move was cut off is moved as it is then: nothing stays in the journal
// that was deleted since.
func TestMoveAfterChanges(t *testing.T) {
	dir := t.TempDir()
	log := open(t, dir)
	for n := range 600 { // more than are published at the same time
		say(t, log, "r", fmt.Sprint(n))
	}
	if err := log.Close(); err != nil {
		t.Fatal(err)
	}
	opts := store.Options{Dir: dir, Logger: quiet}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	published := 0
	to := &storetest.Moving{Fails: func(step string) error {
		if step == "publish" {
			published++
		}
		if published == 2 {
			cancel()
		}
		return ctx.Err()
	}}
	if _, err := store.Move(ctx, opts, to); err == nil {
		t.Fatal("it was moved")
	}
	if _, last, _ := to.Bounds(t.Context()); last == 0 || last == 600 {
		t.Fatalf("it was cut off at %d", last)
	}
	to.Fails = nil
	log = open(t, dir)
	post(t, log, "r", chat.Delete{Of: 3})
	if err := log.Close(); err != nil {
		t.Fatal(err)
	}
	if moved := move(t, dir, to); moved.Resumed || moved.Last != 601 {
		t.Errorf("moved as %+v", moved)
	}
	fresh := t.TempDir()
	followed(t, to, func([]*store.Replica) {}, dir, fresh)
	if want, got := eventsOf(t, dir), eventsOf(t, fresh); !slices.Equal(want, got) {
		t.Error(difference(want, got))
	}
}

// What was published and not answered is not published twice.
func TestMoveUnanswered(t *testing.T) {
	dir, to := newVariedLog(t, 0), new(storetest.Moving)
	to.Fails = func(step string) error {
		if step == "publish" {
			to.Uncertain = func() bool { return true }
		}
		return nil
	}
	moved := move(t, dir, to)
	to.Uncertain = nil
	if _, last, _ := to.Bounds(t.Context()); last != moved.Last {
		t.Errorf("the journal has %d places, and the log %d", last, moved.Last)
	}
	checkEqual(t, dir, to)
}
