package chat

import (
	"net/url"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// MaxRoomLength is the longest room name, in characters (Unicode code points).
const MaxRoomLength = 64

// Lobby is the room of the addresses that name none.
const Lobby Room = "lobby"

// Room is a room's name in its one canonical form: NFC, case folded, letters
// (with the marks they carry), decimal digits, '-' and '_'.
type Room string

// Path returns the path of the room's address, escaped as a URL wants it. Below
// it are /messages and /events.
func (r Room) Path() string { return "/rooms/" + url.PathEscape(string(r)) }

// ParseRoom returns the canonical form of a room name, or an *Invalid error
// for the field "room". Parsing a canonical name returns it unchanged.
func ParseRoom(s string) (Room, error) {
	if !utf8.ValidString(s) {
		return "", invalid("room", "not_utf8")
	}
	s = foldCase(s)
	switch n := utf8.RuneCountInString(s); {
	case n == 0:
		return "", invalid("room", "empty")
	case n > MaxRoomLength:
		return "", outside("room", "too_long", MaxRoomLength)
	}
	for i, r := range s {
		if !isRoomRune(r, i == 0) {
			return "", invalid("room", "bad_character")
		}
	}
	return Room(s), nil
}

// NearestRoom returns the room whose name is nearest to what somebody typed, or false if there is
// none: each run of what a name may not have becomes one '-', and what is too long is cut. The page's script has
// the same rule.
func NearestRoom(s string) (Room, bool) {
	if room, err := ParseRoom(s); err == nil {
		return room, true
	}
	var b strings.Builder
	replaced := false
	for _, r := range norm.NFC.String(strings.ToValidUTF8(s, "-")) {
		switch {
		case unicode.In(r, unicode.Cf, unicode.Other_Default_Ignorable_Code_Point, unicode.Variation_Selector):
		case r != '-' && isRoomRune(r, false):
			b.WriteRune(r)
			replaced = false
		case !replaced:
			b.WriteByte('-')
			replaced = true
		}
	}
	named := strings.TrimLeftFunc(b.String(), func(r rune) bool { return r == '-' || unicode.IsMark(r) })
	if runes := []rune(named); len(runes) > MaxRoomLength {
		named = string(runes[:MaxRoomLength])
	}
	room, err := ParseRoom(strings.TrimRight(named, "-"))
	return room, err == nil
}

// FoldRoom returns what a part of a room's name is compared by: without case, as the name is. It
// need not be a name itself.
func FoldRoom(s string) string { return foldCase(strings.ToValidUTF8(s, "")) }

// foldCase returns the one form of all that differs in case alone: whatever writes a name
// in capitals, small letters or titles names the same room. It is the full case folding
// of Unicode, in which ß is ss, and every sigma one. Two things go beyond it. An i without
// its dot, or with one more, is an i, since all of them have the capital I or one that
// becomes i. And Cherokee, which folds to capitals, stays in the small letters that rooms
// have had.
func foldCase(s string) string {
	if isASCII(s) {
		return strings.ToLower(s)
	}
	const passes = 4 // two suffice for all that is known
	for range passes {
		folded := strings.ToLower(cases.Fold().String(norm.NFD.String(s))) // decomposed, as a mark can fold to a letter
		folded = norm.NFC.String(dots.Replace(folded))
		if folded == s {
			break
		}
		s = folded
	}
	return s
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

var dots = strings.NewReplacer("i\u0307", "i", "ı", "i")

// isRoomRune admits marks, without which many scripts cannot be written, but
// not as the first character, where there is no letter for them to sit on.
func isRoomRune(r rune, first bool) bool {
	if unicode.In(r, unicode.Other_Default_Ignorable_Code_Point, unicode.Variation_Selector) {
		return false // unseen, it would make two rooms of what looks like one
	}
	return unicode.IsLetter(r) || unicode.IsDigit(r) || r == '-' || r == '_' ||
		!first && unicode.IsMark(r)
}
