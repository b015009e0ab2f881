package chat

import (
	"strings"
	"unicode/utf8"
)

const hexDigits = "0123456789abcdef"

// AppendQuoted appends s as a JSON string (RFC 8259, section 7). Beside what must be
// escaped it escapes what would harm a reader of the raw line: DEL and the C1
// controls (U+007F to U+009F), which steer a terminal, and U+2028 and U+2029, which
// end a line of JavaScript. What is not UTF-8 becomes U+FFFD.
func AppendQuoted(dst []byte, s string) []byte {
	dst = append(dst, '"')
	done := 0 // s[:done] is in dst
	for i := 0; i < len(s); {
		c := s[i]
		if c >= ' ' && c <= '~' && c != '"' && c != '\\' {
			i++
			continue
		}
		r, size := utf8.DecodeRuneInString(s[i:])
		if !needsEscape(r, size) {
			i += size
			continue
		}
		dst = append(dst, s[done:i]...)
		dst = appendEscape(dst, r)
		i += size
		done = i
	}
	dst = append(dst, s[done:]...)
	return append(dst, '"')
}

func needsEscape(r rune, size int) bool {
	switch {
	case r == '"', r == '\\', r < ' ', r >= 0x7f && r <= 0x9f, r == '\u2028', r == '\u2029':
		return true
	}
	return r == utf8.RuneError && size == 1
}

func appendEscape(dst []byte, r rune) []byte {
	const short = "\b\f\n\r\t\"\\"
	if i := strings.IndexRune(short, r); i >= 0 {
		return append(dst, '\\', `bfnrt"\`[i])
	}
	return append(dst, '\\', 'u', hexDigits[r>>12&15], hexDigits[r>>8&15], hexDigits[r>>4&15], hexDigits[r&15])
}
