package policy_test

import (
	"errors"
	"testing"

	"plainchat/chat"
	"plainchat/policy"
)

func TestWebhooks(t *testing.T) {
	server := policy.Caller{Person: chat.Person{Name: chat.Operator}, Server: true}
	named := func(name chat.Name) chat.Webhook { return chat.Webhook{ID: "w", Name: name} }
	disabled, removed := named("ci"), named("operator")
	disabled.Disabled, removed.Removed = true, true
	for name, tt := range map[string]struct {
		c     policy.Caller
		body  chat.Webhook
		taken bool
		want  error
	}{
		"the operator makes one":            {callers["operator"], named("ci"), false, nil},
		"of a person's name":                {callers["operator"], named("Ann"), true, policy.NameTaken},
		"of the operator's name":            {callers["operator"], named("\u043eperator"), false, policy.NameReserved},
		"which can be removed":              {callers["operator"], removed, true, nil},
		"the server disables one":           {server, disabled, false, nil},
		"the server makes one":              {server, named("ci"), false, policy.OperatorOnly},
		"a token makes one":                 {callers["token"], named("ci"), false, policy.OperatorOnly},
		"what a receiver answers makes one": {policy.WebhookCaller(named("ci")), named("ci"), false, policy.OperatorOnly},
	} {
		got := policy.Send(tt.c, policy.Facts{NameTaken: tt.taken}, chat.Draft{From: tt.c.Person, Body: tt.body})
		if !errors.Is(got, tt.want) || (got == nil) != (tt.want == nil) {
			t.Errorf("%s: %v, want %v", name, got, tt.want)
		}
	}
	target := chat.Event{Room: "r", From: ann, Body: chat.Message{Text: "hi"}}
	for _, archived := range []bool{false, true} {
		f := policy.Facts{Target: &target, Room: chat.RoomState{Archived: archived}}
		d := chat.Draft{Room: "r", From: server.Person, Body: chat.Delivery{Of: 1, Webhook: "w", Tries: 1, Outcome: chat.DeliveryDone}}
		if err := policy.Send(server, f, d); err != nil {
			t.Errorf("what has come of a delivery, archived %v: %v", archived, err)
		}
	}
}

// What a receiver answers is written in the room of its webhook, under its name.
func TestWebhookCaller(t *testing.T) {
	w := chat.Webhook{ID: "w", Room: "r", Name: "ci"}
	c := policy.WebhookCaller(w)
	for _, tt := range []struct {
		room chat.Room
		name chat.Name
		want error
	}{{"r", "ci", nil}, {"other", "ci", policy.TokenRoom}, {"r", "Ann", policy.TokenName}} {
		d := chat.Draft{Room: tt.room, From: chat.Person{ID: c.Person.ID, Name: tt.name}, Body: chat.Message{Text: "hi"}}
		if err := policy.Send(c, policy.Facts{}, d); !errors.Is(err, tt.want) || (err == nil) != (tt.want == nil) {
			t.Errorf("%+v: %v", tt, err)
		}
	}
}
