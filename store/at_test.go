package store_test

import (
	"fmt"
	"slices"
	"testing"

	"plainchat/chat"
)

// Single events are found by their positions, however they are asked for; so are erased ones.
func TestAt(t *testing.T) {
	log := open(t, t.TempDir())
	one, two, three := say(t, log, "r", "one"), say(t, log, "s", "two"), say(t, log, "r", "three")
	if _, _, err := log.Append(t.Context(), chat.Draft{Room: "r", From: chat.Person{Name: "me"}, Body: chat.Delete{Of: 1}}); err != nil {
		t.Fatal(err)
	}
	one.Body = chat.Erased{Was: one.Kind()}
	for _, tt := range []struct {
		seqs []uint64
		want []chat.Event
	}{
		{nil, nil},
		{[]uint64{2}, []chat.Event{two}},
		{[]uint64{3, 1, 3, 99, 0, 1 << 63}, []chat.Event{one, three}},
	} {
		if got, err := log.At(t.Context(), tt.seqs...); err != nil || !slices.Equal(got, tt.want) {
			t.Errorf("At(%d) = %+v, %v; want %+v", tt.seqs, got, err, tt.want)
		}
	}
}

// Only messages that can be read are counted, no further than is asked.
func TestCount(t *testing.T) {
	log := open(t, t.TempDir())
	for n := range 5 {
		say(t, log, "r", fmt.Sprint(n))
		say(t, log, "s", fmt.Sprint(n))
	}
	for _, body := range []chat.Body{chat.Delete{Of: 5}, chat.Edit{Of: 3, Text: "other"}, chat.Message{Text: "reply", ReplyTo: 3}} {
		if _, _, err := log.Append(t.Context(), chat.Draft{Room: "r", From: chat.Person{Name: "me"}, Body: body}); err != nil {
			t.Fatal(err)
		}
	}
	for _, tt := range []struct {
		room  chat.Room
		after uint64
		limit int
		want  int
	}{
		{"r", 0, 100, 5}, {"r", 0, 3, 3}, {"r", 4, 100, 3}, {"r", 9, 100, 1}, {"r", 1 << 63, 100, 0}, {"s", 0, 100, 5}, {"none", 0, 100, 0},
	} {
		counts, err := log.Counts(t.Context(), map[chat.Room]uint64{tt.room: tt.after, "another": 0}, tt.limit)
		if n := counts[tt.room]; err != nil || n != tt.want || counts["another"] != 0 {
			t.Errorf("Counts(%s, %d, %d) = %v, %v; want %d", tt.room, tt.after, tt.limit, counts, err, tt.want)
		}
	}
}

// Whoever waits for the last change waits for no plain message.
func TestLastChange(t *testing.T) {
	dir := t.TempDir()
	log := open(t, dir)
	want := func(seq uint64) {
		t.Helper()
		if got := log.LastChange(); got != seq {
			t.Errorf("the last change is %d, want %d", got, seq)
		}
	}
	want(0)
	say(t, log, "r", "one")
	want(0)
	if _, _, err := log.Append(t.Context(), chat.Draft{Room: "r", From: chat.Person{Name: "me"}, Body: chat.Message{Text: "two", ReplyTo: 1}}); err != nil {
		t.Fatal(err)
	}
	say(t, log, "r", "three")
	want(2)
	log.Close()
	log = open(t, dir) // it does not look further back
	want(3)
}
