package chat

import (
	"strings"
	"unicode/utf8"
)

var reactionKind = &Kind{
	Name: "reaction", Wire: "reaction", Class: Content,
	Decode: decodeReaction, Sample: Reaction{Of: 1, Emoji: "👍"},
	Doc: "Somebody reacts to a message with an emoji, or takes that back.",
}

// Reaction puts an emoji to a message, once for each person, or takes it away again.
type Reaction struct {
	Of      uint64 // the position of the message
	Emoji   string // as ParseEmoji returns it
	Removed bool
}

type reactionForm struct {
	Of      uint64 `json:"of"`
	Emoji   string `json:"emoji"`
	Removed bool   `json:"removed"`
}

// Kind implements Body.
func (Reaction) Kind() *Kind { return reactionKind }

// Append implements Body.
func (r Reaction) Append(dst []byte) []byte {
	dst = appendString(appendOf(dst, r.Of), "emoji", r.Emoji)
	return append(appendRemoved(dst, r.Removed), '}')
}

// Target implements Body.
func (r Reaction) Target() uint64 { return r.Of }

func (r Reaction) appendMembers(dst []byte, epoch string) []byte {
	dst = appendString(appendReference(dst, "target", epoch, r.Of), "emoji", r.Emoji)
	return appendRemoved(dst, r.Removed)
}

// appendRemoved appends the member that only what takes something back has.
func appendRemoved(dst []byte, removed bool) []byte {
	if removed {
		return appendBool(dst, "removed", true)
	}
	return dst
}

func decodeReaction(data string) (Body, error) {
	form, err := decode[reactionForm](data)
	if err != nil {
		return nil, err
	}
	emoji, err := ParseEmoji(form.Emoji)
	if err != nil || emoji != form.Emoji || form.Of == 0 {
		return nil, errBody
	}
	return Reaction(form), nil
}

// maxEmojiSize is more than any emoji takes, in bytes: a family of four with skin tones
// has 41.
const maxEmojiSize = 64

// ParseEmoji returns the one form of an emoji (UTS 51), or an *Invalid error for the field
// "emoji". Keyboards differ in whether they add the selector that has a sign shown as an
// emoji; the form has it where the sign would be text without it.
func ParseEmoji(s string) (string, error) {
	if s == "" || len(s) > maxEmojiSize || !utf8.ValidString(s) || !isEmoji(s) {
		return "", invalid("emoji", "not_an_emoji")
	}
	if r, size := utf8.DecodeRuneInString(s); pictographSize(s) == len(s) {
		switch selected := strings.HasSuffix(s, emojiStyle); {
		case size == len(s) && r < firstPlane1:
			return s + emojiStyle, nil
		case selected && r >= firstPlane1:
			return strings.TrimSuffix(s, emojiStyle), nil
		}
	}
	return s, nil
}

func isEmoji(s string) bool {
	if strings.Contains(s, textStyle) {
		return false
	}
	return emojiSize(s) == len(s) || pictographSize(s) == len(s) || isFlag(s)
}

// isFlag reports whether a string is the two regional indicators of a country's flag.
func isFlag(s string) bool {
	if utf8.RuneCountInString(s) != 2 {
		return false
	}
	for _, r := range s {
		if !isIndicator(r) {
			return false
		}
	}
	return true
}

// isIndicator reports whether two of a character spell a country's flag.
func isIndicator(r rune) bool { return r >= '\U0001f1e6' && r <= '\U0001f1ff' }
