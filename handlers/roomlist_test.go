package handlers

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"plainchat/chat"
	"plainchat/policy"
	"plainchat/views"
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
	const builds, tea, quiet = `{"room":"builds","topic":"","archived":false,"last":{"id":"e-3","time":"T","user_name":"Mina","message":"@Mina, look"},"visited":false,"unread":0,"mentions":`,
		`{"room":"tea","topic":"Tea & more","archived":false,"last":{"id":"e-2","time":"T","user_name":"Mina","message":"two"},"visited":`, `{"room":"quiet","topic":"","archived":true,"visited":false,"unread":0,"mentions":0}`
	for _, tt := range []struct {
		target, cookie, want string
	}{
		{"/rooms", "", builds + `0},` + tea + `false,"unread":0,"mentions":0},` + quiet},
		{"/rooms?user_name=mina", "", builds + `1},` + tea + `true,"read":"e-1","unread":1,"mentions":0},` + quiet},
		{"/rooms", "user_name=Mina", builds + `1},` + tea + `true,"read":"e-1","unread":1,"mentions":0},` + quiet},
		{"/rooms?user_name=Ben", "user_name=Mina", builds + `0},` + tea + `false,"unread":0,"mentions":0},` + quiet},
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
	for token, want := range map[chat.Token]string{
		{Room: "builds", Read: true}: "builds", {Read: true}: "builds tea", {Write: true}: "", {Room: "none", Read: true}: "",
	} {
		page, err := s.listRooms(t.Context(), roomRequest{caller: policy.Caller{Token: &token}, RoomQuery: views.RoomQuery{Limit: 10, Only: token.Room}})
		if err != nil {
			t.Fatal(err)
		}
		var names []string
		for _, room := range page.Rooms {
			names = append(names, string(room.Room))
		}
		if got := strings.Join(names, " "); got != want {
			t.Errorf("with %+v the list has %q, want %q", token, got, want)
		}
	}
}

// aHouseOfRooms has so many rooms with a message each, r000 and on, and as many of which only the
// topic is set.
func aHouseOfRooms(t *testing.T, rooms int) *house {
	h := newHouse(t)
	for i := range rooms {
		h.say("ann", fmt.Sprintf("r%03d", i), "Ann", "hello, <b>you</b>\nall")
		h.want(200, "", "ann", http.MethodPut, fmt.Sprintf("/rooms/s%03d", i), `{"topic":"`+strings.Repeat("<", 100)+`"}`)
	}
	return h
}

// Page after page all rooms come, each once, in all forms.
func TestPagesOfRooms(t *testing.T) {
	const rooms = 7
	h := aHouseOfRooms(t, rooms)
	var want []string
	for i := range rooms {
		want = append(want, fmt.Sprintf("r%03d", rooms-1-i))
	}
	for i := range rooms {
		want = append(want, fmt.Sprintf("s%03d", i))
	}
	for _, limit := range []int{1, 2, 3, 7, 8, 14, 1000} {
		var got []string
		for next, pages := fmt.Sprint("/rooms?limit=", limit), 0; next != ""; pages++ {
			var page roomPage
			w := h.want(200, "", "nobody", http.MethodGet, next, "")
			if err := json.Unmarshal(w.Body.Bytes(), &page); err != nil || len(page.Rooms) > limit || pages > 2*rooms+1 {
				t.Fatalf("%s: %d rooms, %v", next, len(page.Rooms), err)
			}
			for _, room := range page.Rooms {
				got = append(got, string(room.Room))
			}
			if next = page.Next; next != "" && w.Header().Get("Link") != "<"+next+`>; rel="next"` {
				t.Errorf("the link is %s", w.Header().Get("Link"))
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("%d at a time the rooms are %q, want %q", limit, got, want)
		}
	}
}

// A list is of the rooms that are asked for, in the form that is.
func TestFormsOfRooms(t *testing.T) {
	h := aHouseOfRooms(t, 2)
	for _, tt := range []struct{ target, accept, want string }{
		{"/rooms?q=R00", "text/plain", "r001\t0\t0\tT\t\nr000\t0\t0\tT\t\n"},
		{"/rooms?q=S001", "text/plain", "s001\t0\t0\t-\t" + strings.Repeat("<", 100) + "\n"},
		{"/rooms?q=nowhere", "text/plain", ""},
	} {
		if got := told(t, h.Server, tt.target, http.Header{"Accept": {tt.accept}}); got != tt.want {
			t.Errorf("%s: %q, want %q", tt.target, got, tt.want)
		}
	}
	page := told(t, h.Server, "/rooms?limit=3", http.Header{"Accept": {typeHTML}})
	for _, part := range []string{`<a class="room-link" href="/rooms/r001">`, `hello, &lt;b&gt;you&lt;/b&gt;</span>`, `&lt;&lt;</p>`, `rel="next" href="/rooms?limit=3&amp;past=s000"`} {
		if !strings.Contains(page, part) {
			t.Errorf("the page has no %s:\n%s", part, page)
		}
	}
	for target, want := range map[string]string{
		"/rooms?open=Tea+time": "/rooms/tea-time", "/rooms?open=+%EB%B0%A9": "/rooms/%EB%B0%A9",
	} {
		if w := h.want(303, "", "nobody", http.MethodGet, target, ""); w.Header().Get("Location") != want {
			t.Errorf("%s leads to %s", target, w.Header().Get("Location"))
		}
	}
	for _, target := range []string{"/rooms?open=", "/rooms?open=//evil.example", "/rooms?limit=0", "/rooms?limit=1001", "/rooms?before=x", "/rooms?before=other-1", "/rooms?past=%20"} {
		h.want(422, "invalid", "nobody", http.MethodGet, target, "")
	}
}

// However long the topics, an answer is bounded, and leads on.
func TestListsAreBounded(t *testing.T) {
	s := newUnlistened(t, 0)
	built(t, s)
	for i := range 500 {
		room := chat.Room(fmt.Sprint("room", i))
		if _, _, err := s.Store.Append(t.Context(), chat.Draft{Room: room, From: chat.Person{Name: "x"}, Body: chat.RoomState{Topic: strings.Repeat("\"", chat.MaxTopicLength)}}); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Service.Facts.Await(t.Context(), 500); err != nil {
		t.Fatal(err)
	}
	for _, accept := range []string{"", "text/plain", typeHTML} {
		w := ask(s, "/rooms", http.Header{"Accept": {accept}})
		if n := w.Body.Len(); w.Code != 200 || n > 2*answerBytes || w.Header().Get("Link") == "" {
			t.Errorf("as %q: %d, %d bytes, link %q", accept, w.Code, n, w.Header().Get("Link"))
		}
	}
}

// A guest is mentioned by each name that is theirs, and by none that is somebody else's.
func TestMentionsOfOwnNames(t *testing.T) {
	h := newHouse(t)
	h.say("ann", "tea", "Ann", "hi")
	h.say("ann", "tea", "Annie", "hi")
	h.say("ben", "tea", "Ben", "@ann, @annie: both; @ben too")
	h.say("ben", "tea", "Ben", "@annie")
	for _, tt := range []struct {
		who, query string
		want       int
	}{{"ann", "", 2}, {"ann", "?user_name=Ben", 2}, {"ben", "", 1}, {"nobody", "", 0}, {"nobody", "?user_name=annie", 2}} {
		var page roomPage
		if err := json.Unmarshal(h.ask(tt.who, http.MethodGet, "/rooms"+tt.query, "").Body.Bytes(), &page); err != nil || page.Rooms[0].Mentions != tt.want {
			t.Errorf("%s%s is mentioned %d times, %v; want %d", tt.who, tt.query, page.Rooms[0].Mentions, err, tt.want)
		}
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
