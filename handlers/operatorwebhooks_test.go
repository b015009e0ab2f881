package handlers

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/netip"
	"strings"
	"testing"

	"plainchat/chat"
	"plainchat/webhooks"
)

// receivers stands for who delivers.
type receivers struct{ err error }

func (receivers) Check(host string) error {
	return webhooks.NewGuard(nil, []string{"localhost"}).Check(host)
}

func (r receivers) Standings(context.Context) (map[string]webhooks.Standing, error) {
	return nil, r.err
}

func (r receivers) Test(_ context.Context, w chat.Webhook) (int, error) {
	if strings.Contains(w.URL, "private") {
		return 0, &webhooks.Forbidden{Addr: netip.MustParseAddr("10.0.0.1")}
	}
	return 200, r.err
}

// newHook makes a webhook, and returns its id and secret.
func (h *house) newHook(wanted string) (id, secret string) {
	h.t.Helper()
	var made struct{ ID, Secret string }
	w := h.want(201, "", "operator", http.MethodPost, "/operator/webhooks", wanted)
	if err := json.Unmarshal(w.Body.Bytes(), &made); err != nil {
		h.t.Fatal(err)
	}
	return made.ID, made.Secret
}

// The operator makes webhooks, whose secret is told once, and changes them; nobody else does.
func TestWebhooks(t *testing.T) {
	h := newHouse(t)
	h.Webhooks = receivers{}
	const path = "/operator/webhooks"
	const good = `{"url":"https://ci.example.org/chat","room":"ops","on":"mention","word":"ci","form":"standard","name":"ci"}`
	h.say("ann", "tea", "Ann", "mine")
	h.want(409, "name_taken", "operator", http.MethodPost, path, strings.Replace(good, `"name":"ci"`, `"name":"ann"`, 1))
	h.want(409, "name_reserved", "operator", http.MethodPost, path, strings.Replace(good, `"name":"ci"`, `"name":"operator"`, 1))
	h.want(422, "invalid", "operator", http.MethodPost, path, strings.Replace(good, "https", "file", 1))
	h.want(422, "invalid", "operator", http.MethodPost, path, strings.Replace(good, "ci.example.org", "127.0.0.1", 1))
	h.want(422, "invalid", "operator", http.MethodPost, path, strings.Replace(good, "ci.example.org", "[::ffff:10.0.0.1]", 1))
	h.want(400, "malformed", "operator", http.MethodPost, path, `{"uri":"x"}`)
	h.want(404, "not_found", "ann", http.MethodPost, path, good)
	h.want(404, "not_found", "ann", http.MethodGet, path, "")

	id, first := h.newHook(good)
	slack, token := h.newHook(`{"url":"http://localhost/private","on":"all","form":"slack","name":"CI"}`)
	if !strings.HasPrefix(first, "whsec_") || strings.HasPrefix(token, "whsec_") || len(token) < 20 {
		t.Errorf("the secrets are %q and %q", first, token)
	}
	h.want(409, "name_taken", "ben", http.MethodPost, "/messages?user_name=ci", "not me")
	list := h.want(200, "", "operator", http.MethodGet, path, "").Body.String()
	if strings.Contains(list, first) || strings.Contains(list, token) || strings.Count(list, `"pending":0`) != 2 {
		t.Errorf("the list is %s", list)
	}

	var rotated struct{ Secret string }
	w := h.want(200, "", "operator", http.MethodPost, path+"/"+id+"/rotate", "{}")
	if err := json.Unmarshal(w.Body.Bytes(), &rotated); err != nil {
		t.Fatal(err)
	}
	if hook, _ := h.Service.Facts.WebhookByID(id); hook.Secret != rotated.Secret || hook.Former != first || hook.Secret == first {
		t.Errorf("it is %+v", hook)
	}
	h.want(204, "", "operator", http.MethodPost, path+"/"+id+"/rotate", `{"drop_old":true}`)
	if hook, _ := h.Service.Facts.WebhookByID(id); hook.Secret != rotated.Secret || hook.Former != "" {
		t.Errorf("it is %+v", hook)
	}
	h.want(204, "", "operator", http.MethodPost, path+"/"+id+"/enable", "")

	if w := h.want(200, "", "operator", http.MethodPost, path+"/"+id+"/test", ""); !strings.Contains(w.Body.String(), `"status":200`) {
		t.Errorf("the test answers %s", w.Body)
	}
	if w := h.want(200, "", "operator", http.MethodPost, path+"/"+slack+"/test", ""); !strings.Contains(w.Body.String(), "--hooks-allow 10.0.0.1") {
		t.Errorf("the test answers %s", w.Body)
	}
	h.Webhooks = receivers{errors.New("connection refused")}
	if w := h.want(200, "", "operator", http.MethodPost, path+"/"+id+"/test", ""); !strings.Contains(w.Body.String(), "connection refused") {
		t.Errorf("the test answers %s", w.Body)
	}
	if list := h.want(200, "", "operator", http.MethodGet, path, "").Body.String(); strings.Contains(list, "pending") {
		t.Errorf("the list is %s", list)
	}

	h.want(204, "", "operator", http.MethodDelete, path+"/"+id, "")
	for _, gone := range []string{"/rotate", "/enable", "/test"} {
		h.want(404, "not_found", "operator", http.MethodPost, path+"/"+id+gone, "{}")
	}
	h.want(404, "not_found", "operator", http.MethodDelete, path+"/"+id, "")
}
