package chat

import (
	"strings"
	"unicode"
)

// ForTerminal returns a text as it can be shown in a terminal: further lines set
// in, so that none can pass for a message of its own, and characters that would
// steer the terminal replaced.
func ForTerminal(text string) string {
	text = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) && r != '\n' && r != '\t' {
			return unicode.ReplacementChar
		}
		return r
	}, strings.ReplaceAll(text, "\r\n", "\n"))
	return strings.ReplaceAll(text, "\n", "\n    ")
}
