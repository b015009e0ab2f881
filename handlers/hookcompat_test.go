package handlers

import (
	"net/http/httptest"
	"strings"
	"testing"
)

// A host name, or a listener, that is there for one dialect takes that at any address, and answers everything in
// it. There is nothing else of the chat.
func TestHookCompat(t *testing.T) {
	h := newHouse(t)
	h.Compat = map[string]string{"ntfy.example": "ntfy", "slack.example": "slack", "gotify.example": "gotify", "campfire.example": "campfire"}
	h.AllowHost = func(name string) bool { return name == "example.com" } // httptest's
	h.Handler = h.routes(nil)
	secret := h.hook("robot", "ops")
	for _, tt := range []struct {
		method, host, target, body string
		status                     int
		answer                     string
	}{
		{"POST", "ntfy.example", "/S", "hi", 200, `{"id":"e-N","time":T,"event":"message","topic":"ops","message":"hi"}` + "\n"},
		{"PUT", "NTFY.example:8080", "/S/backups", "hi", 200, `{"id":"e-N","time":T,"event":"message","topic":"backups","message":"hi"}` + "\n"},
		{"POST", "ntfy.example", "/", `{"topic":"S","message":"hi"}`, 200, `{"id":"e-N","time":T,"event":"message","topic":"ops","message":"hi"}` + "\n"},
		{"POST", "ntfy.example", "/messages", "hi", 401, `{"code":40101,"http":401,"error":"unauthorized"}` + "\n"},
		{"POST", "slack.example", "/services/T1/B1/S", `{"text":"hi"}`, 200, "ok"},
		{"POST", "slack.example", "/services/T1/B1/none", `{"text":"hi"}`, 404, "no_service"},
		{"POST", "slack.example", "/hooks/S", `hi`, 400, "invalid_payload"},
		{"POST", "gotify.example", "/message?token=S", `{"message":"hi"}`, 200, `{"id":N,"appid":1,"message":"hi","title":"","date":"D"}` + "\n"},
		{"POST", "campfire.example", "/rooms/1/S/messages", "hi", 201, ""},
		{"GET", "ntfy.example", "/messages", "", 405, "*"},
		{"GET", "ntfy.example", "/S/json", "", 405, "*"},
		{"GET", "other.example", "/messages", "", 421, "*"},
		{"GET", "example.com", "/messages", "", 200, "*"},
	} {
		r := httptest.NewRequest(tt.method, strings.ReplaceAll(tt.target, "S", secret), strings.NewReader(strings.ReplaceAll(tt.body, `"S"`, `"`+secret+`"`)))
		r.Host = tt.host
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		if got := settled(h, w.Body.String()); w.Code != tt.status || tt.answer != "*" && got != tt.answer || strings.Contains(got, secret) {
			t.Errorf("%s %s%s: %d %q, want %d %q", tt.method, tt.host, tt.target, w.Code, got, tt.status, tt.answer)
		}
	}
	r := httptest.NewRequest("POST", "/"+secret, strings.NewReader("hi"))
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r.WithContext(WithDialect(r.Context(), "ntfy")))
	if w.Code != 200 {
		t.Errorf("at a listener of ntfy's: %d %s", w.Code, w.Body)
	}
}
