package chat

import (
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"go.mau.fi/util/confusable"
	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// Skeletons are what two names are compared by where one may be taken for the other: the
// confusable skeletons of UTS 39, section 4, of three readings of a name. Two names look
// alike if a skeleton of one is that of the other at the same place. One is not enough:
// Greek Ν is an N to the eye, but its small letter ν is a v, so that a skeleton of small
// letters misses a false "Νina"; one that joined all of them would make one of Nan and Van.
//
// Skeletons serve to compare, never to show or to store: they may change with Unicode.
type Skeletons [3]string

// The readings of a name.
const (
	folded = iota // in small letters, so that names with one Key are alike
	withI         // as it is drawn, with capitals that look like I as that letter: АDМІN is admin
	withL         // as it is drawn, with them as l, as UTS 39 has it: Ian is lan and 1an
)

// Alike reports whether names with these skeletons can be taken for each other. The
// relation is not transitive: "lan" is alike both "Ian" and "Lan", which are two names.
func (s Skeletons) Alike(other Skeletons) bool {
	for i, skeleton := range s {
		if skeleton == other[i] {
			return true
		}
	}
	return false
}

// Skeletons returns the skeletons of a name.
func (n Name) Skeletons() Skeletons {
	if isASCII(string(n)) {
		return asciiSkeletons(string(n))
	}
	key, drawn := n.Key(), visible(string(n))
	return Skeletons{
		folded: settle(visible(cases.Fold().String(key)), lower),
		withI:  settle(strings.Map(smallI, drawn), lower),
		withL:  settle(drawn, lowerButL),
	}
}

// settle applies the skeleton and small letters in turn until nothing changes, since a
// skeleton can hold capitals (0 is an O) whose small letters have another one (M is itself,
// m is rn).
func settle(s string, lower func(rune) rune) string {
	const passes = 4 // more than any character needs
	for range passes {
		next := strings.Map(lower, skeleton(s))
		if next == s {
			break
		}
		s = next
	}
	return s
}

// lower makes small letters of ASCII's capitals. Others stay: their small letters look
// different, and the folded skeleton compares those.
func lower(r rune) rune {
	if r >= 'A' && r <= 'Z' {
		r += 'a' - 'A'
	}
	return r
}

// lowerButL is lower where l is what I has become: L stays, so that Lan is not Ian.
func lowerButL(r rune) rune {
	if r == 'L' {
		return r
	}
	return lower(r)
}

// smallI makes an i of every capital that looks like I.
func smallI(r rune) rune {
	if unicode.IsUpper(r) && confusable.GetReplacement(r) == "l" {
		return 'i'
	}
	return r
}

// skeleton is UTS 39's internalSkeleton of a string without ignorable characters.
func skeleton(s string) string {
	var out strings.Builder
	for _, r := range norm.NFD.String(s) {
		if prototype := confusable.GetReplacement(r); prototype != "" {
			out.WriteString(prototype)
		} else {
			out.WriteRune(r)
		}
	}
	return norm.NFD.String(out.String())
}

// visible returns a name without what nobody sees in it: ignorable characters, blank ones,
// and diacritics that make no letter of Unicode with what they stand on. So é and й are
// letters of their own, but a line under an A, or a second dot on an i, is not.
// A name of nothing else is returned as it is.
func visible(s string) string {
	seen := strings.Map(func(r rune) rune {
		if isIgnorable(r) || unicode.Is(diacritics, r) {
			return -1
		}
		return r
	}, norm.NFC.String(s))
	if fields := strings.Fields(seen); len(fields) > 0 {
		return strings.Join(fields, " ")
	}
	return s
}

// isIgnorable reports whether a character shows nothing by itself. The tags are ignorable
// to Unicode, but tell the flag of Wales from that of Scotland.
func isIgnorable(r rune) bool {
	isTag := r >= 0xe0020 && r <= 0xe007f
	return !isTag && r != ' ' && isBlankRune(r)
}

// diacritics are the nonspacing marks of Unicode's blocks of combining diacritical marks.
// Marks that scripts cannot do without, such as vowels of Thai, are in other blocks.
var diacritics = &unicode.RangeTable{
	R16: []unicode.Range16{
		{0x0300, 0x036f, 1}, {0x1ab0, 0x1aff, 1}, {0x1dc0, 0x1dff, 1},
		{0x20d0, 0x20dc, 1}, {0x20e1, 0x20e1, 1}, {0x20e5, 0x20ff, 1}, {0xfe20, 0xfe2f, 1},
	},
}

// asciiSkeletons returns the skeletons of a name of ASCII, whose characters do not depend
// on each other.
func asciiSkeletons(name string) Skeletons {
	tables := asciiTables()
	var s Skeletons
	var room [2 * MaxNameLength]byte
	same := name // most often, which spares the allocation
	for reading := range s {
		skeleton := room[:0]
		for i := range len(name) {
			skeleton = append(skeleton, tables[reading][name[i]]...)
		}
		if string(skeleton) != same {
			same = string(skeleton)
		}
		s[reading] = same
	}
	return s
}

// asciiTables are the skeletons of each character of ASCII, by reading.
var asciiTables = sync.OnceValue(func() *[3][utf8.RuneSelf]string {
	var tables [3][utf8.RuneSelf]string
	for r := range rune(utf8.RuneSelf) {
		tables[folded][r] = settle(string(lower(r)), lower)
		tables[withI][r] = settle(string(smallI(r)), lower)
		tables[withL][r] = settle(string(r), lowerButL)
	}
	return &tables
})
