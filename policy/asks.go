package policy

import (
	"time"

	"plainchat/chat"
)

// Asked is what there is at a message that asks something.
type Asked struct {
	chat.Ask
	Answer  uint64    // the position of the answer that counts; 0 while the question is open
	Expired bool      // nobody has given it: the time is over
	Choice  string    // that counts; empty for none
	By      chat.Name // who gave it
	At      time.Time // when
	Mine    string    // what whoever answers has answered before, if it counts; empty for nothing
}

// The codes of questions.
const (
	NoQuestion  Code = "no_question"  // the message asks nothing
	NoChoice    Code = "no_choice"    // the answer is none of the choices
	OthersAsked Code = "others_asked" // only those may answer who are named
	AskedBefore Code = "asked_before" // the message is a question already
	Answered    Code = "answered"     // somebody was faster
	Expired     Code = "expired"      // the time is over
)

// ask lets the author of a message make it a question, once.
func ask(c Caller, f Facts) error {
	if f.Asked != nil {
		return AskedBefore
	}
	return author(c, f)
}

// answer has the rules of answers. The first in the log counts, so a second one is refused where the first is
// known.
func answer(c Caller, f Facts, d chat.Draft, a chat.Answer) error {
	q := f.Asked
	switch {
	case a.Expired && !c.Server:
		return OperatorOnly
	case q == nil:
		return NoQuestion
	case !a.Expired && !q.Has(a.Choice):
		return NoChoice
	case !a.Expired && !mayAnswer(c, q, d.From.Name):
		return OthersAsked
	case q.Answer != 0 && (a.Expired || q.Expired || q.Mine != a.Choice):
		return q.Over()
	}
	return nil
}

// Over is why a question that was answered takes no further answer.
func (q *Asked) Over() Code {
	if q.Expired {
		return Expired
	}
	return Answered
}

// mayAnswer reports whether somebody is asked. A name that nobody owns proves nothing, and a hook answers only if it
// was asked itself.
func mayAnswer(c Caller, q *Asked, name chat.Name) bool {
	if q.From == "" {
		return c.Token == nil || !c.Token.Hook
	}
	return q.Asks(name) && (c.Person.ID != "" || c.Operator)
}
