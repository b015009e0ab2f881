package chat

import (
	"encoding/json"
	"slices"
	"strconv"
	"time"
)

// Event is one entry of the log: something that happened. It never changes once it is there,
// but for being erased. Events can be compared.
type Event struct {
	ID   ID
	Time time.Time // when it was appended: UTC, whole milliseconds
	Room Room      // empty for what happens in no room
	From Person
	Key  string // the sender's idempotency key; empty if none was given
	Body Body
}

// Draft is an event that is checked, and not yet in the log.
type Draft struct {
	Room Room
	From Person
	// Key is the sender's idempotency key, or empty for none: the same key of the same
	// person, or without one of the same name, in the same room is the same event.
	Key  string
	Body Body
	// Claims makes the name the person's with the event, and only with it: a NameClaim follows
	// it in the log.
	Claims bool
	// Unseen is, where others append to the log too, the first position of which it was not known whether
	// it claims a name, when the draft was found to be allowed; 0 if that does not matter.
	Unseen uint64
}

// Claim returns the claim of a draft that Claims.
func (d Draft) Claim() Draft {
	return Draft{From: d.From, Body: NameClaim{Name: d.From.Name, Owner: d.From.ID}}
}

// Kind returns the event's kind.
func (e Event) Kind() *Kind { return e.Body.Kind() }

// IsMessage reports whether the event is a message, be it one that was erased.
func (e Event) IsMessage() bool {
	k := e.Kind()
	return k == messageKind || k == replyKind
}

// Text returns what somebody wrote: the text of a message, of an edit or of an update; empty of
// other events.
func (e Event) Text() string { return textOf(e.Body) }

// Text returns what somebody wants to write, as Event.Text does.
func (d Draft) Text() string { return textOf(d.Body) }

func textOf(body Body) string {
	if m, is := body.(Message); is {
		return m.Text
	}
	_, text, _ := Revision(body)
	return text
}

// eventJSON is an Event on the wire, as it is read.
type eventJSON struct {
	ID       ID        `json:"id"`
	Seq      uint64    `json:"seq"`
	Room     Room      `json:"room"`
	UserName Name      `json:"user_name"`
	Message  string    `json:"message"`
	Time     time.Time `json:"time"`
	ClientID string    `json:"client_id,omitempty"`
	ReplyTo  *ID       `json:"reply_to"`
}

// MarshalJSON implements json.Marshaler with the wire form.
func (e Event) MarshalJSON() ([]byte, error) { return e.AppendJSON(nil), nil }

// AppendJSON appends the wire form: one line, with <, > and & as they are, since a
// page inserts it as text and a terminal shows it. It does without reflection
// because each message passes here twice, for its stream and its acknowledgement.
func (e Event) AppendJSON(dst []byte) []byte {
	dst = slices.Grow(dst, eventOverhead+len(e.Room)+len(e.From.Name)+len(e.Text())+len(e.Key))
	dst = append(dst, `{"id":"`...)
	dst = e.ID.Append(dst)
	dst = append(dst, `","seq":`...)
	dst = strconv.AppendUint(dst, e.ID.Seq, 10)
	dst = append(dst, `,"room":`...)
	dst = AppendQuoted(dst, string(e.Room))
	dst = append(dst, `,"user_name":`...)
	dst = AppendQuoted(dst, string(e.From.Name))
	if e.From.Robot() {
		dst = append(dst, `,"robot":true`...)
	}
	dst = e.Body.appendMembers(dst, e.ID.Epoch)
	dst = append(dst, `,"time":"`...)
	dst = AppendTime(dst, e.Time)
	dst = append(dst, '"')
	if e.Key != "" {
		dst = append(dst, `,"client_id":`...)
		dst = AppendQuoted(dst, e.Key)
	}
	return append(dst, '}')
}

// eventOverhead is what the wire form takes beside its strings, in bytes, with some
// room for escapes and for what a caller puts around it.
const eventOverhead = 256

// UnmarshalJSON implements json.Unmarshaler for the wire form of a message. The time may
// have any number of digits of fraction, as servers before this one wrote it.
// Members it does not know are ignored, as a client of a newer server must.
func (e *Event) UnmarshalJSON(data []byte) error {
	var w eventJSON
	if err := json.Unmarshal(data, &w); err != nil {
		return err
	}
	message := Message{Text: w.Message}
	if w.ReplyTo != nil {
		message.ReplyTo = w.ReplyTo.Seq
	}
	*e = Event{ID: w.ID, Time: w.Time, Room: w.Room, From: Person{Name: w.UserName}, Key: w.ClientID, Body: message}
	return nil
}
