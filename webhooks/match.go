package webhooks

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"

	"plainchat/chat"
)

// matches reports whether a webhook asks for a message by its words.
func matches(on chat.Trigger, word, text string) bool {
	switch on {
	case chat.OnAll:
		return true
	case chat.OnMention:
		return slices.Contains(chat.Mentions(text), chat.Name(word).MentionKey())
	case chat.OnKeyword:
		return hasWord(fold(text), fold(word))
	}
	return false
}

// fold returns the one form of all that differs in case alone.
func fold(s string) string { return cases.Fold().String(norm.NFC.String(s)) }

// hasWord reports whether a word stands in a text, and not as a part of another.
func hasWord(text, word string) bool {
	if word == "" {
		return false
	}
	first, _ := utf8.DecodeRuneInString(word)
	last, _ := utf8.DecodeLastRuneInString(word)
	for from := 0; ; {
		at := strings.Index(text[from:], word)
		if at < 0 {
			return false
		}
		at += from
		before, _ := utf8.DecodeLastRuneInString(text[:at])
		after, _ := utf8.DecodeRuneInString(text[at+len(word):])
		if !(joins(before) && joins(first)) && !(joins(last) && joins(after) && !isHangul(after)) {
			return true
		}
		from = at + len(string(first))
	}
}

// joins reports whether a character makes one word with another of the kind beside it. In
// scripts that write words without space between them none does.
func joins(r rune) bool {
	return (unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r) || r == '_') &&
		!unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar)
}

// isHangul is for what follows a word: particles are written without space.
func isHangul(r rune) bool { return unicode.Is(unicode.Hangul, r) }
