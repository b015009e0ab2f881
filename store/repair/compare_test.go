package repair_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"plainchat/chat"
	"plainchat/store"
	"plainchat/store/repair"
	"plainchat/store/storetest"
)

// follow has a new log follow a journal, and returns its folder.
func follow(t *testing.T, j store.Journal, does func(*store.Replica)) string {
	t.Helper()
	dir := t.TempDir()
	log, err := store.OpenReplica(t.Context(), store.Options{Dir: dir, Logger: quiet}, j)
	if err != nil {
		t.Fatal(err)
	}
	if does != nil {
		does(log)
	}
	_, last, _ := j.Bounds(t.Context())
	if reached, err := log.Reach(t.Context(), last); !reached || err != nil {
		t.Fatalf("Reach = %v, %v", reached, err)
	}
	if err := log.Close(); err != nil {
		t.Fatal(err)
	}
	return dir
}

// journalOf returns a journal of texts.
func journalOf(t *testing.T, texts ...string) *storetest.Memory {
	t.Helper()
	j := storetest.NewMemory("abcdefghij")
	for i, text := range texts {
		record := store.Record{ID: store.RecordID{byte(i)}, Draft: chat.Draft{Room: "r", From: chat.Person{Name: "me"}, Body: chat.Message{Text: text}}}
		record.Time = record.Time.AddDate(2025, 0, i)
		if _, err := j.Publish(t.Context(), []store.Record{record}); err != nil {
			t.Fatal(err)
		}
	}
	return j
}

func wantDifferences(t *testing.T, dir string, j store.Journal, want ...string) {
	t.Helper()
	found, err := repair.Compare(t.Context(), dir, j)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, problem := range found.Problems {
		position, why, _ := strings.Cut(problem.Error(), ": ")
		got = append(got, fmt.Sprint(position, " ", strings.Contains(why, "different events"), strings.Contains(why, "has none"), strings.Contains(why, "lacks")))
	}
	if !slices.Equal(got, want) {
		t.Errorf("it finds %q, want %q", got, want)
	}
}

// What the log and the journal have is the same, whatever was edited, deleted, refused or claimed; also what the
// journal is yet to lose.
func TestCompareEqual(t *testing.T) {
	j := journalOf(t, "one", "two", "three")
	me := chat.Person{ID: "g1", Name: "me"}
	dir := follow(t, j, func(log *store.Replica) {
		for _, d := range []chat.Draft{
			{Room: "r", From: me, Key: "k", Body: chat.Message{Text: "mine"}, Claims: true, Unseen: 1},
			{Room: "r", From: me, Key: "k", Body: chat.Message{Text: "again"}}, // is refused
			{Room: "r", From: me, Body: chat.Edit{Of: 4, Text: "edited"}},
			{Room: "r", From: me, Body: chat.Delete{Of: 4}},
			{Room: "r", From: me, Body: chat.Reaction{Of: 1, Emoji: "👍"}},
			{Room: "r", From: me, Body: chat.Read{Upto: 2}},
			{Room: "r", From: me, Body: chat.Read{Upto: 3}},
		} {
			_, _, _ = log.Append(context.Background(), d)
		}
	})
	wantDifferences(t, dir, j)
	if _, err := j.Publish(t.Context(), []store.Record{{ID: store.NewRecordID(), Void: true}}); err != nil {
		t.Fatal(err)
	}
	wantDifferences(t, dir, j) // the log stands still
	wantDifferences(t, follow(t, j, nil), j)
}

func TestCompareDifferent(t *testing.T) {
	j := journalOf(t, "one", "two", "three", "four", "five")
	dir := follow(t, j, nil)
	wantDifferences(t, dir, j)
	wantDifferences(t, dir, journalOf(t, "one", "2", "three", "four", "five"), "position 2 true false false")
	if err := j.Erase(t.Context(), 3); err != nil {
		t.Fatal(err)
	}
	tamper(t, dir, "DELETE FROM log WHERE seq = 5")
	wantDifferences(t, dir, j, "position 3 false true false", "position 5 false false true")
	if _, err := repair.Compare(t.Context(), dir, journalOf(t, "one")); err == nil {
		t.Error("a log is compared with a journal that has not come as far")
	}
}
