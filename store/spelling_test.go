package store_test

import (
	"errors"
	"slices"
	"testing"

	"plainchat/chat"
	"plainchat/store"
)

// newOlderLog makes a log as versions wrote it that told more names apart. The texts of
// the room strasse are its positions in order.
func newOlderLog(t *testing.T) string {
	dir := t.TempDir()
	log := open(t, dir)
	for _, m := range []chat.Draft{
		{Room: "straße", Key: "first", Body: chat.Message{Text: "1"}}, {Room: "tea", Body: chat.Message{Text: "2"}}, {Room: "strasse", Body: chat.Message{Text: "3"}},
		{Room: "straße", Body: chat.Message{Text: "4"}}, {Room: "ſtraße", Body: chat.Message{Text: "5"}}, {Room: "kapı", Body: chat.Message{Text: "6"}}, {Room: "strasse", Key: "last", Body: chat.Message{Text: "7"}},
	} {
		m.From.Name = "me"
		if _, _, err := log.Append(t.Context(), m); err != nil {
			t.Fatal(err)
		}
	}
	if err := log.Close(); err != nil {
		t.Fatal(err)
	}
	return dir
}

func inRooms(events []chat.Event) []string {
	var all []string
	for _, ev := range events {
		all = append(all, string(ev.Room)+" "+ev.Text())
	}
	return all
}

// TestOlderSpellings: what was said in rooms that are one now is read as that room's, in
// the order of the log, whichever way it is read.
func TestOlderSpellings(t *testing.T) {
	log := open(t, newOlderLog(t))
	whole := []string{"strasse 1", "strasse 3", "strasse 4", "strasse 5", "strasse 7"}
	for _, tt := range []struct {
		page store.Page
		want []string
		more bool
	}{
		{store.Page{Room: "strasse", Limit: 9}, whole, false},
		{store.Page{Room: "strasse", Limit: 3}, whole[2:], true},
		{store.Page{Room: "strasse", Limit: 2, Forward: true}, whole[:2], true},
		{store.Page{Room: "strasse", Limit: 2, Before: 5, After: 1}, whole[1:3], false},
		{store.Page{Room: "kapi", Limit: 9}, []string{"kapi 6"}, false},
		{store.Page{Room: "tea", Limit: 9}, []string{"tea 2"}, false},
	} {
		events, more, err := log.Page(t.Context(), tt.page)
		if err != nil || more != tt.more || !slices.Equal(inRooms(events), tt.want) {
			t.Errorf("%+v has %q, %v, %v; want %q", tt.page, inRooms(events), more, err, tt.want)
		}
	}
	for _, tt := range []struct {
		rooms []chat.Room
		want  []string
	}{
		{[]chat.Room{"strasse"}, whole},
		{[]chat.Room{"tea", "strasse"}, slices.Insert(slices.Clone(whole), 1, "tea 2")},
		{nil, []string{"strasse 1", "tea 2", "strasse 3", "strasse 4", "strasse 5", "kapi 6", "strasse 7"}},
	} {
		var events []chat.Event
		for ev, err := range log.Read(t.Context(), 0, 7, tt.rooms...) {
			if err != nil {
				t.Fatal(err)
			}
			events = append(events, ev)
		}
		if !slices.Equal(inRooms(events), tt.want) {
			t.Errorf("reading %q gives %q, want %q", tt.rooms, inRooms(events), tt.want)
		}
	}
}

// TestOlderSpellingRepeated: a message that a version before this one stored, and that
// its sender sends again after the change, is not said twice.
func TestOlderSpellingRepeated(t *testing.T) {
	log := open(t, newOlderLog(t))
	for _, m := range []chat.Draft{{Key: "first", Body: chat.Message{Text: "1"}}, {Key: "last", Body: chat.Message{Text: "7"}}} {
		m.Room, m.From.Name = "strasse", "me"
		if ev, duplicate, err := log.Append(t.Context(), m); err != nil || !duplicate || ev.Body != m.Body || ev.Room != "strasse" {
			t.Errorf("%+v became %+v, %v, %v", m, ev, duplicate, err)
		}
	}
	other := chat.Draft{Room: "strasse", From: chat.Person{Name: "me"}, Key: "first", Body: chat.Message{Text: "other"}}
	if _, _, err := log.Append(t.Context(), other); !errors.As(err, new(*store.KeyReused)) {
		t.Errorf("another text under the same id: %v", err)
	}
	other.Key = "new"
	if ev, duplicate, err := log.Append(t.Context(), other); err != nil || duplicate || ev.ID.Seq != 8 {
		t.Errorf("a new message became %+v, %v, %v", ev, duplicate, err)
	}
}
