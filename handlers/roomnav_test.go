package handlers

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"plainchat/chat"
)

// A page leads to the lobby, to the rooms of its reader, and to others that are not archived.
func TestNavigation(t *testing.T) {
	h := newHouse(t)
	nav := func(who, room string) string {
		t.Helper()
		_, last, err := h.Store.Bounds(t.Context())
		if err == nil {
			err = h.Views.Await(t.Context(), last)
		}
		if err != nil {
			t.Fatal(err)
		}
		view, err := h.roomView(h.request(who, http.MethodGet, "/rooms/"+room), chat.Room(room))
		if err != nil {
			t.Fatal(err)
		}
		var names []string
		for _, e := range view.Rooms {
			name := string(e.Name)
			for i, has := range []bool{e.Current, e.Visited, e.Archived} {
				if has {
					name += "*+/"[i : i+1]
				}
			}
			if e.Unread+e.Mentions > 0 {
				name += fmt.Sprint(e.Unread, "@", e.Mentions)
			}
			names = append(names, name)
		}
		return strings.Join(names, " ")
	}
	if got := nav("nobody", "tea"); got != "lobby tea*" {
		t.Errorf("in an empty house: %s", got)
	}
	old := idOf(h.say("ann", "ink", "Ann", "hi"))
	for i := range navRooms + 5 {
		h.say("ann", fmt.Sprintf("r%02d", i), "Ann", "hi")
	}
	h.want(200, "", "operator", http.MethodPut, "/rooms/r34", `{"archived":true}`)
	h.say("ben", "quiet", "Ben", "hi")
	h.want(200, "", "operator", http.MethodPut, "/rooms/quiet", `{"archived":true}`)
	got := nav("nobody", "ink") // two of the newest rooms are archived
	if len(strings.Fields(got)) != navRooms || !strings.HasPrefix(got, "lobby ink* r06 r07 ") || strings.Contains(got, "r34") || strings.Contains(got, "quiet") {
		t.Errorf("to a stranger: %s", got)
	}
	if got := nav("nobody", "quiet"); !strings.Contains(got, " quiet*/ ") {
		t.Errorf("in an archived room: %s", got)
	}
	h.want(200, "", "ben", http.MethodPut, "/rooms/ink/read", readUpTo(old))
	h.say("ann", "ink", "Ann", "@ben")
	for i := range navRooms {
		h.say("ann", fmt.Sprintf("r%02d", i), "Ann", "hi")
	}
	if got := nav("ben", "lobby"); !strings.HasPrefix(got, "lobby* ink+1@1 r") || len(strings.Fields(got)) > navRooms+1 {
		t.Errorf("to Ben, whose room is the one with the oldest messages: %s", got)
	}
	if got := nav("nobody", "lobby"); strings.Contains(got, "ink") {
		t.Errorf("to a stranger later: %s", got)
	}
}

// Nobody is led to rooms that are not for them.
func TestNavigationOfAToken(t *testing.T) {
	h := newHouse(t)
	h.people["screen"] = h.token(`{"name":"wall","room":"tea","read":true}`)
	h.say("ann", "tea", "Ann", "hi")
	h.say("ann", "ink", "Ann", "hi")
	view, err := h.roomView(h.request("screen", http.MethodGet, "/rooms/tea"), "tea")
	if err != nil || len(view.Rooms) != 1 || view.Rooms[0].Name != "tea" {
		t.Errorf("the page leads to %+v, %v", view.Rooms, err)
	}
}

// While the views are being built a page leads to what it knows.
func TestNavigationWithoutViews(t *testing.T) {
	h := newHouse(t)
	h.Views.Close()
	view, err := h.roomView(h.request("ann", http.MethodGet, "/rooms/tea"), "tea")
	if err != nil || len(view.Rooms) != 2 {
		t.Errorf("the page leads to %+v, %v", view.Rooms, err)
	}
}

// BenchmarkPageOfManyRooms is what opening a page costs where there are 1,000 rooms: to a stranger,
// and to somebody who has read 200 of them, not to their ends.
func BenchmarkPageOfManyRooms(b *testing.B) {
	s := newUnlistened(b, 0)
	const rooms, visited = 1000, 200
	reader := chat.Person{ID: "g1", Name: "Ann"}
	for i := range rooms {
		room := chat.Room(fmt.Sprint("room", i))
		for range 5 {
			ev, _, err := s.Store.Append(b.Context(), chat.Draft{Room: room, From: chat.Person{Name: "me"}, Body: chat.Message{Text: "hello, @ann"}})
			if err != nil {
				b.Fatal(err)
			}
			if i < visited {
				_, _, _ = s.Store.Append(b.Context(), chat.Draft{Room: room, From: reader, Body: chat.Read{Upto: ev.ID.Seq - 1}})
			}
		}
	}
	_, last, err := s.Store.Bounds(b.Context())
	if err != nil {
		b.Fatal(err)
	}
	built(b, s)
	if err := s.Views.Await(b.Context(), last); err != nil {
		b.Fatal(err)
	}
	for who, id := range map[string]chat.PersonID{"stranger": "", "reader": "g1"} {
		b.Run(who, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				r, _ := http.NewRequestWithContext(b.Context(), http.MethodGet, "/rooms/room1", http.NoBody)
				c, _ := s.caller(r)
				c.Person.ID = id
				if got := s.navigation(b.Context(), r, c, "room1"); len(got) < navRooms {
					b.Fatal(got)
				}
			}
		})
	}
	for target, accept := range map[string]string{"/rooms/room1": typeHTML, "/rooms": "", "/rooms?q=1": "", "/rooms?limit=200": typeHTML} {
		b.Run(target+" "+accept, func(b *testing.B) {
			for b.Loop() {
				b.SetBytes(int64(ask(s, target, http.Header{"Accept": {accept}}).Body.Len()))
			}
		})
	}
}
