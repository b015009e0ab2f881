package policy_test

import (
	"errors"
	"testing"

	"plainchat/chat"
	"plainchat/policy"
)

// A message is asked once, and answered once.
func TestAsks(t *testing.T) {
	hook := withToken(chat.Token{ID: "h", Name: "grafana", Room: "r", Write: true, Hook: true})
	server := policy.Caller{Person: chat.Person{Name: chat.Operator}, Server: true}
	open := policy.Asked{Ask: chat.Ask{Choices: "yes\nno"}}
	forAnn, forHook, poll, answered, mine, expired := open, open, open, open, open, open
	forAnn.From, forHook.From, poll.Poll = "ann\nLee", "Grafana", true
	poll.Mine = "no"
	answered.Answer, answered.Choice, answered.By = 9, "no", "Lee"
	mine.Answer, mine.Choice, mine.Mine = 9, "yes", "yes"
	expired.Answer, expired.Expired = 9, true
	answer, end := chat.Answer{Of: 1, Choice: "yes"}, chat.Answer{Of: 1, Choice: "no", Expired: true}
	for name, tt := range map[string]struct {
		who   policy.Caller
		asked *policy.Asked
		body  chat.Body
		want  error
	}{
		"again":                       {callers["author"], &open, chat.Ask{Of: 1, Choices: "a\nb"}, policy.AskedBefore},
		"nothing asked":               {callers["other"], nil, answer, policy.NoQuestion},
		"anybody":                     {callers["name only"], &open, answer, nil},
		"no choice":                   {callers["other"], &open, chat.Answer{Of: 1, Choice: "maybe"}, policy.NoChoice},
		"nothing":                     {callers["other"], &open, chat.Answer{Of: 1}, policy.NoChoice},
		"named":                       {callers["author"], &forAnn, answer, nil},
		"not named":                   {callers["other"], &forAnn, answer, policy.OthersAsked},
		"named, but not known":        {callers["name only"], &forAnn, answer, policy.OthersAsked},
		"a token that is not named":   {callers["token"], &forAnn, answer, policy.OthersAsked},
		"a hook":                      {hook, &open, answer, policy.OthersAsked},
		"a hook that is named":        {hook, &forHook, answer, nil},
		"a token":                     {callers["token"], &open, answer, nil},
		"of a poll another":           {callers["other"], &poll, answer, nil},
		"too late":                    {callers["other"], &answered, answer, policy.Answered},
		"the same too late":           {callers["other"], &answered, chat.Answer{Of: 1, Choice: "no"}, policy.Answered},
		"the same again":              {callers["other"], &mine, answer, nil},
		"after the time":              {callers["other"], &expired, answer, policy.Expired},
		"the end":                     {server, &open, end, nil},
		"the end for those named":     {server, &forAnn, end, nil},
		"the end after an answer":     {server, &answered, end, policy.Answered},
		"the end after the end":       {server, &expired, chat.Answer{Of: 1, Expired: true}, policy.Expired},
		"nothing after an answer":     {server, &answered, chat.Answer{Of: 1, Expired: true}, policy.Answered},
		"the end by somebody":         {callers["author"], &open, end, policy.OperatorOnly},
		"the end by the operator":     {callers["operator"], &open, end, policy.OperatorOnly},
		"the operator":                {callers["operator"], &open, answer, nil},
		"the operator, not named":     {callers["operator"], &forAnn, answer, policy.OthersAsked},
		"the server, but not the end": {server, &forAnn, answer, policy.OthersAsked},
	} {
		d := chat.Draft{Room: "r", From: tt.who.Person, Body: tt.body}
		target := chat.Event{ID: chat.ID{Epoch: "e", Seq: 1}, Room: "r", From: ann, Body: chat.Message{Text: "hi"}}
		got := policy.Send(tt.who, policy.Facts{Target: &target, Asked: tt.asked}, d)
		if !errors.Is(got, tt.want) || (got == nil) != (tt.want == nil) {
			t.Errorf("%s: %v, want %v", name, got, tt.want)
		}
	}
	f := policy.Facts{Target: &chat.Event{Room: "r", Body: chat.Message{Text: "hi"}}, Asked: &open, Room: chat.RoomState{Archived: true}}
	if err := policy.Send(server, f, chat.Draft{Room: "r", Body: end}); err != nil {
		t.Errorf("in an archived room a question never ends: %v", err)
	}
	for asked, want := range map[*policy.Asked]bool{&open: false, &mine: true, &poll: false, &answered: false} {
		if got := policy.Unchanged(policy.Facts{Asked: asked}, chat.Draft{Body: answer}); got != want {
			t.Errorf("%+v: unchanged %v", asked, got)
		}
	}
}
