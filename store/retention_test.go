package store_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"plainchat/chat"
	"plainchat/store"
	"plainchat/store/repair"
)

func openKeeping(t *testing.T, dir string, retention time.Duration) *store.SQLite {
	t.Helper()
	log, err := store.Open(t.Context(), store.Options{Dir: dir, Logger: quiet, Retention: retention})
	if err != nil {
		t.Fatal(err)
	}
	return log
}

// Old events go while the log is open; positions and the epoch go on as before,
// even when nothing is left.
func TestRetention(t *testing.T) {
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		log := openKeeping(t, dir, time.Hour)
		epoch := log.Epoch()
		for n := range 5 {
			say(t, log, "r", fmt.Sprint(n))
		}
		time.Sleep(40 * time.Minute)
		kept := say(t, log, "r", "kept")
		wantBounds(t, log, 1, 6)
		time.Sleep(21 * time.Minute)
		synctest.Wait()
		wantBounds(t, log, 6, 6)
		if events, _ := readAll(t, log.Read(t.Context(), 0, 100)); len(events) != 1 || events[0] != kept {
			t.Errorf("the log has %+v, want %+v", events, kept)
		}
		time.Sleep(time.Hour)
		synctest.Wait()
		wantBounds(t, log, 7, 6)
		log.Close()

		log = openKeeping(t, dir, 0)
		defer log.Close()
		wantBounds(t, log, 7, 6)
		if ev := say(t, log, "r", "0"); ev.ID != (chat.ID{Epoch: epoch, Seq: 7}) { // its client id is free again
			t.Errorf("the next event is %s, want %s-7", ev.ID, epoch)
		}
		wantBounds(t, log, 7, 7)
	})
}

// What grew old while the program was not running goes at the start, in several
// steps, between which others append.
func TestRetentionAtStart(t *testing.T) {
	dir := t.TempDir()
	log := open(t, dir)
	say(t, log, "r", "old")
	log.Close()
	tamper(t, dir, `WITH RECURSIVE n(seq) AS (SELECT 2 UNION ALL SELECT seq + 1 FROM n WHERE seq < 2500)
		INSERT INTO log (seq, kind, room, user_name, time, body, crc) SELECT seq, 'message', 'r', 'me', 0, 'x', 0 FROM n;
		UPDATE log SET time = 0`)
	synctest.Test(t, func(t *testing.T) {
		log := openKeeping(t, dir, time.Hour)
		defer log.Close()
		say(t, log, "r", "new")
		synctest.Wait()
		wantBounds(t, log, 2501, 2501)
	})
}

// To find out what grew old can take long where retention is new, and ends with the context.
func TestRetentionAtStartEnds(t *testing.T) {
	dir := spoken(t, 5)
	ctx, cancel := context.WithCancel(t.Context())
	now := func() time.Time {
		cancel()
		return time.Now().Add(2 * time.Hour)
	}
	if _, err := store.Open(ctx, store.Options{Dir: dir, Logger: quiet, Retention: time.Hour, Now: now}); !errors.Is(err, context.Canceled) {
		t.Errorf("Open: %v, want it to end with its context", err)
	}
	wantBounds(t, open(t, dir), 1, 5)
}

// Close does not wait for all that is to be removed: the next start goes on.
func TestRetentionStopsForClose(t *testing.T) {
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		log := openKeeping(t, dir, time.Hour)
		defer log.Close()
		say(t, log, "r", "old")
		time.Sleep(30*time.Minute + time.Second) // not at the writer's own minute
		synctest.Wait()
		if first, err := log.PruneWhileClosing(t.Context(), time.Minute); err != nil || first != 1 {
			t.Errorf("the log begins at %d, %v; want 1", first, err)
		}
	})
}

// A clock that was once wrong makes some events look old. None that is young may
// go with them.
func TestRetentionWithClockSetBack(t *testing.T) {
	dir := t.TempDir()
	log := open(t, dir)
	for n := range 9 {
		say(t, log, "r", fmt.Sprint(n))
	}
	log.Close()
	tamper(t, dir, "UPDATE log SET time = 1000 WHERE seq IN (5, 6)")
	log = openKeeping(t, dir, time.Hour)
	defer log.Close()
	say(t, log, "r", "after") // the writer takes this once it has removed the old
	wantBounds(t, log, 1, 10)
}

// The last event says where the next one stands, whatever it is about: no position is given twice.
func TestRetentionLeavesLast(t *testing.T) {
	dir := t.TempDir()
	now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	opts := store.Options{Dir: dir, Logger: quiet, Retention: time.Hour, Now: func() time.Time { return now }}
	again := func(does func(*store.SQLite)) {
		t.Helper()
		log, err := store.Open(t.Context(), opts)
		if err != nil {
			t.Fatal(err)
		}
		does(log)
		if err := log.Close(); err != nil {
			t.Fatal(err)
		}
	}
	young := chat.Draft{Room: "r", From: chat.Person{Name: "me"}, Key: "k", Body: chat.Message{Text: "young"}}
	sendYoung := func(log *store.SQLite) {
		if _, _, err := log.Append(t.Context(), young); err != nil {
			t.Error(err)
		}
	}
	var last chat.Event
	again(func(log *store.SQLite) {
		old := say(t, log, "r", "old")
		now = now.Add(2 * time.Hour)
		sendYoung(log)
		post(t, log, "r", chat.Reaction{Of: old.ID.Seq, Emoji: "🌱"})
		last = post(t, log, "r", chat.Reaction{Of: old.ID.Seq, Emoji: "👍"})
	})
	again(sendYoung) // which is answered once what is old is gone
	again(func(log *store.SQLite) {
		if ev := say(t, log, "r", "next"); ev.ID.Seq != last.ID.Seq+1 {
			t.Errorf("after %d comes %d", last.ID.Seq, ev.ID.Seq)
		}
	})
	if found, err := repair.Check(t.Context(), dir); err != nil || !found.Sound() {
		t.Errorf("%+v, %v", found, err)
	}
}
