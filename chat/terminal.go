package chat

import (
	"strings"
	"unicode"
)

// ForTerminal returns a text as it can be shown in a terminal: further lines set
// in, so that none can pass for a message of its own, and characters that would
// steer the terminal, or turn around what follows them, replaced.
func ForTerminal(text string) string {
	text = strings.Map(func(r rune) rune {
		switch {
		case endsLine(r):
			return '\n'
		case steers(r):
			return unicode.ReplacementChar
		}
		return r
	}, strings.ReplaceAll(text, "\r\n", "\n"))
	return strings.ReplaceAll(text, "\n", "\n    ")
}

// LineForTerminal returns a text as one line of a terminal: as ForTerminal does, and
// with a space for each line end and tab.
func LineForTerminal(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case endsLine(r), r == '\t':
			return ' '
		case steers(r):
			return unicode.ReplacementChar
		}
		return r
	}, text)
}

// endsLine reports whether some reader takes a character for the end of a line: those of
// Unicode (UAX 14) and, as Python's splitlines does, the separators of ASCII.
func endsLine(r rune) bool {
	switch r {
	case '\n', '\v', '\f', '\r', 0x1c, 0x1d, 0x1e, 0x85, 0x2028, 0x2029:
		return true
	}
	return false
}

// steers reports whether a character is a control, other than a tab, or opens or closes a
// run of another direction.
func steers(r rune) bool {
	return unicode.IsControl(r) && r != '\t' ||
		r >= '\u202a' && r <= '\u202e' || r >= '\u2066' && r <= '\u2069'
}
