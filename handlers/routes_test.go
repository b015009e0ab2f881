package handlers

import (
	"io"
	"net/http"
	"strings"
	"testing"
)

// TestSlashAtTheEnd: an address with a slash too many leads to the one that there is, on
// this server, with the method, the body and the query as they were.
func TestSlashAtTheEnd(t *testing.T) {
	_, server := newDocumented(t, 0)
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	for _, tt := range []struct{ method, target, want string }{
		{"GET", "/rooms/tea/", "/rooms/tea"},
		{"GET", "/rooms/tea///", "/rooms/tea"},
		{"HEAD", "/rooms/tea/messages/?limit=1&after=", "/rooms/tea/messages?limit=1&after="},
		{"GET", "/events/?room=tea&room=%EB%B0%A9", "/events?room=tea&room=%EB%B0%A9"},
		{"POST", "/messages/?user_name=Mina", "/messages?user_name=Mina"},
		{"POST", "/rooms/%EB%B0%A9/messages/", "/rooms/%EB%B0%A9/messages"},
		{"GET", "/rooms/tea%2Fink/", "/rooms/tea%2Fink"},
		{"GET", "/rooms/tea%2F/", "/rooms/tea%2F"}, // no room, and not the room tea
		{"GET", `/rooms/\evil.example/`, "/rooms/%5Cevil.example"},
		{"GET", "/healthz/", "/healthz"},
		{"GET", "/?before=", ""},
		{"GET", "//", ""},
		{"GET", "//messages/", ""},
		{"GET", "///evil.example/messages/", ""},
		{"GET", "/rooms/", "/rooms"},
		{"GET", "/rooms//evil.example/", ""},
		{"POST", "/rooms/tea/", ""},
		{"PUT", "/messages/", ""},
	} {
		r, err := http.NewRequestWithContext(t.Context(), tt.method, server.URL, http.NoBody)
		if err != nil {
			t.Fatal(err)
		}
		r.URL.Opaque = tt.target // sent as it is
		res, err := client.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
		if location := res.Header.Get("Location"); location != tt.want || (res.StatusCode == http.StatusPermanentRedirect) != (tt.want != "") {
			t.Errorf("%s %s: %s to %q, want %q", tt.method, tt.target, res.Status, location, tt.want)
		}
	}
	res, err := http.Post(server.URL+"/rooms/tea/messages/?user_name=Mina", "text/plain", strings.NewReader("hello"))
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if answer, err := io.ReadAll(res.Body); res.StatusCode != http.StatusCreated || !strings.Contains(string(answer), `"room":"tea","user_name":"Mina","message":"hello"`) {
		t.Errorf("%s %s, %v", res.Status, answer, err)
	}
}

// TestEmptyPlaceOfARoom: what was meant for a room whose name got lost is refused, and is
// not in the lobby.
func TestEmptyPlaceOfARoom(t *testing.T) {
	_, server := newDocumented(t, 0)
	for _, tt := range []struct{ method, path string }{
		{"POST", "/rooms//messages"}, {"GET", "/rooms//messages"}, {"GET", "/rooms//events"},
	} {
		r, err := http.NewRequestWithContext(t.Context(), tt.method, server.URL+tt.path+"?user_name=Mina", strings.NewReader("hello"))
		if err != nil {
			t.Fatal(err)
		}
		checkProblem(t, r, http.StatusUnprocessableEntity, `"field":"room","code":"empty"`)
	}
}

// TestUnknownMethods: an address that there is tells the methods that it answers, and one
// that there is not is not found by any.
func TestUnknownMethods(t *testing.T) {
	_, server := newDocumented(t, 0)
	for path, status := range map[string]int{"/messages": http.StatusMethodNotAllowed, "/nowhere": http.StatusNotFound, "/messages/": http.StatusNotFound} {
		for _, method := range []string{"PUT", "OPTIONS", "PROPFIND"} {
			r, err := http.NewRequestWithContext(t.Context(), method, server.URL+path, http.NoBody)
			if err != nil {
				t.Fatal(err)
			}
			if allow := checkProblem(t, r, status, `"detail":"`).Get("Allow"); (allow != "") != (status == http.StatusMethodNotAllowed) {
				t.Errorf("%s %s: Allow is %q", method, path, allow)
			}
		}
	}
}

// checkProblem sends a request that is answered with a problem, and returns its header.
func checkProblem(t *testing.T, r *http.Request, status int, part string) http.Header {
	t.Helper()
	res, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode != status || !strings.Contains(string(body), part) {
		t.Errorf("%s %s: %s %s, %v; want %d and %s", r.Method, r.URL, res.Status, body, err, status, part)
	}
	return res.Header
}
