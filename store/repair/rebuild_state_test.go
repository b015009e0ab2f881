package repair_test

import (
	"fmt"
	"testing"

	"plainchat/chat"
	"plainchat/store"
	"plainchat/store/repair"
)

// A rebuilt log has the key of cookies, the state, the place of what was deleted, and as many
// holes: nothing that was removed on purpose counts as lost.
func TestRebuildKeeps(t *testing.T) {
	dir := t.TempDir()
	log := open(t, dir)
	one := say(t, log, "r", "one")
	two := say(t, log, "r", "two")
	drafts := []chat.Draft{
		{From: chat.Person{ID: "p", Name: "me"}, Body: chat.NameClaim{Name: "me", Owner: "p"}},
		{Room: "r", Body: chat.RoomState{Topic: "tea"}},
		{Room: "r", Body: chat.Edit{Of: one.ID.Seq, Text: "hush"}},
		{Room: "r", From: chat.Person{ID: "p", Name: "me"}, Body: chat.Read{Upto: one.ID.Seq}},
		{Room: "r", From: chat.Person{ID: "p", Name: "me"}, Body: chat.Read{Upto: two.ID.Seq}},
		{Room: "r", Body: chat.Pin{Of: two.ID.Seq}},
		{Room: "r", Body: chat.Delete{Of: one.ID.Seq}},
	}
	for _, d := range drafts {
		if _, _, err := log.Append(t.Context(), d); err != nil {
			t.Fatal(err)
		}
	}
	before := contents(t, log)
	log.Close()
	done, err := repair.Rebuild(t.Context(), dir)
	if err != nil || done.Saved != 8 || done.Lost != 0 || done.Renamed {
		t.Errorf("Rebuild: %+v, %v", done, err)
	}
	found, err := repair.Check(t.Context(), dir)
	if err != nil || !found.Sound() || found.Events != 8 || found.Lost != 0 {
		t.Errorf("Check: %+v, %v", found, err)
	}
	if after := contents(t, open(t, dir)); after != before {
		t.Errorf("the log was\n%s\nand is\n%s", before, after)
	}
}

// contents is the secret of a log, and its events: the state, and what can be read of the room "r",
// with the places of what was deleted.
func contents(t *testing.T, log *store.SQLite) string {
	t.Helper()
	secret, err := log.Secret(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	state, _ := readAll(t, log.State(t.Context()))
	page, _, err := log.Page(t.Context(), store.Page{Room: "r", Limit: 9})
	if err != nil {
		t.Fatal(err)
	}
	return fmt.Sprintf("%x\n%+v\n%+v", secret, state, page)
}

// A row that is gone without a word is told from those that were removed on purpose.
func TestCheckCountsHoles(t *testing.T) {
	dir := t.TempDir()
	log := open(t, dir)
	one := say(t, log, "r", "one")
	say(t, log, "r", "two")
	for i := range uint64(3) {
		if _, _, err := log.Append(t.Context(), chat.Draft{Room: "r", From: one.From, Body: chat.Read{Upto: one.ID.Seq + i}}); err != nil {
			t.Fatal(err)
		}
	}
	log.Close()
	if found, err := repair.Check(t.Context(), dir); err != nil || !found.Sound() {
		t.Errorf("Check: %+v, %v", found, err)
	}
	tamper(t, dir, "DELETE FROM log WHERE seq = 2")
	if found, err := repair.Check(t.Context(), dir); err != nil || found.Sound() {
		t.Errorf("with a row less: %+v, %v", found, err)
	}
}
