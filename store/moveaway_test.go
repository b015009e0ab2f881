package store_test

import (
	"strings"
	"testing"

	"plainchat/chat"
	"plainchat/store"
	"plainchat/store/storetest"
)

// A log that goes on alone, with the journal's end or without, hides what retention has passed, and
// gives the positions after those that it knows of.
func TestAloneAgain(t *testing.T) {
	for name, leave := range map[string]func(store.Options, *storetest.Moving) (uint64, error){
		"moved away": func(opts store.Options, j *storetest.Moving) (uint64, error) {
			return store.MoveAway(t.Context(), opts, j)
		},
		"alone": func(opts store.Options, _ *storetest.Moving) (uint64, error) { return store.GoAlone(t.Context(), opts) },
	} {
		t.Run(name, func(t *testing.T) {
			j := &storetest.Moving{Memory: storetest.NewMemory("abcdefghij"), Kept: make([]byte, 32)}
			opts := store.Options{Dir: t.TempDir(), Logger: quiet}
			var old chat.Event
			followed(t, j, func(logs []*store.Replica) {
				old = say(t, logs[0], "r", "old")
				say(t, logs[0], "r", "young")
				for _, body := range []chat.Body{chat.Reaction{Of: old.ID.Seq, Emoji: "👍"}, chat.Read{Upto: 1}, chat.Read{Upto: 2}} {
					if _, _, err := logs[0].Append(t.Context(), chat.Draft{Room: "r", From: chat.Person{Name: "me"}, Body: body}); err != nil {
						t.Fatal(err)
					}
				}
				if _, err := j.Publish(t.Context(), []store.Record{{Void: true, Expired: old.ID.Seq}}); err != nil {
					t.Fatal(err)
				}
			}, opts.Dir)
			left, err := leave(opts, j)
			if err != nil {
				t.Fatal(err)
			}
			checkSound(t, opts.Dir)
			log := open(t, opts.Dir)
			if events, _ := readAll(t, log.Read(t.Context(), 0, left)); len(events) != 2 || events[0].Text() != "young" {
				t.Errorf("it has %+v", events)
			}
			if (log.Epoch() == j.Epoch()) != (name == "moved away") {
				t.Errorf("its epoch is %s", log.Epoch())
			}
			if ev := say(t, log, "r", "more"); ev.ID.Seq != left+1 {
				t.Errorf("it goes on at %d after %d", ev.ID.Seq, left)
			}
			if err := log.Close(); err != nil {
				t.Fatal(err)
			}
			checkSound(t, opts.Dir)
			if _, err := store.GoAlone(t.Context(), opts); err == nil {
				t.Error("it was alone, and went once more")
			}
		})
	}
}

// A node that lacks something is not what a chat goes on with, as long as another may have it.
func TestMoveAwayLacking(t *testing.T) {
	j := &storetest.Moving{Memory: storetest.NewMemory("abcdefghij"), Kept: make([]byte, 32)}
	opts := store.Options{Dir: t.TempDir(), Logger: quiet}
	followed(t, j, func(logs []*store.Replica) { say(t, logs[0], "r", "one") }, opts.Dir)
	if _, err := j.Publish(t.Context(), []store.Record{{Void: true}}); err != nil {
		t.Fatal(err)
	}
	tamper(t, opts.Dir, "INSERT INTO meta VALUES (printf('missing %019d', 2), 2)")
	if _, err := store.MoveAway(t.Context(), opts, j); err == nil || !strings.Contains(err.Error(), "--alone") || j.Left {
		t.Errorf("it is moved away: %v", err)
	}
	if _, err := store.GoAlone(t.Context(), opts); err != nil {
		t.Error(err)
	}
	checkSound(t, opts.Dir)
}
