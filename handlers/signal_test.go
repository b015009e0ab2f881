package handlers

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"

	"plainchat/chat"
	"plainchat/internal/eventstream"
)

// Who is here, who of them is idle, and who types: told to the room and listed.
func TestPeople(t *testing.T) {
	chat, server := newDocumented(t, 0)
	open := func(query string) *eventstream.Reader {
		return eventstream.NewReader(exchange{method: "GET", target: "/rooms/tea/events" + query}.answer(t, server.URL).Body)
	}
	post := func(path, body string) {
		t.Helper()
		header := http.Header{"Content-Type": {typeForm}}
		if res := (exchange{method: "POST", target: "/rooms/tea/" + path, header: header, body: body}).answer(t, server.URL); res.StatusCode != http.StatusNoContent {
			t.Fatalf("%s: %s", path, res.Status)
		}
	}
	watcher := open("?user_name=Mina")
	next := func(kind, part string) {
		t.Helper()
		if ev, err := watcher.Next(); err != nil || ev.Type != kind || !strings.Contains(ev.Data, part) {
			t.Fatalf("got %+v, %v, want %s with %s", ev, err, kind, part)
		}
	}
	next("hello", `"here":[{"user_name":"Mina","idle":false}]`)
	next("presence", `"joined":["Mina"]`)
	other := open("?user_name=Jun")
	next("presence", `"joined":["Jun"]`)
	post("idle", "user_name=jun&idle=true")
	next("presence", `"idle":["Jun"],"active":[]`)
	if ev, err := other.Next(); err != nil || !strings.Contains(ev.Data, `"online":2`) {
		t.Fatalf("got %+v, %v", ev, err)
	}
	for header, want := range map[string]string{
		"*/*":        `{"room":"tea","online":2,"people":[{"user_name":"Mina","idle":false},{"user_name":"Jun","idle":true,"since":"T"}]}` + "\n",
		"text/plain": "Mina\nJun (idle)\n",
	} {
		if got := told(t, chat, "/rooms/tea/people", http.Header{"Accept": {header}}); got != want {
			t.Errorf("%s: the people are %s, want %s", header, got, want)
		}
	}
	post("typing", "user_name=Jun")
	next("presence", `"active":["Jun"]`)
	next("typing", `"names":["Jun"]`)
	exchange{method: "POST", target: "/rooms/tea/messages?user_name=Jun", body: "hello"}.answer(t, server.URL)
	next("my response", "hello")
	next("typing", `"names":[]`)
}

// Nobody types or is idle under a name of somebody else.
func TestSignalsUnderNames(t *testing.T) {
	h := newHouse(t)
	h.say("ann", "tea", "Ann", "mine")
	for path, body := range map[string]string{"/rooms/tea/typing": "user_name=", "/rooms/tea/idle": "idle=true&user_name="} {
		h.want(204, "", "ann", http.MethodPost, path, body+"Ann")
		h.want(409, "name_taken", "ben", http.MethodPost, path, body+"Ann")
		h.want(409, "name_taken", "nobody", http.MethodPost, path, body+"%D0%90nn") // looks like it
		h.want(403, "token_name", "token", http.MethodPost, path, body+"free")
		h.want(409, "name_taken", "ben", http.MethodPost, path, body+"operator")
	}
	h.want(204, "", "token", http.MethodPost, "/rooms/tea/typing", "")
	h.want(204, "", "token", http.MethodPost, "/rooms/tea/idle", `{"idle":false}`)
	remembered := h.people["ben"]
	h.people["ben"] = func(r *http.Request) {
		remembered(r)
		r.AddCookie(&http.Cookie{Name: nameCookie, Value: url.PathEscape("Ben")})
	}
	h.want(204, "", "ben", http.MethodPost, "/rooms/tea/typing", "")
}

// What cannot be meant is refused by name.
func TestSignalsAreStrict(t *testing.T) {
	h := newHouse(t)
	for _, test := range []struct {
		status     int
		path, body string
	}{
		{204, "idle", `{"user_name":"x","idle":true}`},
		{204, "idle?user_name=x", "idle=false"},
		{422, "idle?user_name=x", ""},
		{422, "idle?user_name=x", "idle=yes"},
		{422, "idle?user_name=x", "idle="},
		{400, "idle?user_name=x", "idle=true&idle=true"},
		{422, "idle?user_name=x", "idle=true&when=now"},
		{400, "idle", `{"user_name":"x","idle":"true"}`},
		{400, "idle", `{"user_name":"x","idle":true,"when":1}`},
		{400, "idle", `{"user_name":"x","idle":true`},
		{422, "idle", `{"idle":true}`},
		{204, "typing", "user_name=x"},
		{204, "typing", `{"user_name":"x"}`},
		{204, "typing?user_name=x", "{}"},
		{422, "typing", ""},
		{422, "typing?user_name=", ""},
		{422, "typing", "user_name=x&idle=true"},
		{422, "typing", "user_name=" + strings.Repeat("x", chat.MaxNameLength+1)},
		{400, "typing", "user_name=%ff"},
		{415, "typing?user_name=x", "hello"},
	} {
		if w := h.ask("nobody", http.MethodPost, "/rooms/tea/"+test.path, test.body); w.Code != test.status {
			t.Errorf("%s %s: %d, want %d: %s", test.path, test.body, w.Code, test.status, w.Body)
		}
	}
}

// To type takes nothing of what somebody may send, and is bounded too.
func TestSignalsAreLimitedApart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newUnlistened(t, 2)
		for _, step := range []struct {
			path, body string
			want       int
		}{
			{"typing", "", 204}, {"typing", "", 204}, {"typing", "", 429}, {"idle", "", 429},
			{"messages", "hello", 201}, {"messages", "hello", 201}, {"messages", "hello", 429},
		} {
			w := httptest.NewRecorder()
			s.ServeHTTP(w, httptest.NewRequest(http.MethodPost, "/rooms/tea/"+step.path+"?user_name=x", strings.NewReader(step.body)))
			if w.Code != step.want {
				t.Errorf("%s: %d, want %d", step.path, w.Code, step.want)
			}
		}
	})
}

// FuzzSignal: whatever is posted as a signal is taken as it was meant or refused, and is never
// the server's fault.
func FuzzSignal(f *testing.F) {
	server := newUnlistened(f, 0)
	for _, body := range []string{`{"user_name":"Mina","idle":true}`, `{"idle":null}`, "user_name=Mina&idle=false", "idle=%zz", "a;b", "", "\xff", "user_name=%ED%A0%80"} {
		for _, kind := range []string{"application/json", typeForm, "text/plain", ""} {
			f.Add(kind, body, "user_name=x")
		}
	}
	f.Fuzz(func(t *testing.T, contentType, body, query string) {
		for _, path := range []string{"/rooms/tea/idle", "/rooms/tea/typing"} {
			r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(body))
			r.URL.RawQuery = query
			r.Header.Set("Content-Type", headerValue(contentType))
			w := httptest.NewRecorder()
			server.ServeHTTP(w, r)
			if w.Code != http.StatusNoContent && (w.Code < 400 || w.Code >= 500) {
				t.Errorf("%s: %d %s", path, w.Code, w.Body)
			}
		}
	})
}
