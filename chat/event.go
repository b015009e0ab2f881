package chat

import (
	"bytes"
	"encoding/json"
	"fmt"
	"time"
	"unicode/utf8"
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

// eventJSON is an Event on the wire.
type eventJSON struct {
	ID       ID        `json:"id"`
	Seq      uint64    `json:"seq"`
	Room     Room      `json:"room"`
	UserName Name      `json:"user_name"`
	Message  string    `json:"message"`
	Time     time.Time `json:"time"`
	ClientID string    `json:"client_id,omitempty"`
}

// MarshalJSON implements json.Marshaler with the wire form: one line, with
// <, > and & as they are.
func (e Event) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false) // readable in a terminal; a page inserts it as text
	err := enc.Encode(eventJSON{e.ID, e.ID.Seq, e.Room, e.UserName, e.Text, e.Time, e.ClientID})
	return escapeControls(bytes.TrimSuffix(b.Bytes(), []byte("\n"))), err
}

// escapeControls writes DEL and the C1 controls (U+007F to U+009F) as escapes,
// which JSON leaves to taste: raw, they would steer the terminal of who listens
// with curl. In valid UTF-8 they can be nothing else.
func escapeControls(data []byte) []byte {
	if bytes.IndexByte(data, 0x7f) < 0 && bytes.IndexByte(data, 0xc2) < 0 {
		return data
	}
	var out []byte
	for _, r := range string(data) {
		if r >= 0x7f && r <= 0x9f {
			out = fmt.Appendf(out, `\u%04x`, r)
		} else {
			out = utf8.AppendRune(out, r)
		}
	}
	return out
}

// UnmarshalJSON implements json.Unmarshaler for the wire form of a message.
// Members it does not know are ignored, as a client of a newer server must.
func (e *Event) UnmarshalJSON(data []byte) error {
	var w eventJSON
	if err := json.Unmarshal(data, &w); err != nil {
		return err
	}
	*e = Event{w.ID, KindMessage, w.Room, w.UserName, w.Message, w.ClientID, w.Time}
	return nil
}
