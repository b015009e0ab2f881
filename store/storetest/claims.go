package storetest

import (
	"testing"

	"plainchat/chat"
)

// A name is claimed with the event that claims it, once, and not where that is refused.
func claims(t *testing.T, open Open) {
	log := open(t, t.TempDir())
	defer closeLog(t, log)
	ann := chat.Person{ID: "g1", Name: "Ann"}
	d := chat.Draft{Room: "a", From: ann, Key: "k", Body: chat.Message{Text: "first"}, Claims: true}
	first := add(t, log, d)
	if _, duplicate, err := log.Append(t.Context(), d); err != nil || !duplicate {
		t.Errorf("again: duplicate %v, %v", duplicate, err)
	}
	ben := chat.Person{ID: "g1", Name: "Ben"}
	for _, refused := range []chat.Draft{
		{Room: "a", From: ben, Key: "k", Body: chat.Message{Text: "changed"}, Claims: true},
		{Room: "a", From: ben, Body: chat.Message{Text: "to nothing", ReplyTo: first.ID.Seq + 1000}, Claims: true},
	} {
		if ev, _, err := log.Append(t.Context(), refused); err == nil {
			t.Errorf("%+v is stored", ev)
		}
	}
	var claimed []chat.Body
	for _, ev := range all(t, log) {
		if ev.Kind().Name == "name" {
			claimed = append(claimed, ev.Body)
			if ev.ID.Seq <= first.ID.Seq || ev.From != ann || ev.Room != "" {
				t.Errorf("the claim is %+v", ev)
			}
		}
	}
	if len(claimed) != 1 || claimed[0] != (chat.NameClaim{Name: "Ann", Owner: "g1"}) {
		t.Errorf("the claims are %+v", claimed)
	}
}
