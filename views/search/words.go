package search

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// maxWord is how many characters of a word count; the rest is left out, in texts and in
// queries alike. Nobody remembers more of a key or a hash.
const maxWord = 64

// Words are what FTS5 is given, in texts and in queries. Its own tokenizers know the Unicode
// of 2012, and take a sentence of Chinese for one word. So texts are cut into words here, and
// FTS5 gets what its simplest tokenizer ("ascii") takes as it is: words with a space
// between them, of small letters, digits, and characters beyond ASCII.
//
//   - A word is a run of letters, digits and marks, in NFKC, case folded; letters of Latin
//     and Greek without their accents.
//   - Chinese, Japanese and Korean do not put spaces where someone may begin to search. A
//     run of their characters becomes all pairs of neighbours, and the last character
//     alone: 안녕하세요 is 안녕 녕하 하세 세요 요. Two or more characters are found as a phrase
//     of pairs, and one as the beginning of a pair.
//   - A symbol, such as an emoji, is a word.

// appendWords appends the words of a text, each with a space after it.
func appendWords(dst []byte, text string) []byte {
	if !norm.NFKC.IsNormalString(text) {
		text = norm.NFKC.String(text)
	}
	for text != "" {
		p := pieceAt(text)
		dst, text = p.appendWords(dst), text[len(p.text):]
	}
	return dst
}

// piece is what a text is cut into.
type piece struct {
	text string
	kind pieceKind
}

type pieceKind uint8

const (
	between pieceKind = iota // one character that is in no word
	run                      // of characters that are paired
	word
	symbol
)

// pieceAt returns the piece that a text in NFKC begins with.
func pieceAt(text string) piece {
	r, size := utf8.DecodeRuneInString(text)
	switch {
	case isPaired(r):
		return piece{leading(text, isPaired), run}
	case isWordRune(r):
		return piece{leading(text, isUnpairedWordRune), word}
	case unicode.Is(unicode.So, r):
		return piece{text[:size], symbol}
	}
	return piece{text[:size], between}
}

// appendWords appends the words of a piece, each with a space after it: of a run one for each of its
// characters, of all else one at the most.
func (p piece) appendWords(dst []byte) []byte {
	switch p.kind {
	case run:
		return appendPairs(dst, p.text)
	case word:
		return appendWord(dst, p.text)
	case symbol:
		return append(append(dst, p.text...), ' ')
	}
	return dst
}

// leading returns the longest beginning that consists of such characters.
func leading(s string, is func(rune) bool) string {
	if end := strings.IndexFunc(s, func(r rune) bool { return !is(r) }); end >= 0 {
		return s[:end]
	}
	return s
}

// appendPairs appends the pairs of a run, and its last character.
func appendPairs(dst []byte, run string) []byte {
	for run != "" {
		_, first := utf8.DecodeRuneInString(run)
		_, second := utf8.DecodeRuneInString(run[first:])
		dst = append(dst, run[:first+second]...)
		dst = append(dst, ' ')
		run = run[first:]
	}
	return dst
}

func appendWord(dst []byte, word string) []byte {
	start, ascii := len(dst), true
	for i := range len(word) {
		c := word[i]
		if c >= utf8.RuneSelf {
			ascii = false
			break
		}
		if 'A' <= c && c <= 'Z' {
			c += 'a' - 'A'
		}
		dst = append(dst, c)
	}
	if !ascii {
		dst = append(dst[:start], plain(word)...)
	}
	return append(truncate(dst, start), ' ')
}

// truncate leaves no more of what begins at start than counts.
func truncate(dst []byte, start int) []byte {
	end := start
	for n := 0; end < len(dst) && n < maxWord; n++ {
		_, size := utf8.DecodeRune(dst[end:])
		end += size
	}
	return dst[:end]
}

// plain returns a word without case and accents.
func plain(word string) string {
	var out strings.Builder
	base := rune(0)
	for _, r := range norm.NFD.String(cases.Fold().String(word)) {
		if isAccent(r) && unicode.In(base, unicode.Latin, unicode.Greek) {
			continue
		}
		if !isAccent(r) {
			base = r
		}
		out.WriteRune(r)
	}
	return norm.NFC.String(out.String())
}

func isAccent(r rune) bool { return 0x300 <= r && r <= 0x36f }

// isPaired reports whether a character belongs to a script that is written without spaces
// between words, or, as Korean is, with endings at the words.
func isPaired(r rune) bool {
	const (
		longVowel                   = 'ー' // belongs to two scripts, so that Unicode has it in neither
		firstSyllable, lastSyllable = '가', '힣'
	)
	if firstSyllable <= r && r <= lastSyllable { // most of them, where there are any
		return true
	}
	return r >= 0x1100 && (r == longVowel || unicode.In(r, unicode.Han, unicode.Hangul, unicode.Hiragana, unicode.Katakana)) && isWordRune(r)
}

func isWordRune(r rune) bool {
	if r < utf8.RuneSelf {
		return 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9'
	}
	return unicode.In(r, unicode.L, unicode.N, unicode.M) && !unicode.Is(unicode.Variation_Selector, r)
}

func isUnpairedWordRune(r rune) bool { return isWordRune(r) && !isPaired(r) }
