package handlers

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"plainchat/chat"
	"plainchat/views"
)

// put has somebody put a text under a key, and returns the answer's status and its message.
func (h *house) put(who, path, text string) (status int, m map[string]any) {
	h.t.Helper()
	w := h.ask(who, http.MethodPut, path, text)
	if err := json.Unmarshal(w.Body.Bytes(), &m); err != nil {
		h.t.Fatalf("%s: %d, %s", path, w.Code, w.Body)
	}
	return w.Code, m
}

// What is put under a key is one message, however often there is news of it, and its versions tell how it
// went.
func TestIncidentIsOneMessage(t *testing.T) {
	h := newHouse(t)
	const key = "/rooms/ops/messages/by-key/disk"
	var first string
	for i, step := range []struct {
		query, text string
		status      int
		duplicate   bool
	}{
		{"?state=firing", "disk full", 201, false},
		{"?state=firing", "disk full", 200, true},
		{"?state=firing", "disk fuller", 200, false},
		{"?state=resolved", "disk has room", 200, false},
		{"?state=resolved", "disk has room", 200, true},
	} {
		status, m := h.put("token", key+step.query, step.text)
		if first == "" {
			first = m["id"].(string)
		}
		if status != step.status || m["id"] != first || m["message"] != step.text || m["duplicate"] != step.duplicate || m["robot"] != true || m["client_id"] != "disk" {
			t.Errorf("step %d is answered %d %v", i, status, m)
		}
	}
	if got, want := told(t, h.Server, "/rooms/ops/messages/"+first, nil), `"status":{"state":"resolved"},"versions":2`; !strings.Contains(got, want) {
		t.Errorf("the message is %s, want %s", got, want)
	}
	const want = `{"versions":[{"id":"e-3","time":"T","message":"disk full"},{"id":"e-5","time":"T","message":"disk fuller","status":{"state":"firing"}},` +
		`{"id":"e-6","time":"T","message":"disk has room","status":{"state":"resolved"}}]}` + "\n"
	if got := told(t, h.Server, "/rooms/ops/messages/"+first+"/versions", nil); got != want {
		t.Errorf("the versions are\n%s, want\n%s", got, want)
	}
	h.want(422, "invalid", "token", http.MethodPut, key+"?state=broken", "x")
	h.want(422, "invalid", "token", http.MethodPut, key+"?state=firing&exit=1", "x")
	h.want(422, "invalid", "token", http.MethodPut, key+"?state=ended&exit=-1", "x")
	h.want(422, "invalid", "token", http.MethodPut, key+"?state=ended&ms=99999999999999", "x")
	h.want(422, "invalid", "token", http.MethodPut, key, "{\"message\":\"x\",\"client_id\":\"other\"}")
}

// What has ended does not run again, and a secret makes its sender the author.
func TestGrowingMessageOfNobody(t *testing.T) {
	h := newHouse(t)
	const secret = "the-secret-of-this-very-run"
	h.people["maker"] = func(r *http.Request) { r.Header.Set("Plainchat-Author", secret) }
	path := "/rooms/ops/messages/by-key/" + chat.AuthorKey(secret)
	for i, step := range []struct {
		query, text, told string
		status            int
		duplicate         bool
	}{
		{"&state=running", "a", "a", 201, false}, {"&state=running", "ab", "ab", 200, false},
		{"&state=running", "ab", "ab", 200, false}, // a sign of life
		{"&state=ended&exit=2&ms=1500", "abc", "abc", 200, false}, {"&state=ended&exit=2&ms=1500", "abc", "abc", 200, true},
		{"&state=running", "late", "abc", 200, true},
	} {
		status, m := h.put("maker", path+"?user_name=make"+step.query, step.text)
		if status != step.status || m["robot"] != nil || m["duplicate"] != step.duplicate {
			t.Errorf("step %d is answered %d %v", i, status, m)
		}
		id := m["id"].(string)
		if got := told(t, h.Server, "/rooms/ops/messages/"+id, nil); !strings.Contains(got, `"message":"`+step.told+`"`) {
			t.Errorf("step %d: the message is %s", i, got)
		}
	}
	h.want(403, "nobodys", "nobody", http.MethodPut, path+"?user_name=make", "not mine")
	h.people["short"] = func(r *http.Request) { r.Header.Set("Plainchat-Author", "short") }
	h.want(422, "invalid", "short", http.MethodPost, "/messages", "x")
}

// A hook is made with an address that has its secret, writes into its room under its name, reads nothing,
// and takes nobody's name.
func TestHooks(t *testing.T) {
	h := newHouse(t)
	h.say("ann", "tea", "Ann", "mine")
	h.want(409, "name_taken", "operator", http.MethodPost, "/operator/hooks", `{"name":"Ann","room":"ops"}`)
	h.want(409, "name_reserved", "operator", http.MethodPost, "/operator/hooks", `{"name":"operator","room":"ops"}`)
	h.want(422, "invalid", "operator", http.MethodPost, "/operator/hooks", `{"name":"x"}`)
	w := h.want(201, "", "operator", http.MethodPost, "/operator/hooks", `{"name":"alertmanager","room":"ops"}`)
	h.want(201, "", "operator", http.MethodPost, "/operator/hooks", `{"name":"alertmanager","room":"dev"}`)
	var made struct{ ID, URL string }
	if err := json.Unmarshal(w.Body.Bytes(), &made); err != nil {
		t.Fatal(err)
	}
	_, secret, _ := strings.Cut(made.URL, "/hooks/")
	h.people["hook"] = func(r *http.Request) { r.Header.Set("Authorization", "Bearer "+secret) }
	if w := h.want(201, "", "hook", http.MethodPost, "/rooms/ops/messages", "fire"); !strings.Contains(w.Body.String(), `"user_name":"alertmanager","robot":true`) {
		t.Errorf("it writes %s", w.Body)
	}
	h.want(403, "token_room", "hook", http.MethodPost, "/messages", "fire")
	h.want(403, "token_write", "hook", http.MethodGet, "/rooms/ops/messages", "")
	h.want(403, "token_name", "hook", http.MethodPost, "/rooms/ops/messages?user_name=x", "fire")
	h.want(409, "name_taken", "ben", http.MethodPost, "/messages?user_name=Alertmanager", "not me")
	h.want(404, "not_found", "operator", http.MethodDelete, "/operator/tokens/"+made.ID, "")
	if w := h.want(200, "", "operator", http.MethodGet, "/operator/hooks", ""); strings.Contains(w.Body.String(), secret) || strings.Count(w.Body.String(), `"id"`) != 2 {
		t.Errorf("the list is %s", w.Body)
	}
	h.want(204, "", "operator", http.MethodDelete, "/operator/hooks/"+made.ID, "")
	h.want(404, "not_found", "operator", http.MethodDelete, "/operator/hooks/"+made.ID, "")
	h.want(401, "token_invalid", "hook", http.MethodPost, "/rooms/ops/messages", "fire")
}

// A name that somebody takes while a message grows is theirs, and the message remains its sender's.
func TestGrowingMessageWhoseNameIsTaken(t *testing.T) {
	h := newHouse(t)
	const secret = "the-secret-of-this-very-run"
	h.people["maker"] = func(r *http.Request) { r.Header.Set("Plainchat-Author", secret) }
	path := "/rooms/ops/messages/by-key/" + chat.AuthorKey(secret) + "?user_name=make&state="
	h.put("maker", path+"running", "a")
	h.say("ann", "ops", "make", "it is me")
	if status, m := h.put("maker", path+"ended", "ab"); status != 200 {
		t.Errorf("the end is answered %d %v", status, m)
	}
	h.want(409, "name_taken", "nobody", http.MethodPut, "/rooms/ops/messages/by-key/other?user_name=make", "not me")
	h.want(403, "nobodys", "nobody", http.MethodPut, strings.Replace(path, "&state=", "", 1), "not me")
}

// Who could not take a status back gives none: nothing is written.
func TestStatusOfNobody(t *testing.T) {
	h := newHouse(t)
	h.want(403, "needs_person", "nobody", http.MethodPut, "/rooms/ops/messages/by-key/k?user_name=Bob&state=firing", "fire")
	if got := told(t, h.Server, "/rooms/ops/messages", nil); strings.Contains(got, "fire") {
		t.Errorf("the room has %s", got)
	}
}

// The secret of a hook, which is in the settings of other programs, is good for messages alone.
func TestHookOnlyWrites(t *testing.T) {
	h := newHouse(t)
	secret := h.hook("robot", "ops")
	h.people["hook"] = func(r *http.Request) { r.Header.Set("Authorization", "Bearer "+secret) }
	message := h.say("ann", "ops", "Ann", "mine")
	for _, denied := range []struct{ code, method, path, body string }{
		{"hook_writes", http.MethodPut, message + "/reactions/👍", ""},
		{"hook_writes", http.MethodPut, message + "/pin", ""},
		{"hook_writes", http.MethodPut, "/rooms/ops", `{"topic":"x"}`},
		{"hook_writes", http.MethodPut, "/rooms/ops/read", `{"id":"` + message[strings.LastIndex(message, "/")+1:] + `"}`},
		{"not_yours", http.MethodPatch, message, "x"},
		{"not_yours", http.MethodDelete, message, ""},
		{"token_write", http.MethodGet, message, ""},
		{"token_write", http.MethodGet, message + "/versions", ""},
	} {
		h.want(403, denied.code, "hook", denied.method, denied.path, denied.body)
	}
}

// However many updates a message has had, its versions are an answer like any other.
func TestManyVersions(t *testing.T) {
	for text, want := range map[string]int{"x": views.MaxVersions, strings.Repeat("한", chat.MaxTextLength): 1 + (256<<10)/(3*chat.MaxTextLength)} {
		s := newUnlistened(t, 0)
		bodies := []chat.Body{chat.Message{Text: "first"}}
		for range 120 {
			bodies = append(bodies, chat.Update{Of: 1, Text: text})
		}
		happen(t, s, append(bodies, chat.Update{Of: 1, Text: "last"})...)
		got := told(t, s, "/rooms/lobby/messages/"+s.Store.Epoch()+"-1/versions", nil)
		if n := strings.Count(got, `"id"`); n != want && n != want+1 || !strings.Contains(got, `"message":"first"`) || !strings.Contains(got, `"message":"last"`) {
			t.Errorf("there are %d versions, want %d", n, want)
		}
	}
}
