package chat

import (
	"encoding/json"
	"slices"
	"strconv"
	"time"
)

// Kind says what an event records.
type Kind string

// KindMessage is a message said in a room.
const KindMessage Kind = "message"

// Event is one entry of the log. It never changes once it is there.
type Event struct {
	ID       ID
	Kind     Kind
	Room     Room
	UserName Name
	Text     string
	ClientID string    // empty if the sender gave none
	Time     time.Time // when it was appended: UTC, whole milliseconds
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
}

// MarshalJSON implements json.Marshaler with the wire form.
func (e Event) MarshalJSON() ([]byte, error) { return e.AppendJSON(nil), nil }

// AppendJSON appends the wire form: one line, with <, > and & as they are, since a
// page inserts it as text and a terminal shows it. It does without reflection
// because each message passes here twice, for its stream and its acknowledgement.
func (e Event) AppendJSON(dst []byte) []byte {
	dst = slices.Grow(dst, eventOverhead+len(e.Room)+len(e.UserName)+len(e.Text)+len(e.ClientID))
	dst = append(dst, `{"id":"`...)
	dst = e.ID.Append(dst)
	dst = append(dst, `","seq":`...)
	dst = strconv.AppendUint(dst, e.ID.Seq, 10)
	dst = append(dst, `,"room":`...)
	dst = appendQuoted(dst, string(e.Room))
	dst = append(dst, `,"user_name":`...)
	dst = appendQuoted(dst, string(e.UserName))
	dst = append(dst, `,"message":`...)
	dst = appendQuoted(dst, e.Text)
	dst = append(dst, `,"time":"`...)
	dst = AppendTime(dst, e.Time)
	dst = append(dst, '"')
	if e.ClientID != "" {
		dst = append(dst, `,"client_id":`...)
		dst = appendQuoted(dst, e.ClientID)
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
	*e = Event{w.ID, KindMessage, w.Room, w.UserName, w.Message, w.ClientID, w.Time}
	return nil
}
