package console

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// Excerpt returns the text as lines of at most so many characters together, with their ends: all of it, or
// the beginning and the end with a line between them that leftOut makes, which gets the number of lines
// that are not there. Empty lines at the end are left out. It has no control characters but tabs.
func (s *Screen) Excerpt(most int, leftOut func(lines int) string) []string {
	all := slices.Concat(s.head, s.rest)
	for len(all) > len(s.head) && all[len(all)-1].isEmpty() {
		all = all[:len(all)-1]
	}
	if s.left == 0 && fitting(all, most) == len(all) {
		return texts(all)
	}
	mayBegin := all
	if s.headFull {
		mayBegin = s.head
	}
	head := fitting(mayBegin, min(headLength, most/4))
	for _, l := range all[:head] {
		most -= l.shown()
	}
	most -= utf8.RuneCountInString(leftOut(s.left+len(all))) + 1
	end := slices.Clone(all[head:])
	slices.Reverse(end)
	shown := fitting(end, most)
	between := leftOut(s.left + len(end) - shown)
	return slices.Concat(texts(all[:head]), []string{between}, texts(all[len(all)-shown:]))
}

// fitting returns how many of the first lines take at most so many characters.
func fitting(lines []line, room int) int {
	for i, l := range lines {
		if room -= l.shown(); room < 0 {
			return i
		}
	}
	return len(lines)
}

func (l line) isEmpty() bool {
	return !slices.ContainsFunc(l.cells, func(r rune) bool { return r != ' ' && r != '\t' })
}

// shown is how many characters a line takes in a text, with its end.
func (l line) shown() int {
	if l.cut {
		return l.size() + 1
	}
	return l.size()
}

func texts(lines []line) []string {
	said := make([]string, len(lines))
	for i, l := range lines {
		said[i] = strings.TrimRight(string(l.cells), " ")
		if l.cut {
			said[i] += "…"
		}
	}
	return said
}
