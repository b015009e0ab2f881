package store_test

import (
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"plainchat/chat"
	"plainchat/store"
)

// Retention removes what was written, with what is about it, and never state; of what only
// the latest is kept, that stays.
func TestRetentionByClass(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		dir := t.TempDir()
		options := store.Options{Dir: dir, Logger: quiet, Retention: time.Hour}
		log, err := store.Open(t.Context(), options)
		if err != nil {
			t.Fatal(err)
		}
		old := post(t, log, "r", chat.Message{Text: "old"})
		topic := post(t, log, "r", chat.RoomState{Topic: "tea"})
		post(t, log, "r", chat.Read{Upto: old.ID.Seq})
		claim := post(t, log, "", chat.NameClaim{Name: "Ann", Owner: "g1"})
		time.Sleep(50 * time.Minute)
		post(t, log, "r", chat.Edit{Of: old.ID.Seq, Text: "older"})
		post(t, log, "r", chat.Reaction{Of: old.ID.Seq, Emoji: "👍"})
		young := post(t, log, "r", chat.Message{Text: "young"})
		read := post(t, log, "r", chat.Read{Upto: young.ID.Seq})
		time.Sleep(15 * time.Minute)
		synctest.Wait()
		for range 2 {
			if first, last, err := log.Bounds(t.Context()); err != nil || first != young.ID.Seq || last != read.ID.Seq {
				t.Errorf("Bounds = %d, %d, %v", first, last, err)
			}
			if events, damaged := readAll(t, log.Read(t.Context(), 0, 100)); len(damaged) > 0 || !slices.Equal(events, []chat.Event{topic, claim, young, read}) {
				t.Errorf("the log has %+v, damage at %v", events, damaged)
			}
			if state, _ := readAll(t, log.State(t.Context())); !slices.Equal(state, []chat.Event{topic, claim}) {
				t.Errorf("the state is %+v", state)
			}
			var tailed []chat.Event
			for ev := range log.Tail(t.Context(), claim.ID.Seq) {
				if tailed = append(tailed, ev); ev == read {
					break
				}
			}
			if !slices.Equal(tailed, []chat.Event{young, read}) {
				t.Errorf("the tail is %+v", tailed)
			}
			log.Close()
			if log, err = store.Open(t.Context(), options); err != nil {
				t.Fatal(err)
			}
		}
		log.Close()
	})
}
