package handlers

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/go-chi/chi/v5"

	"plainchat/chat"
	"plainchat/identity"
	"plainchat/store"
)

// house is a server with people, in whose names requests are sent.
type house struct {
	t *testing.T
	*Server
	guests *identity.Guests
	people map[string]func(*http.Request)
}

func newHouse(t *testing.T) *house { return newLimitedHouse(t, 0) }

// newLimitedHouse has a server that takes so many messages a second.
func newLimitedHouse(t *testing.T, rate int) *house {
	s := newUnlistened(t, rate)
	built(t, s) // or whoever asks the views is told to come again
	secret, err := s.Store.(*store.SQLite).Secret(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	h := &house{t: t, Server: s, guests: identity.NewGuests(secret)}
	s.Guests = h.guests
	guest := func() func(*http.Request) {
		cookie := h.guests.Cookie(h.guests.New(), false)
		return func(r *http.Request) { r.AddCookie(cookie) }
	}
	h.people = map[string]func(*http.Request){
		"ann": guest(), "ben": guest(), "nobody": func(*http.Request) {},
		"token":  h.token(`{"name":"ci","read":true,"write":true}`),
		"reader": h.token(`{"name":"screen","read":true}`),
		"forged": func(r *http.Request) { r.Header.Set("Authorization", "Bearer "+string(identity.NewSecret())) },
	}
	return h
}

// token makes a token as the operator does.
func (h *house) token(wanted string) func(*http.Request) {
	var made struct{ Token string }
	w := h.ask("operator", http.MethodPost, "/operator/tokens", wanted)
	if err := json.Unmarshal(w.Body.Bytes(), &made); err != nil || !strings.HasPrefix(made.Token, "plc_") {
		h.t.Fatalf("status %d, %s", w.Code, w.Body)
	}
	return func(r *http.Request) { r.Header.Set("Authorization", "Bearer "+made.Token) }
}

// request is one of somebody who is not the operator, without a body.
func (h *house) request(who, method, path string) *http.Request {
	r := httptest.NewRequest(method, path, nil)
	h.people[who](r)
	return r
}

func (h *house) ask(who, method, path, body string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	switch {
	case strings.HasPrefix(body, "{"):
		r.Header.Set("Content-Type", "application/json")
	case strings.Contains(body, "="):
		r.Header.Set("Content-Type", typeForm)
	}
	w := httptest.NewRecorder()
	if who == "operator" {
		h.Operator().ServeHTTP(w, r)
		return w
	}
	h.people[who](r)
	h.ServeHTTP(w, r)
	return w
}

// say sends a message and returns its address.
func (h *house) say(who, room, name, text string) string {
	h.t.Helper()
	w := h.ask(who, http.MethodPost, "/rooms/"+room+"/messages?user_name="+name, text)
	if w.Code != http.StatusCreated {
		h.t.Fatalf("status %d, %s", w.Code, w.Body)
	}
	return w.Header().Get("Location")
}

// want asks, and compares the status and the code of the answer's problem, if it is one.
func (h *house) want(status int, code, who, method, path, body string) *httptest.ResponseRecorder {
	h.t.Helper()
	w := h.ask(who, method, path, body)
	var p struct{ Code string }
	_ = json.Unmarshal(w.Body.Bytes(), &p) // some have no body
	if w.Code != status || p.Code != code {
		h.t.Errorf("%s: %s %s is answered %d %q, want %d %q: %s", who, method, path, w.Code, p.Code, status, code, w.Body)
	}
	return w
}

// rights are what each sort of person gets of each route that changes something or reads a
// room: in the room "open", whose message is Ann's, and in "closed", which is archived.
var rights = map[string]struct {
	body string
	open map[string]int
	shut map[string]int
}{
	"POST /messages":                          {"hello", all(201, "reader", 403), all(403, "operator", 403)},
	"PATCH /messages/{id}":                    {"new", all(403, "ann", 200), all(403)},
	"PUT /messages/by-key/{key}":              {"new", all(201, "reader", 403), all(403, "operator", 403)},
	"PUT /live":                               {"new", all(201, "reader", 403), all(403, "operator", 403)},
	"POST /live":                              {"new", all(201, "reader", 403), all(403, "operator", 403)},
	"GET /messages/{id}/versions":             {"", all(200), all(200)},
	"DELETE /messages/{id}":                   {"", all(403, "ann", 200, "operator", 200), all(403, "operator", 200)},
	"PUT /messages/{id}/reactions/{emoji}":    {"", all(200, "reader", 403), all(403)},
	"DELETE /messages/{id}/reactions/{emoji}": {"", all(200, "reader", 403), all(403)},
	"PUT /messages/{id}/pin":                  {"", all(200, "reader", 403), all(403)},
	"DELETE /messages/{id}/pin":               {"", all(200, "reader", 403), all(403)},
	"POST /messages/{id}/edit":                {"message=new", all(403, "ann", 303), all(403)},
	"POST /messages/{id}/delete":              {"", all(403, "ann", 303, "operator", 303), all(403, "operator", 303)},
	"POST /messages/{id}/react":               {"emoji=👍", all(303, "reader", 403), all(403)},
	"POST /messages/{id}/pin":                 {"", all(303, "reader", 403), all(403)},
	"PUT /":                                   {`{"topic":"tea"}`, all(200, "nobody", 403, "reader", 403), all(403, "operator", 200)},
	"POST /settings":                          {"topic=tea", all(303, "nobody", 403, "reader", 403), all(403, "operator", 303)},
	"PUT /read":                               {`{"id":"ID"}`, all(200, "nobody", 403, "reader", 403, "operator", 403), all(200, "nobody", 403, "reader", 403, "operator", 403)},
	"GET /read":                               {"", all(200), all(200)},
	"GET /people":                             {"", all(200), all(200)},
	"POST /idle":                              {`{"idle":true}`, all(204), all(204)},
	"POST /typing":                            {"", all(204, "reader", 403), all(403)},
	"POST /asks":                              {`{"message":"Tea?","choices":["yes","no"]}`, all(201, "reader", 403), all(403, "operator", 403)},
	"GET /asks":                               {"", all(200), all(200)},
	"GET /asks/{id}":                          {"", all(404), all(404)}, // the message asks nothing
	"POST /asks/{id}/answer":                  {`{"choice":"yes"}`, all(404, "reader", 403), all(403)},
	"GET /messages/{id}":                      {"", all(200), all(200)},
	"GET /messages":                           {"", all(200), all(200)},
	"GET /":                                   {"", all(200), all(200)},
	"GET .atom":                               {"", all(200), all(200)},
	"GET .json":                               {"", all(200), all(200)},
	"GET /qr.svg":                             {"", all(200), all(200)},
	"HEAD /events":                            {"", all(200), all(200)},
	"HEAD /live":                              {"", all(200), all(200)},
}

// all is a status for everybody but those who are named with another; nobody gets in with a
// token that is none.
func all(status int, others ...any) map[string]int {
	statuses := map[string]int{"forged": http.StatusUnauthorized}
	for _, who := range []string{"ann", "ben", "nobody", "token", "reader", "operator"} {
		statuses[who] = status
	}
	for i := 0; i < len(others); i += 2 {
		statuses[others[i].(string)] = others[i+1].(int)
	}
	return statuses
}

func TestRights(t *testing.T) {
	for route, rule := range rights {
		method, path, _ := strings.Cut(route, " ")
		for room, statuses := range map[string]map[string]int{"open": rule.open, "closed": rule.shut} {
			h := newHouse(t)
			message := h.say("ann", room, "Ann", "hello")
			id := message[strings.LastIndex(message, "/")+1:]
			if room == "closed" {
				h.want(200, "", "operator", http.MethodPut, "/rooms/closed", `{"archived":true}`)
			}
			for who, status := range statuses {
				at := "/rooms/" + room + strings.NewReplacer("{id}", id, "{emoji}", "👍", "{key}", "k").Replace(strings.TrimSuffix(path, "/"))
				if method != http.MethodGet && method != http.MethodHead {
					at += "?user_name=" + map[string]string{"ann": "Ann", "ben": "Ben", "nobody": "x", "token": "ci", "reader": "screen", "operator": "operator", "forged": "x"}[who]
				}
				w := h.ask(who, method, at, strings.ReplaceAll(rule.body, "ID", id))
				if w.Code == http.StatusNoContent && status == http.StatusOK { // somebody else has done the same before
					w.Code = http.StatusOK
				}
				if w.Code != status {
					t.Errorf("%s in the room %s by %s: %d, want %d: %s", route, room, who, w.Code, status, w.Body)
				}
				if strings.Contains(strings.ToLower(route), "delete") && w.Code < 400 { // for the next one
					if room == "closed" {
						h.want(200, "", "operator", http.MethodPut, "/rooms/closed", `{"archived":false}`)
					}
					message = h.say("ann", room, "Ann", "hello")
					id = message[strings.LastIndex(message, "/")+1:]
					if room == "closed" {
						h.want(200, "", "operator", http.MethodPut, "/rooms/closed", `{"archived":true}`)
					}
				}
			}
		}
	}
}

// A new route needs a rule.
func TestEveryRouteHasARule(t *testing.T) {
	// Those that are of no room, or only for the operator.
	exempt := map[string]bool{
		"GET /": true, "GET /events": true, "GET /healthz": true, "GET /readyz": true, "GET /metrics": true,
		"GET /static/*": true, "GET /names/{name}": true, "POST /language": true, "GET /search": true, "GET /openapi.yaml": true, "GET /favicon.ico": true,
		"GET /rooms": true, // has those that one may read: TestRoomsOfAToken
		// A link is for whoever has its code, and made by guests: TestLinkIsForGuests.
		"POST /identity/link": true, "GET /link/{code}": true, "GET /link/{code}/qr.svg": true, "POST /link/{code}": true,
		"POST /mcp": true, // is for tokens, and has the rights of each: TestToolsHaveTheRightsOfTheToken
		// A hook is for whoever has its address: TestUnknownHook.
		"POST /hooks/{secret}": true, "PUT /hooks/{secret}": true, "POST /hooks/{secret}/*": true, "PUT /hooks/{secret}/*": true,
	}
	s := newUnlistened(t, 0)
	err := chi.Walk(s.Handler.(chi.Routes), func(method, route string, _ http.Handler, _ ...func(http.Handler) http.Handler) error {
		key := method + " " + strings.TrimPrefix(route, "/rooms/{room}")
		if key == method+" " {
			key += "/"
		}
		if method == http.MethodGet && (strings.HasSuffix(key, "/events") || strings.HasSuffix(key, "/live")) {
			key = "HEAD" + strings.TrimPrefix(key, http.MethodGet) // a stream does not end
		}
		if _, ruled := rights[key]; !ruled && !exempt[method+" "+route] {
			t.Errorf("there is no rule for %s %s", method, route)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestNamesAreOwned(t *testing.T) {
	h := newHouse(t)
	h.say("ann", "tea", "Ann", "mine")
	for _, name := range []string{"Ann", "ANN", "%D0%90nn", "%EF%BC%A1nn", "A%E2%80%8Bnn"} { // Cyrillic, full width, zero width
		for _, who := range []string{"ben", "nobody"} {
			w := h.ask(who, http.MethodPost, "/rooms/tea/messages?user_name="+name, "not mine")
			if w.Code == http.StatusUnprocessableEntity && strings.Contains(name, "%E2%80%8B") {
				continue // no name at all
			}
			var p struct{ Code, Alternative string }
			if err := json.Unmarshal(w.Body.Bytes(), &p); err != nil || w.Code != http.StatusConflict || p.Code != "name_taken" {
				t.Errorf("%s takes %s: %d, %s", who, name, w.Code, w.Body)
				continue
			}
			h.want(201, "", who, http.MethodPost, "/rooms/tea/messages", `{"user_name":"`+p.Alternative+`","message":"hi"}`)
		}
	}
	h.say("ann", "tea", "Ann", "still mine")
	h.want(204, "", "operator", http.MethodDelete, "/operator/names/Ann", "")
	h.say("ben", "tea", "Ann", "mine now")
	h.want(409, "name_taken", "ann", http.MethodPost, "/rooms/tea/messages?user_name=Ann", "lost")
	h.want(409, "name_taken", "ann", http.MethodPost, "/rooms/tea/messages?user_name=ci", "a token's")
	for _, name := range []string{"operator", "OPERATOR", "%D0%BEperator"} {
		h.want(409, "name_taken", "ann", http.MethodPost, "/rooms/tea/messages?user_name="+name, "pay me")
	}
	h.say("nobody", "tea", "anonymous", "hi")
	h.say("ann", "tea", "anonymous", "hi")
	h.say("nobody", "tea", "anonymous", "whose name nobody can own")
}

func TestDeletedMessages(t *testing.T) {
	h := newHouse(t)
	w := h.ask("ann", http.MethodPost, "/messages", `{"user_name":"Ann","message":"hush","client_id":"k"}`)
	message := w.Header().Get("Location")
	h.want(200, "", "ann", http.MethodPatch, message, `{"message":"hush, hush"}`)
	h.want(200, "", "ann", http.MethodDelete, message, "")
	h.want(204, "", "ann", http.MethodDelete, message, "") // again, since no answer came
	h.want(204, "", "operator", http.MethodDelete, message, "")
	h.want(303, "", "ann", http.MethodPost, message+"/delete", "")
	h.want(410, "deleted", "ben", http.MethodDelete, message, "")
	h.want(410, "deleted", "nobody", http.MethodDelete, message, "")
	h.want(403, "token_read", "reader", http.MethodDelete, message, "")
	h.want(410, "deleted", "ann", http.MethodPatch, message, "again")
	h.want(410, "deleted", "ann", http.MethodPost, "/messages", `{"user_name":"Ann","message":"hush","client_id":"k"}`)
	if history := h.ask("ben", http.MethodGet, "/messages", "").Body.String(); strings.Contains(history, "hush") {
		t.Errorf("the history has what was deleted: %s", history)
	}
	h.want(404, "not_found", "ann", http.MethodDelete, "/messages/none-1", "")
	h.want(404, "not_found", "ann", http.MethodDelete, strings.Replace(message, "lobby", "tea", 1), "")
	h.want(404, "not_found", "ann", http.MethodDelete, message+"000", "")
}

func TestReplies(t *testing.T) {
	h := newHouse(t)
	message := h.say("ann", "tea", "Ann", "first")
	id := message[strings.LastIndex(message, "/")+1:]
	for _, body := range []string{`{"user_name":"Ben","message":"yes","reply_to":"` + id + `"}`, "user_name=Ben&message=yes&reply_to=" + id} {
		r := httptest.NewRequest(http.MethodPost, "/rooms/tea/messages", strings.NewReader(body))
		r.Header.Set("Content-Type", map[bool]string{true: "application/json", false: typeForm}[body[0] == '{'])
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		if w.Code != http.StatusCreated || !strings.Contains(w.Body.String(), `"reply_to":"`+id+`"`) {
			t.Errorf("%s: %d, %s", body, w.Code, w.Body)
		}
	}
	h.want(201, "", "nobody", http.MethodPost, "/rooms/tea/messages?user_name=x&reply_to="+id, "yes")
	h.want(404, "not_found", "nobody", http.MethodPost, "/messages?user_name=x&reply_to="+id, "of another room")
	h.want(422, "invalid", "nobody", http.MethodPost, "/messages?user_name=x&reply_to=1", "no id")
	h.want(422, "invalid", "nobody", http.MethodPost, "/messages?user_name=x&reply_to=other-1", "another log")
}

// A token that is revoked is worthless at once, and so is the name that it kept.
func TestRevokedToken(t *testing.T) {
	h := newHouse(t)
	h.want(201, "", "token", http.MethodPost, "/messages", "hi")
	h.want(403, "token_name", "token", http.MethodPost, "/messages?user_name=Ann", "hi")
	h.want(409, "name_taken", "nobody", http.MethodPost, "/messages?user_name=ci", "hi")
	var list struct{ Tokens []struct{ ID, Name string } }
	if err := json.Unmarshal(h.ask("operator", http.MethodGet, "/operator/tokens", "").Body.Bytes(), &list); err != nil || len(list.Tokens) != 2 || list.Tokens[0].Name != "ci" {
		t.Fatalf("the tokens are %+v, %v", list, err)
	}
	h.want(204, "", "operator", http.MethodDelete, "/operator/tokens/"+list.Tokens[0].ID, "")
	h.want(404, "not_found", "operator", http.MethodDelete, "/operator/tokens/"+list.Tokens[0].ID, "")
	h.want(401, "token_invalid", "token", http.MethodPost, "/messages", "hi")
	h.want(201, "", "nobody", http.MethodPost, "/messages?user_name=ci", "hi")
}

// The operator's addresses are nobody else's.
func TestOperatorRoutes(t *testing.T) {
	h := newHouse(t)
	for _, route := range []string{"POST /operator/tokens", "GET /operator/tokens", "POST /operator/hooks", "GET /operator/hooks", "DELETE /operator/hooks/k", "DELETE /operator/names/Ann", "DELETE /operator/messages/e-1"} {
		method, path, _ := strings.Cut(route, " ")
		h.want(404, "not_found", "ann", method, path, "")
	}
	h.want(404, "not_found", "operator", http.MethodDelete, "/operator/messages/"+chat.ID{Epoch: h.Store.Epoch(), Seq: 99}.String(), "")
	message := h.say("nobody", "tea", "x", "hi")
	h.want(200, "", "operator", http.MethodDelete, "/operator"+strings.TrimPrefix(message, "/rooms/tea"), "")
	h.want(409, "name_reserved", "operator", http.MethodPost, "/operator/tokens", `{"name":"Operator","write":true}`)
	for _, body := range []string{`{"name":""}`, `{"name":"x","room":" "}`, `{"nam":"x"}`, `[]`} {
		if w := h.ask("operator", http.MethodPost, "/operator/tokens", body); w.Code != 422 && w.Code != 400 {
			t.Errorf("%s: %d, %s", body, w.Code, w.Body)
		}
	}
}

// Before somebody uses a name they can ask whether it is free to them; and under somebody
// else's nobody is announced.
func TestWhoseName(t *testing.T) {
	h := newHouse(t)
	h.say("ann", "tea", "Ann", "mine")
	for who, want := range map[string]string{
		"ann": `{"user_name":"Ann","free":true}`, "ben": `{"user_name":"Ann","free":false,"alternative":"Ann 2"}`,
		"nobody": `{"user_name":"Ann","free":false,"alternative":"Ann 2"}`,
	} {
		if got := strings.TrimSpace(h.want(200, "", who, http.MethodGet, "/names/%20Ann", "").Body.String()); got != want {
			t.Errorf("%s is told %s, want %s", who, got, want)
		}
	}
	h.want(200, "", "ben", http.MethodGet, "/names/%EC%A7%80%EB%AF%BC", "")
	h.want(422, "invalid", "ben", http.MethodGet, "/names/a%E2%80%8Bb", "")
}
