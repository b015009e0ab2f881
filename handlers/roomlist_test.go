package handlers

import (
	"net/http"
	"strings"
	"testing"

	"plainchat/chat"
	"plainchat/policy"
)

// The list has all rooms, and to somebody what they have not read, and where they are mentioned.
func TestRooms(t *testing.T) {
	s := newUnlistened(t, 0)
	built(t, s)
	mina := chat.Person{Name: "Mina"}
	for _, e := range []struct {
		room chat.Room
		body chat.Body
	}{
		{"tea", chat.Message{Text: "one"}}, {"tea", chat.Message{Text: "two"}}, {"builds", chat.Message{Text: "@Mina, look"}},
		{"tea", chat.Read{Upto: 1}}, {"tea", chat.RoomState{Topic: "Tea & more"}}, {"quiet", chat.RoomState{Archived: true}},
	} {
		if _, _, err := s.Store.Append(t.Context(), chat.Draft{Room: e.room, From: mina, Body: e.body}); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Service.Facts.Await(t.Context(), 6); err != nil {
		t.Fatal(err)
	}
	const builds, tea, quiet = `{"room":"builds","topic":"","archived":false,"last":{"id":"e-3","time":"T"},"unread":0,"mentions":`,
		`{"room":"tea","topic":"Tea & more","archived":false,"last":{"id":"e-2","time":"T"},"unread":`, `{"room":"quiet","topic":"","archived":true,"unread":0,"mentions":0}`
	for _, tt := range []struct {
		target, cookie, want string
	}{
		{"/rooms", "", builds + `0},` + tea + `0,"mentions":0},` + quiet},
		{"/rooms?user_name=mina", "", builds + `1},` + tea + `1,"mentions":0},` + quiet},
		{"/rooms", "user_name=Mina", builds + `1},` + tea + `1,"mentions":0},` + quiet},
		{"/rooms?user_name=Ben", "user_name=Mina", builds + `0},` + tea + `0,"mentions":0},` + quiet},
	} {
		header := http.Header{}
		if tt.cookie != "" {
			header.Set("Cookie", tt.cookie)
		}
		if got, want := told(t, s, tt.target, header), `{"rooms":[`+tt.want+"]}\n"; got != want {
			t.Errorf("%s for %s:\n%s\nwant\n%s", tt.target, tt.cookie, got, want)
		}
	}
	if answer := ask(s, "/rooms?user_name=", http.Header{}); answer.Code != http.StatusUnprocessableEntity {
		t.Errorf("for nobody: %d", answer.Code)
	}
}

// A token for one room is told of that alone.
func TestRoomsOfAToken(t *testing.T) {
	s := newUnlistened(t, 0)
	built(t, s)
	for _, room := range []chat.Room{"tea", "builds"} {
		if _, _, err := s.Store.Append(t.Context(), chat.Draft{Room: room, From: chat.Person{Name: "Ann"}, Body: chat.Message{Text: "hi"}}); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Views.Await(t.Context(), 2); err != nil {
		t.Fatal(err)
	}
	summaries, err := s.rooms.For(t.Context(), chat.Person{})
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, room := range s.listed(policy.Caller{Token: &chat.Token{Room: "builds", Read: true}}, summaries) {
		names = append(names, string(room.Room))
	}
	if got := strings.Join(names, " "); got != "builds" {
		t.Errorf("the list has %q", got)
	}
}

// While the views are being built there is no list.
func TestRoomsBeforeTheyAreCounted(t *testing.T) {
	s := newUnlistened(t, 0)
	s.Views.Close()
	if answer := ask(s, "/rooms", http.Header{}); answer.Code != http.StatusServiceUnavailable || !strings.Contains(answer.Body.String(), `"code":"unavailable"`) {
		t.Errorf("%d %s", answer.Code, answer.Body)
	}
}
