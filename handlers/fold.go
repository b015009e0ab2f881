package handlers

import "strings"

// Texts that are taller, about, are folded. text.js has the same rule.
const (
	tallest     = 30 // lines
	lineColumns = 80 // of a line, before it is broken
	quoteIndent = 4  // columns that a quote takes
	deepest     = 8  // quotes within each other that are shown as such
)

// isLong reports whether a text is folded.
func isLong(text string) bool {
	if len(text) < tallest {
		return false
	}
	height := 0
	for line := range strings.SplitSeq(text, "\n") {
		if height += linesOf(line); height > tallest {
			return true
		}
	}
	return false
}

// linesOf returns about how many lines are shown of one that was typed.
func linesOf(line string) int {
	width, depth := 0, 0
	quoted := true // all so far are marks of quotes
	for _, r := range line {
		switch {
		case quoted && r == '>':
			depth++
		case r != ' ':
			quoted = false
		}
		if width++; isWide(r) {
			width++
		}
	}
	columns := lineColumns - quoteIndent*min(depth, deepest)
	return max(1, (width+columns-1)/columns)
}

// isWide reports whether a character is as wide as two Latin letters: those of East Asia, and emoji.
func isWide(r rune) bool {
	return r >= 0x1100 && (r <= 0x115f || r >= 0x2e80 && r <= 0xa4cf || r >= 0xac00 && r <= 0xd7a3 || r >= 0xf900 && r <= 0xfaff ||
		r >= 0xfe30 && r <= 0xfe6f || r >= 0xff00 && r <= 0xff60 || r >= 0x1f300 && r <= 0x1faff || r >= 0x20000 && r <= 0x3fffd)
}
