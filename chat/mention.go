package chat

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

const (
	maxMentions     = 20 // in a message; more are a list, and no call
	maxMentionWords = 3  // of a name
)

// MentionKey is what a name and a mention of it are compared by: the key, without
// punctuation at its end, which cannot be told from that of the sentence.
func (n Name) MentionKey() string {
	trimmed := strings.TrimRightFunc(string(n), isSentencePunctuation)
	if trimmed == "" {
		trimmed = string(n)
	}
	return Name(trimmed).Key()
}

// Mentions returns the keys (see Name.MentionKey) of the names that may be meant by an @ in a text. Where a name ends is not
// certain, since names have spaces: "@Ann Lee is here" may mean Ann, Ann Lee, or Ann Lee is. It is
// certain in quotes: @"Ann Lee" means Ann Lee alone. An @ after a backslash means nobody.
func Mentions(text string) []string {
	var keys []string
	before := utf8.RuneError // what stands before the @
	for n := 0; n < maxMentions; n++ {
		at := strings.IndexByte(text, '@')
		if at < 0 {
			break
		}
		if at > 0 {
			before, _ = utf8.DecodeLastRuneInString(text[:at])
		}
		escaped := (at-len(strings.TrimRight(text[:at], `\`)))%2 == 1
		text = text[at+1:]
		if escaped {
			n-- // it is none
		} else if name, size := QuotedMentionAt(before, text); size > 0 {
			keys = appendKey(keys, name)
		} else if !isInWord(before) {
			keys = appendMentions(keys, text)
		}
		before = '@'
	}
	return keys
}

// appendMentions adds the names that a text may begin with.
func appendMentions(keys []string, text string) []string {
	end := 0
	for range maxMentionWords {
		word := strings.IndexFunc(text[end:], isWordEnd)
		if word < 0 {
			word = len(text) - end
		}
		if word == 0 || end+word > MaxNameLength*utf8.UTFMax {
			break
		}
		end += word
		if name, err := ParseName(text[:end]); err == nil {
			keys = appendKey(keys, name)
		}
		if end == len(text) || text[end] != ' ' {
			break
		}
		end++
	}
	return keys
}

func appendKey(keys []string, name Name) []string {
	if key := name.MentionKey(); !slices.Contains(keys, key) {
		keys = append(keys, key)
	}
	return keys
}

// QuotedMentionAt returns the name that stands in quotes, which may be curly, after an @ before a
// text, and how many bytes of the text that is; 0 for none. before is as MentionAt has it.
func QuotedMentionAt(before rune, text string) (name Name, size int) {
	for _, quotes := range [][2]string{{`"`, `"`}, {"“", "”"}} {
		rest, opens := strings.CutPrefix(text, quotes[0])
		if !opens || isInWord(before) {
			continue
		}
		within, _, closes := strings.Cut(rest[:min(len(rest), MaxNameLength*utf8.UTFMax+len(quotes[1]))], quotes[1])
		if name, err := ParseName(within); closes && err == nil {
			return name, len(quotes[0]) + len(within) + len(quotes[1])
		}
	}
	return "", 0
}

// MentionAt returns the first of the names that may be meant by an @ before a text, and how many
// bytes of the text it is; 0 for none. before is the character before the @, 0 or utf8.RuneError if
// there is none.
func MentionAt(before rune, text string) (name Name, size int) {
	end := strings.IndexFunc(text, isWordEnd)
	if end < 0 {
		end = len(text)
	}
	if isInWord(before) || end > MaxNameLength*utf8.UTFMax {
		return "", 0
	}
	word := strings.TrimRightFunc(text[:end], isSentencePunctuation)
	name, err := ParseName(word)
	if err != nil {
		return "", 0
	}
	return name, len(word)
}

// isInWord reports whether an @ after a character is part of an address.
func isInWord(before rune) bool { return unicode.IsLetter(before) || unicode.IsDigit(before) }

func isWordEnd(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) || r == '@' }

// isSentencePunctuation reports whether a character may end a sentence, or what stands in
// brackets or quotes.
func isSentencePunctuation(r rune) bool {
	return unicode.IsPunct(r) && r != '_' && r != '-'
}
