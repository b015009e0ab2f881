package views_test

import (
	"cmp"
	"slices"
	"strings"
	"testing"

	"plainchat/chat"
	"plainchat/store"
	"plainchat/views"
	"plainchat/views/viewstest"
)

// checkRooms compares the list of rooms with what should be in it.
func (s *story) checkRooms(t *testing.T, p *views.Projector, how string) {
	t.Helper()
	viewstest.Settle(t, p)
	asker := pick(s, storyPeople)
	list := views.NewRoomList(s.log, p)
	query := views.RoomQuery{Person: asker.Key(), Names: []string{asker.Name.MentionKey()}, Limit: 10}
	got, more, err := list.For(t.Context(), query)
	if err != nil || more {
		t.Fatal(more, err)
	}
	var want []views.RoomSummary
	for _, room := range storyRooms {
		last := s.last[room]
		if s.now[last.seq] == nil {
			continue // retention has removed all
		}
		r := views.RoomSummary{Room: room, Last: last.seq, Time: last.time, Read: s.reads[readBy{room, asker.Key()}]}
		for _, f := range s.now {
			if f.event.Room != room || f.event.ID.Seq <= r.Read || f.deleted {
				continue
			}
			if r.Read > 0 {
				r.Unread++
			}
			if strings.Contains(strings.ToLower(f.event.Text()), "@"+asker.Name.Key()) {
				r.Mentions++
			}
		}
		want = append(want, r)
	}
	slices.SortFunc(want, func(a, b views.RoomSummary) int { return cmp.Compare(b.Last, a.Last) })
	if !slices.Equal(got, want) {
		t.Fatalf("%s: to %+v the rooms are\n%+v\nwant\n%+v", how, asker, got, want)
	}
	query.Visited = true
	want = slices.DeleteFunc(want, func(r views.RoomSummary) bool { return r.Read == 0 })
	if got, _, err := list.For(t.Context(), query); err != nil || !slices.Equal(got, want) {
		t.Fatalf("%s: %+v has visited\n%+v, %v, want\n%+v", how, asker, got, err, want)
	}
}

// What is unread is not counted without end, and nobody is told of what they never opened.
func TestUnreadIsBounded(t *testing.T) {
	dir := t.TempDir()
	log, err := store.Open(t.Context(), store.Options{Dir: dir, Logger: quiet})
	if err != nil {
		t.Fatal(err)
	}
	defer log.Close()
	p := views.Start(views.Options{Path: dir + "/views.db", Log: log, Views: views.All, Logger: quiet})
	defer p.Close()
	ann := chat.Person{Name: "Ann"}
	say := func(room chat.Room, body chat.Body) {
		if _, _, err := log.Append(t.Context(), chat.Draft{Room: room, From: ann, Body: body}); err != nil {
			t.Fatal(err)
		}
	}
	say("tea", chat.Message{Text: "first"})
	say("tea", chat.Read{Upto: 1})
	say("tea", chat.Message{Text: "last but one"})
	for range views.MaxUnread {
		say("tea", chat.Message{Text: "@ann"})
	}
	viewstest.Settle(t, p)
	for _, tt := range []struct {
		asker chat.Person
		want  views.RoomSummary
	}{
		{ann, views.RoomSummary{Read: 1, Unread: views.MaxUnread, Mentions: views.MaxUnread}},
		{chat.Person{Name: "Ben"}, views.RoomSummary{}},
		{chat.Person{}, views.RoomSummary{}},
	} {
		query := views.RoomQuery{Person: tt.asker.Key(), Names: []string{tt.asker.Name.MentionKey()}, Limit: 10}
		rooms, _, err := views.NewRoomList(log, p).For(t.Context(), query)
		if err != nil || len(rooms) != 1 {
			t.Fatal(rooms, err)
		}
		tt.want.Room, tt.want.Last, tt.want.Time = "tea", views.MaxUnread+3, rooms[0].Time
		if rooms[0] != tt.want {
			t.Errorf("to %+v the room is %+v, want %+v", tt.asker, rooms[0], tt.want)
		}
	}
}
