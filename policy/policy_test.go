package policy_test

import (
	"errors"
	"testing"

	"plainchat/chat"
	"plainchat/policy"
)

var (
	ann   = chat.Person{ID: "gann", Name: "Ann"}
	ben   = chat.Person{ID: "gben", Name: "Ben"}
	token = chat.Token{ID: "k", Name: "ci", Hash: "h", Read: true, Write: true}
)

// callers are all sorts of people. Ann wrote the message that things are about.
var callers = map[string]policy.Caller{
	"author":       {Person: ann},
	"other":        {Person: ben},
	"name only":    {Person: chat.Person{Name: "Ann"}},
	"operator":     {Person: chat.Person{Name: "operator"}, Operator: true},
	"token":        withToken(token),
	"reader":       withToken(chat.Token{ID: "r", Name: "ci", Read: true}),
	"writer":       withToken(chat.Token{ID: "w", Name: "ci", Write: true}),
	"hook":         withToken(chat.Token{ID: "h", Name: "alerts", Room: "r", Write: true, Hook: true}),
	"other's room": withToken(chat.Token{ID: "o", Name: "ci", Room: "other", Read: true, Write: true}),
}

func withToken(t chat.Token) policy.Caller { return policy.Caller{Person: t.Person(), Token: &t} }

// rules are what each sort of person gets for each kind, in a room that is open and in one
// that is archived; nil is allowed.
type outcome struct{ open, archived error }

var yes error

func all(open, archived error) map[string]outcome {
	rules := make(map[string]outcome)
	for who := range callers {
		rules[who] = outcome{open, archived}
	}
	rules["reader"] = outcome{policy.TokenRead, policy.TokenRead}
	rules["other's room"] = outcome{policy.TokenRoom, policy.TokenRoom}
	return rules
}

func but(rules map[string]outcome, who string, open, archived error) map[string]outcome {
	rules[who] = outcome{open, archived}
	return rules
}

var rules = map[string]map[string]outcome{
	"message":  all(yes, policy.Archived),
	"reply":    all(yes, policy.Archived),
	"reaction": but(all(yes, policy.Archived), "hook", policy.HookWrites, policy.Archived),
	"pin":      but(all(yes, policy.Archived), "hook", policy.HookWrites, policy.Archived),
	"ask":      but(all(policy.NotYours, policy.Archived), "author", yes, policy.Archived),
	"answer":   but(all(yes, policy.Archived), "hook", policy.OthersAsked, policy.Archived),
	"edit":     but(all(policy.NotYours, policy.Archived), "author", yes, policy.Archived),
	"update":   but(all(policy.NotYours, policy.Archived), "author", yes, policy.Archived),
	"progress": but(all(policy.NotYours, policy.Archived), "author", yes, policy.Archived),
	"delete":   but(but(all(policy.NotYours, policy.Archived), "author", yes, policy.Archived), "operator", yes, yes),
	"room":     but(but(but(all(yes, policy.Archived), "name only", policy.NeedsPerson, policy.Archived), "operator", yes, yes), "hook", policy.HookWrites, policy.Archived),
	"name":     but(all(policy.OperatorOnly, policy.Archived), "operator", yes, policy.Archived),
	"token":    but(all(policy.OperatorOnly, policy.Archived), "operator", yes, policy.Archived),
	"webhook":  but(all(policy.OperatorOnly, policy.Archived), "operator", yes, policy.Archived),
	"delivery": all(policy.OperatorOnly, policy.Archived),
	"hook":     but(all(policy.OperatorOnly, policy.Archived), "operator", yes, policy.Archived),
	"read":     but(but(but(all(yes, yes), "name only", policy.NeedsPerson, policy.NeedsPerson), "operator", policy.NeedsPerson, policy.NeedsPerson), "hook", policy.HookWrites, policy.HookWrites),
}

func TestEveryKindForEverybody(t *testing.T) {
	target := chat.Event{ID: chat.ID{Epoch: "e", Seq: 1}, Room: "r", From: ann, Body: chat.Message{Text: "hi"}}
	for _, kind := range chat.Kinds {
		if len(rules[kind.Name]) != len(callers) {
			t.Errorf("there is no rule for %q", kind.Name)
			continue
		}
		for who, c := range callers {
			for _, archived := range []bool{false, true} {
				f := policy.Facts{Target: &target}
				if _, answers := kind.Sample.(chat.Answer); answers {
					f.Asked = &policy.Asked{Ask: chat.Ask{Choices: "yes\nno"}}
				}
				want := rules[kind.Name][who].open
				body := kind.Sample
				if archived {
					f.Room.Archived = true
					want = rules[kind.Name][who].archived
					if _, ok := body.(chat.RoomState); ok {
						body = chat.RoomState{Topic: "x", Archived: true}
					}
				}
				got := policy.Send(c, f, chat.Draft{Room: "r", From: c.Person, Body: body})
				if !errors.Is(got, want) || (got == nil) != (want == nil) {
					t.Errorf("%s by %s, archived %v: %v, want %v", kind.Name, who, archived, got, want)
				}
			}
		}
	}
}

func TestNames(t *testing.T) {
	say := func(c policy.Caller, name chat.Name, taken bool) error {
		return policy.Send(c, policy.Facts{NameTaken: taken}, chat.Draft{Room: "r", From: chat.Person{ID: c.Person.ID, Name: name}, Body: chat.Message{Text: "hi"}})
	}
	for _, who := range []string{"other", "name only"} {
		if err := say(callers[who], "Ann", true); !errors.Is(err, policy.NameTaken) {
			t.Errorf("%s takes a name: %v", who, err)
		}
	}
	target := chat.Event{Room: "r", From: ann, Body: chat.Message{Text: "hi"}}
	for _, body := range []chat.Body{chat.Edit{Of: 1, Text: "x"}, chat.Delete{Of: 1}} {
		d := chat.Draft{Room: "r", From: ben, Body: body}
		if err := policy.Send(callers["other"], policy.Facts{NameTaken: true, Target: &target}, d); !errors.Is(err, policy.NotYours) {
			t.Errorf("%s of another's: %v", body.Kind().Name, err)
		}
	}
	if err := say(callers["token"], "Ann", false); !errors.Is(err, policy.TokenName) {
		t.Errorf("a token speaks under another name: %v", err)
	}
}

func TestTargets(t *testing.T) {
	message := chat.Event{Room: "r", From: ann, Body: chat.Message{Text: "hi"}}
	elsewhere, erased, nobodys, edit := message, message, message, message
	elsewhere.Room = "other"
	erased.Body = chat.Erased{Was: message.Kind()}
	nobodys.From.ID = ""
	edit.Body = chat.Edit{Of: 1, Text: "x"}
	for want, target := range map[error]*chat.Event{
		policy.NotFound: nil, policy.Deleted: &erased, policy.NobodysOwn: &nobodys,
	} {
		got := policy.Send(callers["author"], policy.Facts{Target: target}, chat.Draft{Room: "r", From: ann, Body: chat.Edit{Of: 1, Text: "x"}})
		if !errors.Is(got, want) {
			t.Errorf("got %v, want %v", got, want)
		}
	}
	for _, target := range []*chat.Event{&elsewhere, &edit} {
		got := policy.Send(callers["author"], policy.Facts{Target: target}, chat.Draft{Room: "r", From: ann, Body: chat.Delete{Of: 1}})
		if !errors.Is(got, policy.NotFound) {
			t.Errorf("about %+v: %v", target, got)
		}
	}
}

// No token can pose as the operator; one that could, from before, can be revoked.
func TestTokensOfTheOperatorsName(t *testing.T) {
	for _, name := range []chat.Name{"operator", "Operator", "OPERATOR", "\u043eperator"} {
		for _, revoked := range []bool{false, true} {
			d := chat.Draft{Body: chat.Token{ID: "k", Name: name, Hash: "h", Read: true, Revoked: revoked}}
			if err := policy.Send(callers["operator"], policy.Facts{}, d); errors.Is(err, policy.NameReserved) == revoked {
				t.Errorf("%s, revoked %v: %v", name, revoked, err)
			}
		}
	}
}

// Only the operator archives, and opens again.
func TestArchiving(t *testing.T) {
	archive := chat.Draft{Room: "r", From: ann, Body: chat.RoomState{Archived: true}}
	if err := policy.Send(callers["author"], policy.Facts{}, archive); !errors.Is(err, policy.OperatorOnly) {
		t.Errorf("anybody archives: %v", err)
	}
	archived := policy.Facts{Room: chat.RoomState{Archived: true}}
	open := chat.Draft{Room: "r", Body: chat.RoomState{}}
	if err := policy.Send(callers["operator"], archived, open); err != nil {
		t.Errorf("the operator cannot open a room again: %v", err)
	}
}

func TestListen(t *testing.T) {
	for who, want := range map[string]error{
		"author": nil, "name only": nil, "operator": nil, "token": nil, "reader": nil,
		"writer": policy.TokenWrite, "other's room": policy.TokenRoom,
	} {
		if got := policy.Listen(callers[who], "r"); !errors.Is(got, want) || (got == nil) != (want == nil) {
			t.Errorf("%s: %v, want %v", who, got, want)
		}
	}
}

// Under a name somebody is shown who may listen, if it is theirs or nobody's.
func TestAttend(t *testing.T) {
	for who, want := range map[string]outcomes{
		"author": {yes, policy.NameTaken, yes}, "other": {yes, policy.NameTaken, yes}, "name only": {yes, policy.NameTaken, yes},
		"operator": {yes, yes, yes}, "token": {yes, policy.NameTaken, policy.TokenName}, "reader": {yes, policy.NameTaken, policy.TokenName},
		"writer":       {policy.TokenWrite, policy.TokenWrite, policy.TokenWrite},
		"other's room": {policy.TokenRoom, policy.TokenRoom, policy.TokenRoom},
	} {
		c := callers[who]
		for what, test := range map[string]struct {
			name  chat.Name
			taken bool
			want  error
		}{
			"own": {c.Person.Name, false, want.own}, "taken": {c.Person.Name, true, want.taken}, "free": {"Zoe", false, want.free},
		} {
			got := policy.Attend(c, policy.Facts{NameTaken: test.taken}, "r", test.name)
			if !errors.Is(got, test.want) || (got == nil) != (test.want == nil) {
				t.Errorf("%s under a name %s: %v, want %v", who, what, got, test.want)
			}
		}
	}
}

// outcomes are what somebody gets under their own name, somebody else's and another.
type outcomes struct{ own, taken, free error }
