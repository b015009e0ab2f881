package store_test

import (
	"os"
	"path/filepath"
	"testing"

	"plainchat/chat"
	"plainchat/store"
)

// A folder of the version before there were kinds opens, its ids stay, and so do the keys.
func TestReleasedFolder(t *testing.T) {
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS(filepath.Join("testdata", "released"))); err != nil {
		t.Fatal(err)
	}
	log := open(t, dir)
	var last chat.Event
	for i, want := range []string{"hello", "안녕\n여러분 🎉", "third", "the last"} {
		events, damaged := readAll(t, log.Read(t.Context(), uint64(i), uint64(i+1)))
		if len(damaged) > 0 || len(events) != 1 || events[0].Text() != want || events[0].ID.String() != "vz5m5knu5m-"+string(rune('1'+i)) {
			t.Fatalf("event %d is %+v, damage at %v", i+1, events, damaged)
		}
		last = events[0]
	}
	again, duplicate, err := log.Append(t.Context(), chat.Draft{Room: last.Room, From: last.From, Key: "k-2", Body: last.Body})
	if err != nil || !duplicate || again != last {
		t.Errorf("a retry from before gets %+v, %v, %v", again, duplicate, err)
	}
	if page, _, err := log.Page(t.Context(), store.Page{Room: "tea", Limit: 9}); err != nil || len(page) != 2 {
		t.Errorf("the page has %+v, %v", page, err)
	}
	if secret, err := log.Secret(t.Context()); err != nil || len(secret) != 32 {
		t.Errorf("the secret has %d bytes, %v", len(secret), err)
	}
}
