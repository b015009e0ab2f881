package handlers

import (
	"encoding/base64"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"plainchat/chat"
	"plainchat/identity"
)

// hook makes a hook for a room and returns its secret.
func (h *house) hook(name chat.Name, room chat.Room) string {
	h.t.Helper()
	secret := identity.NewHookSecret()
	hook := chat.Token{ID: identity.NewTokenID(), Name: name, Hash: secret.Hash(), Room: room, Write: true, Hook: true}
	if _, _, err := h.Store.Append(h.t.Context(), chat.Draft{From: chat.Person{Name: chat.Operator}, Body: hook}); err != nil {
		h.t.Fatal(err)
	}
	if err := h.Service.Facts.Await(h.t.Context(), 1<<62); err != nil {
		h.t.Fatal(err)
	}
	return string(secret)
}

// dial sends a request as another program does.
func (h *house) dial(method, target, body string, header ...string) *httptest.ResponseRecorder {
	h.t.Helper()
	r := httptest.NewRequest(method, target, strings.NewReader(body))
	for _, line := range header {
		name, value, _ := strings.Cut(line, ": ")
		r.Header.Set(name, value)
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

// last returns the last message of a room, as it stands.
func (h *house) last(room chat.Room) string {
	h.t.Helper()
	return told(h.t, h.Server, room.Path()+"/messages?limit=1", nil)
}

const (
	asJSON = "Content-Type: application/json"
	asForm = "Content-Type: application/x-www-form-urlencoded"
)

// Each program of the table of docs/robots.md gets the answer that it needs, word for word, where its
// setting has it send. In the targets S is the secret.
func TestHookAnswers(t *testing.T) {
	h := newHouse(t)
	secret := h.hook("robot", "ops")
	basic := "Authorization: Basic " + base64.StdEncoding.EncodeToString([]byte("user:"+secret))
	bearer := "Authorization: Bearer " + secret
	auth := base64.RawURLEncoding.EncodeToString([]byte("Bearer " + secret))
	alert := `{"status":"firing","groupKey":"g","receiver":"r","version":"4","alerts":[{"status":"firing","labels":{"alertname":"Disk"}}]}`
	const (
		ok      = "text/plain: ok"
		plain   = "text/plain; charset=utf-8: ok\n"
		json    = "application/json: "
		ntfySaw = json + `{"id":"e-N","time":T,"event":"message","topic":"%s","message":"hi"}` + "\n"
	)
	for _, tt := range []struct {
		name, method, target, body string
		header                     []string
		status                     int
		answer, text               string
	}{
		{"slack", "POST", "/hooks/S", `{"text":"hi"}`, []string{asJSON}, 200, ok, "hi"},
		{"slack form", "POST", "/hooks/S", "payload=" + url.QueryEscape(`{"text":"hi"}`), []string{asForm}, 200, ok, "hi"},
		{"slack attachment", "POST", "/hooks/S", `{"attachments":[{"fallback":"hi"}]}`, []string{asJSON}, 200, ok, "hi"},
		{"slack without text", "POST", "/hooks/S", `{"text":""}`, []string{asJSON}, 400, "text/plain: no_text", ""},
		{"slack broken", "POST", "/hooks/S", `{"text":`, []string{asJSON}, 400, "text/plain: invalid_payload", ""},
		{"mattermost", "POST", "/hooks/S/", `{"text":"hi","channel":"town-square"}`, []string{asJSON}, 200, ok, "hi"},
		{"ntfy JSON, bearer", "POST", "/", `{"topic":"t","message":"hi"}`, []string{asJSON, bearer}, 200, fmt.Sprintf(ntfySaw, "t"), "hi"},
		{"ntfy JSON, basic", "POST", "/", `{"topic":"t","message":"hi"}`, []string{asJSON, basic}, 200, fmt.Sprintf(ntfySaw, "t"), "hi"},
		{"ntfy JSON, topic", "POST", "/", `{"topic":"S","message":"hi"}`, []string{asJSON}, 200, fmt.Sprintf(ntfySaw, "ops"), "hi"},
		{"ntfy", "POST", "/backups", "hi", []string{bearer}, 200, fmt.Sprintf(ntfySaw, "backups"), "hi"},
		{"ntfy PUT", "PUT", "/backups", "hi", []string{basic}, 200, fmt.Sprintf(ntfySaw, "backups"), "hi"},
		{"ntfy auth", "PUT", "/backups?auth=" + auth, "hi", nil, 200, fmt.Sprintf(ntfySaw, "backups"), "hi"},
		{"ntfy topic", "PUT", "/S", "hi", nil, 200, fmt.Sprintf(ntfySaw, "ops"), "hi"},
		{"ntfy at a page's address", "PUT", "/search", "hi", []string{bearer}, 200, fmt.Sprintf(ntfySaw, "search"), "hi"},
		{"ntfy below", "PUT", "/hooks/S/backups", "hi", []string{"Title: T", "Priority: 4"}, 200, json + `{"id":"e-N","time":T,"event":"message","topic":"backups","title":"T","message":"hi","priority":4}` + "\n", "❗ **T**\nhi"},
		{"gotify", "POST", "/message", `{"message":"hi","priority":5}`, []string{asJSON, "X-Gotify-Key: S"}, 200, json + `{"id":N,"appid":1,"message":"hi","title":"","priority":5,"date":"D"}` + "\n", "hi"},
		{"gotify token", "POST", "/message?token=S", `message=hi`, []string{asForm}, 200, json + `{"id":N,"appid":1,"message":"hi","title":"","date":"D"}` + "\n", "hi"},
		{"gotify below", "POST", "/hooks/S/message", `{"message":"hi"}`, []string{asJSON}, 200, json + `{"id":N,"appid":1,"message":"hi","title":"","date":"D"}` + "\n", "hi"},
		{"gotify without text", "POST", "/hooks/S/message", `{"title":""}`, []string{asJSON}, 400, json + `{"error":"Bad Request","errorCode":400,"errorDescription":"there is no text in it"}` + "\n", ""},
		{"campfire", "POST", "/rooms/7/S/messages", "hi", nil, 201, " /rooms/ops/messages/e-N: ", "hi"},
		{"campfire below", "POST", "/hooks/S/rooms/7/3-key/messages", "hi", nil, 201, " /rooms/ops/messages/e-N: ", "hi"},
		{"alertmanager", "POST", "/hooks/S", alert, []string{asJSON}, 200, plain, "🔴 **Disk**"},
		{"github", "POST", "/hooks/S", `{"zen":"hi","repository":{"full_name":"a/b"}}`, []string{asJSON, "X-GitHub-Event: ping"}, 200, plain, "[a/b] connected this room\n> hi"},
		{"github with another secret", "POST", "/hooks/S", `{}`, []string{asJSON, "X-GitHub-Event: ping", "X-Hub-Signature-256: sha256=00"}, 403, "text/plain; charset=utf-8: its signature is not the hook's\n", ""},
		{"gitlab", "POST", "/hooks/S", `{"object_kind":"release","action":"create","tag":"v1"}`, []string{asJSON, "X-Gitlab-Event: Release Hook", "X-Gitlab-Token: S"}, 200, plain, "created release v1"},
		{"uptime kuma", "POST", "/hooks/S", `{"heartbeat":null,"monitor":null,"msg":"hi"}`, []string{asJSON}, 200, plain, "hi"},
		{"apprise", "POST", "/hooks/S", `{"version":"1.0","title":"","message":"hi","attachments":[],"type":"info"}`, []string{asJSON}, 201, json + `{"id":"e-N","room":"ops","time":"D"}` + "\n", "hi"},
		{"home assistant", "POST", "/hooks/S", `{"message":"hi"}`, []string{asJSON}, 201, json + `{"id":"e-N","room":"ops","time":"D"}` + "\n", "hi"},
		{"curl", "POST", "/hooks/S", "hi & all", []string{asForm}, 201, json + `{"id":"e-N","room":"ops","time":"D"}` + "\n", "hi & all"},
		{"too large", "POST", "/hooks/S", `{"text":"` + strings.Repeat("x", maxHookBody) + `"}`, []string{asJSON}, 413, "text/plain: too_large", ""},
		{"long", "POST", "/hooks/S", `{"text":"` + strings.Repeat("x", maxHookBody-100) + `"}`, []string{asJSON}, 200, ok, "xx"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			put := strings.NewReplacer("S", secret).Replace
			for i := range tt.header {
				tt.header[i] = strings.ReplaceAll(tt.header[i], ": S", ": "+secret)
			}
			body := strings.ReplaceAll(tt.body, `"S"`, `"`+secret+`"`)
			w := h.dial(tt.method, put(tt.target), body, tt.header...)
			got := w.Header().Get("Content-Type")
			if l := w.Header().Get("Location"); l != "" && tt.name[:4] == "camp" {
				got += " " + l
			}
			if got += ": " + w.Body.String(); w.Code != tt.status || settled(h, got) != tt.answer {
				t.Errorf("answered %d %q, want %d %q", w.Code, settled(h, got), tt.status, tt.answer)
			}
			if tt.text == "" {
				return
			}
			if got := h.last("ops"); !strings.Contains(got, `"message":"`+strings.ReplaceAll(tt.text, "\n", `\n`)) || !strings.Contains(got, `"robot":true`) {
				t.Errorf("the message is %s, want %q", got, tt.text)
			}
		})
	}
}

var (
	ntfyTime   = regexp.MustCompile(`"time":\d+`)
	gotifyDate = regexp.MustCompile(`"\d{4}-\d\d-\d\dT[0-9:.]+Z"`)
	gotifyID   = regexp.MustCompile(`"id":\d+`)
)

// settled is an answer without what differs from run to run.
func settled(h *house, answer string) string {
	answer = regexp.MustCompile(h.Store.Epoch()+`-\d+`).ReplaceAllString(answer, "e-N")
	answer = ntfyTime.ReplaceAllString(answer, `"time":T`)
	return gotifyID.ReplaceAllString(gotifyDate.ReplaceAllString(answer, `"D"`), `"id":N`)
}

// Whatever a hook's dialect, one that is not known is refused in it; at the addresses that hooks share with
// nobody, as if there were no hooks.
func TestUnknownHook(t *testing.T) {
	h := newHouse(t)
	good := h.hook("robot", "ops")
	for _, secret := range []string{string(identity.NewHookSecret()), string(identity.NewSecret()), "plh_x", good[:len(good)-1]} {
		for _, tt := range []struct {
			method, target, body string
			header               []string
			status               int
			answer               string
		}{
			{"POST", "/hooks/S", `{"text":"hi"}`, []string{asJSON}, 404, "no_service"},
			{"PUT", "/hooks/S/topic", "hi", nil, 401, `{"code":40101,"http":401,"error":"unauthorized"}` + "\n"},
			{"POST", "/hooks/S/message", `{"message":"hi"}`, []string{asJSON}, 401, `{"error":"Unauthorized","errorCode":401,"errorDescription":"there is no such hook"}` + "\n"},
			{"POST", "/hooks/S", "hi", nil, 404, "there is no such hook\n"},
			{"POST", "/S", "hi", nil, 404, ""},
			{"POST", "/", `{"topic":"S"}`, []string{asJSON}, 405, ""},
			{"POST", "/message", `{"message":"hi"}`, []string{asJSON, "X-Gotify-Key: S"}, 404, ""},
			{"POST", "/rooms/7/S/messages", "hi", nil, 404, ""},
		} {
			for i := range tt.header {
				tt.header[i] = strings.ReplaceAll(tt.header[i], "S", secret)
			}
			w := h.dial(tt.method, strings.ReplaceAll(tt.target, "S", secret), strings.ReplaceAll(tt.body, "S", secret), tt.header...)
			if w.Code != tt.status || tt.answer != "" && w.Body.String() != tt.answer {
				t.Errorf("%s %s with %s: %d %s, want %d %s", tt.method, tt.target, secret, w.Code, w.Body, tt.status, tt.answer)
			}
			if tt.status == 405 && w.Header().Get("Allow") == "" {
				t.Error("405 without Allow")
			}
		}
	}
	if w := h.dial("GET", "/hooks/"+good, "", "Accept: text/html"); w.Code != 405 || strings.Contains(w.Body.String(), good) || w.Header().Get("Referrer-Policy") != "no-referrer" {
		t.Errorf("a browser is answered %d, %v\n%s", w.Code, w.Header(), w.Body)
	}
	if w := h.dial("GET", "/hooks/"+good, "", "Authorization: Bearer "+good); w.Code != 405 {
		t.Errorf("a hook reads: %d", w.Code)
	}
}

// What belongs to one incident is one message, until it is over; a delivery that is made again is none.
func TestHookIncidents(t *testing.T) {
	h := newHouse(t)
	secret := h.hook("robot", "ops")
	alert := func(status string) string {
		return fmt.Sprintf(`{"status":%q,"groupKey":"g","receiver":"r","alerts":[{"status":%[1]q,"labels":{"alertname":"Disk"}}]}`, status)
	}
	count := 0
	for i, step := range []struct {
		body    string
		header  []string
		isNew   bool
		settled string // in the last message
	}{
		{alert("firing"), nil, true, `"status":{"state":"firing"}`},
		{alert("firing"), nil, false, `"status":{"state":"firing"}`},
		{alert("resolved"), nil, false, `"status":{"state":"resolved"}`},
		{alert("resolved"), nil, false, `"status":{"state":"resolved"}`},
		{alert("firing"), nil, true, `"status":{"state":"firing"}`},
		{`{"topic":"washer","message":"40 min","sequence_id":"1"}`, nil, true, `40 min`},
		{`{"topic":"washer","message":"39 min","sequence_id":"1"}`, nil, false, `39 min`},
		{`{"zen":"hi"}`, []string{"X-GitHub-Event: ping", "X-GitHub-Delivery: 1"}, true, "hi"},
		{`{"zen":"hi"}`, []string{"X-GitHub-Event: ping", "X-GitHub-Delivery: 1"}, false, "hi"},
		{`{"zen":"hi, told otherwise"}`, []string{"X-GitHub-Event: ping", "X-GitHub-Delivery: 1"}, false, "hi"},
		{`{"zen":"hi"}`, []string{"X-GitHub-Event: ping", "X-GitHub-Delivery: 2"}, true, "hi"},
	} {
		if w := h.dial("POST", "/hooks/"+secret, step.body, append(step.header, asJSON)...); w.Code != 200 {
			t.Fatalf("step %d: %d %s", i, w.Code, w.Body)
		}
		if step.isNew {
			count++
		}
		all := told(t, h.Server, "/rooms/ops/messages", nil)
		if got := strings.Count(all, `"user_name":"robot"`); got != count {
			t.Errorf("after step %d there are %d messages, want %d", i, got, count)
		}
		if last := h.last("ops"); !strings.Contains(last, step.settled) {
			t.Errorf("after step %d: %s", i, last)
		}
	}
}

// A hook that sends too much is refused, in its dialect, and takes nothing of what others may send.
func TestHookIsLimited(t *testing.T) {
	h := newLimitedHouse(t, 2)
	noisy, quiet := h.hook("noisy", "ops"), h.hook("quiet", "ops")
	refused := map[string]*httptest.ResponseRecorder{}
	for name, body := range map[string]string{
		"slack": `{"text":"hi"}`, "alertmanager": `{"status":"firing","alerts":[]}`, "ntfy": `{"topic":"t","message":"m"}`,
	} {
		for range 20 {
			if w := h.dial("POST", "/hooks/"+noisy, body, asJSON); w.Code != 200 {
				refused[name] = w
				break
			}
		}
	}
	for name, want := range map[string]struct {
		status int
		body   string
	}{
		"slack":        {429, "rate_limited"},
		"alertmanager": {503, "the hook sends too much\n"},
		"ntfy":         {429, `{"code":42901,"http":429,"error":"limit reached: too many requests"}` + "\n"},
	} {
		w := refused[name]
		if w == nil || w.Code != want.status || w.Body.String() != want.body || w.Header().Get("Retry-After") == "" {
			t.Errorf("%s: %+v, want %v", name, w, want)
		}
	}
	if w := h.dial("POST", "/hooks/"+quiet, "hi"); w.Code != http.StatusCreated {
		t.Errorf("another hook: %d %s", w.Code, w.Body)
	}
	if w := h.dial("POST", "/messages?user_name=Ann", "hi"); w.Code != http.StatusCreated {
		t.Errorf("somebody at the same address: %d %s", w.Code, w.Body)
	}
}
