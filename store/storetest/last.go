package storetest

import (
	"testing"

	"plainchat/chat"
)

// Of the keys that begin alike, the last one is found: that of the person and the room, and nobody else's.
func lastKey(t *testing.T, open Open) {
	log := open(t, t.TempDir())
	defer closeLog(t, log)
	hook := chat.Person{ID: "h-1", Name: "alerts"}
	say := func(room chat.Room, from chat.Person, key string) chat.Event {
		return add(t, log, chat.Draft{Room: room, From: from, Key: key, Body: chat.Message{Text: key}})
	}
	find := func(prefix string) (chat.Event, bool) {
		ev, found, err := log.Last(t.Context(), chat.Draft{Room: "a", From: hook, Key: prefix})
		if err != nil {
			t.Fatal(err)
		}
		return ev, found
	}
	if ev, found := find("disk."); found {
		t.Errorf("in an empty log there is %+v", ev)
	}
	say("a", hook, "disk.1")
	second := say("a", hook, "disk.2")
	say("a", hook, "disk")
	say("a", hook, "disk/3")
	say("a", hook, "disks.3")
	say("b", hook, "disk.3")
	say("a", chat.Person{ID: "h-2", Name: "alerts"}, "disk.3")
	say("a", chat.Person{Name: "h-1"}, "disk.3")
	if ev, found := find("disk."); !found || ev != second {
		t.Errorf("found %+v, want %+v", ev, second)
	}
	add(t, log, chat.Draft{Room: "a", From: hook, Body: chat.Delete{Of: second.ID.Seq}})
	ev, found := find("disk.")
	if _, erased := ev.Body.(chat.Erased); !found || ev.ID != second.ID || !erased {
		t.Errorf("once it is deleted, found %+v", ev)
	}
}
