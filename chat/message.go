package chat

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Limits of a message, in characters (Unicode code points).
const (
	MaxTextLength = 8000
	MaxKeyLength  = 128
)

var messageKind = &Kind{
	Name: "message", Wire: "my response", Class: Content,
	Decode: decodeMessage, Sample: Message{Text: "Is there tea?"},
	Doc: "Somebody writes in a room. The body is the text as it is.",
}

// Message is what somebody writes in a room: the kind "message", or "reply" if it answers
// another.
type Message struct {
	Text    string // its lines end with LF
	ReplyTo uint64 // the position of the message that it answers; 0 for none
}

// Kind implements Body.
func (m Message) Kind() *Kind {
	if m.ReplyTo != 0 {
		return replyKind
	}
	return messageKind
}

// Append implements Body.
func (m Message) Append(dst []byte) []byte {
	if m.ReplyTo != 0 {
		return m.appendReply(dst)
	}
	return append(dst, m.Text...)
}

// Target implements Body.
func (m Message) Target() uint64 { return m.ReplyTo }

func (m Message) appendMembers(dst []byte, epoch string) []byte {
	dst = appendString(dst, "message", m.Text)
	if m.ReplyTo != 0 {
		dst = appendReference(dst, "reply_to", epoch, m.ReplyTo)
	}
	return dst
}

// decodeMessage takes what earlier versions took, whose rules for a text were others.
func decodeMessage(data string) (Body, error) {
	if data == "" {
		return nil, errBody
	}
	return Message{Text: data}, nil
}

// NewMessage checks the parts of a message together, so that the error, always
// an *Invalid, names every field that is wrong. The key is the sender's idempotency key, or
// empty for none.
func NewMessage(room Room, userName, text, key string) (Draft, error) {
	name, nameErr := ParseName(userName)
	text, textErr := ParseText(text)
	keyErr := CheckKey(key)
	if nameErr != nil || textErr != nil || keyErr != nil {
		return Draft{}, join(nameErr, textErr, keyErr)
	}
	return Draft{Room: room, From: Person{Name: name}, Key: key, Body: Message{Text: text}}, nil
}

// lineEnds makes one of the ways in which systems end a line: a lone CR shows as a line's
// end in one place, and not in another.
var lineEnds = strings.NewReplacer("\r\n", "\n", "\r", "\n")

// ParseText returns the form of a text that is stored, in which lines end with LF, or an
// *Invalid error for the field "message".
func ParseText(s string) (string, error) {
	if strings.Contains(s, "\r") {
		s = lineEnds.Replace(s)
	}
	return s, checkText(s)
}

func checkText(s string) error {
	switch {
	case !utf8.ValidString(s):
		return invalid("message", "not_utf8")
	case isBlank(s):
		return invalid("message", "empty")
	case utf8.RuneCountInString(s) > MaxTextLength:
		return outside("message", "too_long", MaxTextLength)
	case strings.ContainsRune(s, 0):
		return invalid("message", "nul")
	}
	return nil
}

// isBlank reports whether there is nothing to see in a text: spaces, controls, and
// characters that Unicode has for the looks of others, or for nothing. One that this program's
// Unicode does not have yet may be the newest emoji. composer.js has the same.
func isBlank(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return !isBlankRune(r) })
}

func isBlankRune(r rune) bool {
	const emptyBraille = '\u2800'
	return unicode.IsSpace(r) || r == emptyBraille ||
		unicode.In(r, unicode.Z, unicode.Cc, unicode.Cf, unicode.Other_Default_Ignorable_Code_Point, unicode.Variation_Selector)
}

// CheckKey admits as an idempotency key visible ASCII, which every header and log can carry. Its
// error is an *Invalid for the field "client_id".
func CheckKey(s string) error {
	if len(s) > MaxKeyLength {
		return outside("client_id", "too_long", MaxKeyLength)
	}
	for i := range len(s) {
		if s[i] <= ' ' || s[i] > '~' {
			return invalid("client_id", "bad_character")
		}
	}
	return nil
}
