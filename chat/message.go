package chat

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Limits of a message, in characters (Unicode code points).
const (
	MaxTextLength     = 8000
	MaxClientIDLength = 128
)

// Message is something a person says: checked, and not yet in the log.
type Message struct {
	Room     Room
	UserName Name
	Text     string // its lines end with LF
	// ClientID is the sender's idempotency key, or empty for none: the same
	// key from the same name in the same room is the same message.
	ClientID string
}

// NewMessage checks the parts of a message together, so that the error, always
// an *Invalid, names every field that is wrong.
func NewMessage(room Room, userName, text, clientID string) (Message, error) {
	name, nameErr := ParseName(userName)
	if strings.Contains(text, "\r") {
		text = lineEnds.Replace(text)
	}
	textErr, idErr := checkText(text), checkClientID(clientID)
	if nameErr != nil || textErr != nil || idErr != nil {
		return Message{}, Join(nameErr, textErr, idErr)
	}
	return Message{Room: room, UserName: name, Text: text, ClientID: clientID}, nil
}

// lineEnds makes one of the ways in which systems end a line: a lone CR shows as a line's
// end in one place, and not in another.
var lineEnds = strings.NewReplacer("\r\n", "\n", "\r", "\n")

func checkText(s string) error {
	switch {
	case !utf8.ValidString(s):
		return invalid("message", "not_utf8", "The message is not valid UTF-8; send it as UTF-8.")
	case isBlank(s):
		return invalid("message", "empty", "The message is empty; write something.")
	case utf8.RuneCountInString(s) > MaxTextLength:
		return invalid("message", "too_long", "The message is longer than 8,000 characters; shorten it or send it in parts.")
	case strings.ContainsRune(s, 0):
		return invalid("message", "nul", "The message holds a NUL character; remove it.")
	}
	return nil
}

// isBlank reports whether there is nothing to see in a text: spaces, controls, and
// characters that Unicode has for the looks of others, or for nothing. One that this program's
// Unicode does not have yet may be the newest emoji. composer.js has the same.
func isBlank(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool {
		const emptyBraille = '\u2800'
		return !unicode.IsSpace(r) && r != emptyBraille &&
			!unicode.In(r, unicode.Z, unicode.Cc, unicode.Cf, unicode.Other_Default_Ignorable_Code_Point, unicode.Variation_Selector)
	})
}

// checkClientID admits visible ASCII, which every header and log can carry.
func checkClientID(s string) error {
	if len(s) > MaxClientIDLength {
		return invalid("client_id", "too_long", "The client id is longer than 128 characters; shorten it.")
	}
	for i := range len(s) {
		if s[i] <= ' ' || s[i] > '~' {
			return invalid("client_id", "bad_character", "The client id may hold only visible ASCII characters, without spaces.")
		}
	}
	return nil
}
