package policy_test

import (
	"errors"
	"testing"

	"plainchat/chat"
	"plainchat/policy"
)

// Who shows the secret whose key a message has is its author, though nobody owns the name.
func TestAuthorBySecret(t *testing.T) {
	const secret = "a-long-secret-of-the-author"
	target := chat.Event{ID: chat.ID{Epoch: "e", Seq: 1}, Room: "r", From: chat.Person{Name: "make"}, Key: chat.AuthorKey(secret), Body: chat.Message{Text: "hi"}}
	owned := target
	owned.From.ID = "gann"
	bodies := []chat.Body{chat.Edit{Of: 1, Text: "x"}, chat.NewUpdate(1, "x", chat.Status{State: chat.Running}), chat.Delete{Of: 1}}
	for _, tt := range []struct {
		author string
		target chat.Event
		want   error
	}{
		{secret, target, nil},
		{"", target, policy.NobodysOwn},
		{target.Key, target, policy.NobodysOwn}, // which everybody sees
		{secret + "x", target, policy.NobodysOwn},
		{secret, owned, policy.NotYours},
	} {
		for _, body := range bodies {
			got := policy.Send(policy.Caller{Author: tt.author}, policy.Facts{Target: &tt.target}, chat.Draft{Room: "r", From: chat.Person{Name: "make"}, Body: body})
			if !errors.Is(got, tt.want) || (got == nil) != (tt.want == nil) {
				t.Errorf("%s with %q of %q: %v, want %v", body.Kind().Name, tt.author, tt.target.From.ID, got, tt.want)
			}
		}
	}
}

// The server says of a message that its sender has gone, and nothing else.
func TestServer(t *testing.T) {
	target := chat.Event{ID: chat.ID{Epoch: "e", Seq: 1}, Room: "r", From: chat.Person{ID: "gann", Name: "Ann"}, Body: chat.Message{Text: "hi"}}
	for state, want := range map[chat.Condition]error{chat.Lost: nil, chat.Ended: policy.NotYours, chat.Resolved: policy.NotYours, "": policy.NotYours} {
		got := policy.Send(policy.Caller{Server: true}, policy.Facts{Target: &target}, chat.Draft{Room: "r", Body: chat.NewUpdate(1, "x", chat.Status{State: state})})
		if !errors.Is(got, want) || (got == nil) != (want == nil) {
			t.Errorf("%q: %v, want %v", state, got, want)
		}
	}
}

// What has grown is lost in an archived room too: else it would seem to run forever. The server says nothing else.
func TestLostInArchive(t *testing.T) {
	server := policy.Caller{Person: chat.Person{Name: chat.Operator}, Server: true}
	target := chat.Event{Room: "r", From: ann, Body: chat.Message{Text: "so far"}}
	f := policy.Facts{Room: chat.RoomState{Archived: true}, Target: &target}
	for state, want := range map[chat.Condition]error{chat.Lost: nil, chat.Ended: policy.NotYours, chat.Firing: policy.NotYours} {
		d := chat.Draft{Room: "r", From: ann, Body: chat.NewUpdate(1, "so far", chat.Status{State: state})}
		if err := policy.Send(server, f, d); !errors.Is(err, want) {
			t.Errorf("%s: %v, want %v", state, err, want)
		}
	}
}
