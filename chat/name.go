package chat

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/secure/precis"
)

// MaxNameLength is the longest user name, in characters (Unicode code points).
const MaxNameLength = 40

// Anonymous is the name of a sender who gave none, where none is required.
const Anonymous Name = "anonymous"

// Operator is the name that the operator's doings are recorded under. It is nobody else's.
const Operator Name = "operator"

// Name is a user name as RFC 8266 (Nickname) enforces it: trimmed, inner spaces
// single, NFKC, without control or invisible characters. Case is kept. Emoji stay as
// keyboards type them, with the selectors and joiners that the RFC refuses anywhere else.
type Name string

// ParseName returns the enforced form of a user name, or an *Invalid error for
// the field "user_name". Parsing an enforced name returns it unchanged.
func ParseName(s string) (Name, error) {
	if !utf8.ValidString(s) {
		return "", invalid("user_name", "not_utf8")
	}
	if len(s) > 4*MaxNameLength*utf8.UTFMax { // not worth normalizing
		return "", nameTooLong()
	}
	if len(s) <= MaxNameLength && isEnforced(s) {
		return Name(s), nil
	}
	s = strings.TrimFunc(s, isEdge)
	name, err := enforceNickname(s)
	switch {
	case strings.TrimSpace(s) == "", err == nil && isBlank(name):
		return "", outside("user_name", "empty", MaxNameLength)
	case err != nil:
		return "", invalid("user_name", "bad_character")
	case utf8.RuneCountInString(name) > MaxNameLength:
		return "", nameTooLong()
	}
	return Name(name), nil
}

// isEnforced reports whether a name is one that the profile leaves as it is, for sure:
// visible ASCII alone. It spares most names the tables of Unicode.
func isEnforced(s string) bool {
	for i := range len(s) {
		if s[i] <= ' ' || s[i] > '~' {
			return false
		}
	}
	return s != ""
}

// isEdge reports whether a character says nothing at either end of a name: a space, or a
// mark of direction, which programs put around a name that is copied from them.
func isEdge(r rune) bool {
	switch r {
	case '\u061c', '\u200e', '\u200f', // ALM, LRM, RLM
		'\u202a', '\u202b', '\u202c', // LRE, RLE, PDF; not the overrides
		'\u2066', '\u2067', '\u2068', '\u2069': // LRI, RLI, FSI, PDI
		return true
	}
	return unicode.Is(unicode.Zs, r)
}

// enforceNickname applies the profile until it changes nothing, as RFC 8266
// section 2.3 asks: NFKC can uncover a space that the first pass did not see.
func enforceNickname(s string) (string, error) {
	const passes = 4 // the RFC's bound: the first application and three more
	s, emoji := takeEmoji(s)
	for range passes {
		next, err := precis.Nickname.String(s)
		if err != nil {
			return "", err
		}
		if next == s {
			return putEmoji(s, emoji), nil
		}
		s = next
	}
	return "", errUnstable
}

// Key is what two names are compared by: RFC 8266's comparison form, which
// ignores case, and how an emoji is shown.
func (n Name) Key() string {
	plain, emoji := takeEmoji(string(n))
	for i := range emoji {
		emoji[i] = bareEmoji.Replace(emoji[i])
	}
	plain, emoji = takeEmoji(putEmoji(plain, emoji)) // what is left of some is text
	key, err := precis.Nickname.CompareKey(plain)
	if err != nil {
		return string(n) // only a Name that did not come from ParseName
	}
	return putEmoji(key, emoji)
}

func nameTooLong() error {
	return outside("user_name", "too_long", MaxNameLength)
}
