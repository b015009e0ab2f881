package chat

import (
	"strconv"
	"time"
)

var updateKind = &Kind{
	Name: "update", Wire: "edit", Class: Content,
	Decode: decodeUpdate(false), Sample: Update{Of: 1, Text: "The disk of db1 has room again.", Status: Status{State: Resolved}},
	Doc: "A robot's message tells how things stand now. What it has said before is its history.",
}

var progressKind = &Kind{
	Name: "progress", Wire: "edit", Class: Latest,
	Decode: decodeUpdate(true), Sample: Update{Of: 1, Text: "ok", Status: Status{State: Ended, Exit: 1, Took: 1500 * time.Millisecond}, Replaces: true},
	Doc: "A message has grown, or has ended. The log keeps the latest form alone.",
}

// Update gives a message another text, and tells how it stands with what the message is about: the
// kind "update", or "progress" if it replaces the one before.
type Update struct {
	Of       uint64 // the position of the message
	Text     string // its lines end with LF
	Status   Status
	Replaces bool
}

// NewUpdate returns an update of the kind that its status asks for. Whoever makes a message may replace
// what it says by any status at first.
func NewUpdate(of uint64, text string, s Status) Update {
	return Update{Of: of, Text: text, Status: s, Replaces: s.Grows()}
}

type updateForm struct {
	Of    uint64    `json:"of"`
	Text  string    `json:"text"`
	State Condition `json:"state"`
	Exit  uint32    `json:"exit"`
	Took  int64     `json:"ms"`
}

// Kind implements Body.
func (u Update) Kind() *Kind {
	if u.Replaces {
		return progressKind
	}
	return updateKind
}

// Append implements Body.
func (u Update) Append(dst []byte) []byte {
	dst = appendString(appendOf(dst, u.Of), "text", u.Text)
	dst = appendString(dst, "state", string(u.Status.State))
	dst = strconv.AppendUint(append(dst, `,"exit":`...), uint64(u.Status.Exit), 10)
	dst = strconv.AppendInt(append(dst, `,"ms":`...), u.Status.Took.Milliseconds(), 10)
	return append(dst, '}')
}

// Target implements Body.
func (u Update) Target() uint64 { return u.Of }

func (u Update) appendMembers(dst []byte, epoch string) []byte {
	dst = appendString(appendReference(dst, "target", epoch, u.Of), "message", u.Text)
	if !u.Replaces { // what was said before is kept, and counted
		dst = appendBool(dst, "update", true)
	}
	if u.Status.State == "" {
		return dst
	}
	return u.Status.AppendJSON(append(dst, `,"status":`...))
}

func decodeUpdate(replaces bool) func(data string) (Body, error) {
	return func(data string) (Body, error) {
		form, err := decode[updateForm](data)
		if err != nil {
			return nil, err
		}
		took := time.Duration(min(form.Took, MaxTook.Milliseconds()+1)) * time.Millisecond
		u := Update{form.Of, form.Text, Status{form.State, form.Exit, max(took, -1)}, replaces}
		if u.Of == 0 || checkText(u.Text) != nil || u.Status.Check() != nil {
			return nil, errBody
		}
		return u, nil
	}
}
