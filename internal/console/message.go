package console

import (
	"slices"
	"strings"
	"unicode/utf8"

	"plainchat/chat"
)

// Message returns the text of a message: a title, which may be empty, and below it what is on the screen, as
// a block of code. It is as long as a message may be, at most, and empty if there is neither. The title is
// one that Title or Command has made.
func (s *Screen) Message(title string, leftOut func(lines int) string) string {
	if title != "" {
		title += "\n"
	}
	if strings.Contains(title, "```") { // else the fence could end code in the title
		title += "\n"
	}
	room := chat.MaxTextLength - utf8.RuneCountInString(title) - len("\n")
	for width := minFence; ; {
		lines := s.Excerpt(room-2*width, leftOut)
		mark := fence(lines)
		switch {
		case mark == "":
			return strings.TrimRight(title, "\n")
		case len(mark) <= width:
			return title + mark + "\n" + strings.Join(lines, "\n") + "\n" + mark
		}
		width = len(mark) // the same again, with less room for the lines
	}
}

const minFence = 3

// fence returns a fence that none of the lines ends; empty if they have nothing to show. Code that begins
// with a fence of the same kind is taken for none by package richtext.
func fence(lines []string) string {
	first := slices.IndexFunc(lines, func(line string) bool { return strings.Trim(line, " \t") != "" })
	if first < 0 {
		return ""
	}
	mark := "`"
	if strings.HasPrefix(strings.TrimLeft(lines[first], " \t"), "```") {
		mark = "~"
	}
	width := minFence
	for _, line := range lines {
		if within := strings.TrimSpace(line); strings.Trim(within, mark) == "" {
			width = max(width, len(within)+1)
		}
	}
	return strings.Repeat(mark, width)
}
