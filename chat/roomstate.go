package chat

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// MaxTopicLength is the longest topic of a room, in characters (Unicode code points).
const MaxTopicLength = 250

var roomKind = &Kind{
	Name: "room", Wire: "room", Class: State,
	Decode: decodeRoom, Sample: RoomState{Topic: "Tea, and what goes with it"},
	Doc: "A room gets a topic, is archived, or opened again.",
}

// RoomState is all that is set of a room; each event has it whole.
type RoomState struct {
	Topic    string // one line, as ParseTopic returns it; empty for none
	Archived bool   // nothing can be written in the room
}

type roomForm struct {
	Topic    string `json:"topic"`
	Archived bool   `json:"archived"`
}

// Kind implements Body.
func (RoomState) Kind() *Kind { return roomKind }

// Append implements Body.
func (s RoomState) Append(dst []byte) []byte {
	dst = AppendQuoted(append(dst, `{"topic":`...), s.Topic)
	return append(appendBool(dst, "archived", s.Archived), '}')
}

// Target implements Body.
func (RoomState) Target() uint64 { return 0 }

func (s RoomState) appendMembers(dst []byte, _ string) []byte {
	return appendBool(appendString(dst, "topic", s.Topic), "archived", s.Archived)
}

func decodeRoom(data string) (Body, error) {
	form, err := decode[roomForm](data)
	if err != nil {
		return nil, err
	}
	state := RoomState(form)
	if topic, err := ParseTopic(form.Topic); err != nil || topic != form.Topic || string(state.Append(nil)) != data {
		return nil, errBody
	}
	return state, nil
}

// ParseTopic returns a topic without space around it, or an *Invalid error for the field
// "topic".
func ParseTopic(s string) (string, error) {
	switch {
	case !utf8.ValidString(s):
		return "", invalid("topic", "not_utf8")
	case strings.ContainsFunc(strings.TrimSpace(s), isLineBreaking):
		return "", invalid("topic", "bad_character")
	}
	s = strings.TrimSpace(s)
	if utf8.RuneCountInString(s) > MaxTopicLength {
		return "", outside("topic", "too_long", MaxTopicLength)
	}
	return s, nil
}

func isLineBreaking(r rune) bool { return unicode.In(r, unicode.Cc, unicode.Zl, unicode.Zp) }
