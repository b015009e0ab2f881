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
		if steers(r) {
			return unicode.ReplacementChar
		}
		return r
	}, strings.ReplaceAll(text, "\r\n", "\n"))
	return strings.ReplaceAll(text, "\n", "\n    ")
}

// steers reports whether a character is a control, other than a line end and a
// tab, or opens or closes a run of another direction.
func steers(r rune) bool {
	return unicode.IsControl(r) && r != '\n' && r != '\t' ||
		r >= '\u202a' && r <= '\u202e' || r >= '\u2066' && r <= '\u2069'
}
