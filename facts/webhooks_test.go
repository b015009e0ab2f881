package facts_test

import (
	"slices"
	"testing"

	"plainchat/chat"
)

func TestWebhooks(t *testing.T) {
	h := newHistory()
	first := chat.Webhook{ID: "w1", URL: "https://a.example.org/", Name: "ci"}
	second := chat.Webhook{ID: "w2", URL: "https://b.example.org/", Name: "CI"}
	want := func(all ...chat.Webhook) {
		t.Helper()
		if got := h.Webhooks(); !slices.Equal(got, all) {
			t.Errorf("the webhooks are %+v, want %+v", got, all)
		}
	}
	h.claim("ci", "g1", start)
	h.add(start, "", first)
	h.add(start, "", second)
	want(first, second)
	wantTaken(t, h.Facts, "ci", "g1", start, true) // whoever had it before
	wantTaken(t, h.Facts, "ci", "h-w1", start, false)
	wantTaken(t, h.Facts, "Ci", "h-w2", start, false)
	first.Disabled, first.Secret = true, "whsec_other"
	h.add(start, "", first)
	want(first, second)
	wantTaken(t, h.Facts, "ci", "g1", start, true)
	if got, ok := h.WebhookByID("w1"); !ok || got != first {
		t.Errorf("it is %+v, %v", got, ok)
	}
	first.Removed, second.Removed = true, true
	h.add(start, "", first)
	h.add(start, "", second)
	h.add(start, "", second)
	want()
	wantTaken(t, h.Facts, "ci", "g1", start, false)
	wantTaken(t, h.Facts, "ci", "h-w1", start, true)
	if _, ok := h.WebhookByID("w1"); ok {
		t.Error("what was removed is there")
	}
}
