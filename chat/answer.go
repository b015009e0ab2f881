package chat

import "strings"

var answerKind = &Kind{
	Name: "answer", Wire: "answer", Class: Content,
	Decode: decodeAnswer, Sample: Answer{Of: 2, Choice: "yes"},
	Doc: "Somebody answers a question, or its time is over. The first answer counts; of a poll, the last of each person.",
}

// Answer is what somebody answers to a question.
type Answer struct {
	Of      uint64 // the position of the message that asks
	Choice  string // one of its choices; empty where the time is over and there is no default
	Expired bool   // nobody has answered: the time is over
}

type answerForm struct {
	Of      uint64 `json:"of"`
	Choice  string `json:"choice"`
	Expired bool   `json:"expired"`
}

// Kind implements Body.
func (Answer) Kind() *Kind { return answerKind }

// Append implements Body.
func (a Answer) Append(dst []byte) []byte {
	dst = appendString(appendOf(dst, a.Of), "choice", a.Choice)
	return append(a.appendExpired(dst), '}')
}

// Target implements Body.
func (a Answer) Target() uint64 { return a.Of }

func (a Answer) appendMembers(dst []byte, epoch string) []byte {
	return a.appendExpired(appendString(appendReference(dst, "target", epoch, a.Of), "choice", a.Choice))
}

// appendExpired appends the member that only the end of the time has.
func (a Answer) appendExpired(dst []byte) []byte {
	if a.Expired {
		return appendBool(dst, "expired", true)
	}
	return dst
}

func decodeAnswer(data string) (Body, error) {
	form, err := decode[answerForm](data)
	if err != nil {
		return nil, err
	}
	a := Answer(form)
	if a.Of == 0 || a.Choice == "" && !a.Expired || strings.ContainsFunc(a.Choice, isLineBreaking) || string(a.Append(nil)) != data {
		return nil, errBody
	}
	return a, nil
}
