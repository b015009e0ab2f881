package program

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"

	"plainchat/chat"
)

// guest is somebody whom a server knows again by a cookie.
type guest struct {
	server *server
	name   chat.Name
	cookie string
}

// guest returns somebody new, who has been shown a page.
func (s *server) guest(name chat.Name) *guest {
	s.t.Helper()
	res, _ := s.get("/", http.Header{"Accept": {"text/html"}})
	cookies := res.Cookies()
	if len(cookies) != 1 {
		s.t.Fatalf("a page sets the cookies %v", cookies)
	}
	return &guest{s, name, cookies[0].Name + "=" + cookies[0].Value}
}

// does sends a request of the guest's, with a JSON body unless it is nil. An answer that is no
// success is a *refusal. Otherwise the answer is read into answer, unless that is nil. A key makes
// it the same request when it is sent again.
func (g *guest) does(ctx context.Context, method, target string, body map[string]string, answer any, key ...string) error {
	header := http.Header{"Cookie": {g.cookie}, "User-Name": {string(g.name)}}
	if len(key) > 0 {
		header["Idempotency-Key"] = key
	}
	var sent []byte
	if body != nil {
		header.Set("Content-Type", "application/json")
		sent, _ = json.Marshal(body) // strings
	}
	res, got, err := g.server.do(ctx, method, target, header, string(sent))
	if err != nil {
		return err
	}
	if res.StatusCode >= 300 {
		return &refusal{res.StatusCode, fmt.Sprintf("%s %s: %s", method, target, got)}
	}
	if answer == nil || res.StatusCode == http.StatusNoContent {
		return nil
	}
	return json.Unmarshal([]byte(got), answer)
}

// must is does for what cannot fail.
func (g *guest) must(method, target string, body map[string]string, answer any) {
	g.server.t.Helper()
	if err := g.does(bounded(g.server.t), method, target, body, answer); err != nil {
		g.server.t.Fatal(err)
	}
}

// writes posts a message, with what a request may have beside its text, and returns its id.
func (g *guest) writes(room chat.Room, text string, more map[string]string) (id string) {
	g.server.t.Helper()
	body := map[string]string{"user_name": string(g.name), "message": text}
	for member, value := range more {
		body[member] = value
	}
	var ev struct{ ID string }
	g.must(http.MethodPost, room.Path()+"/messages", body, &ev)
	return ev.ID
}
