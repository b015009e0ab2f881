package hooks

import (
	"strings"
	"unicode/utf8"

	"plainchat/chat"
)

// cutMark stands where the rest of a text was left out.
const cutMark = "… ✂"

// clean returns text that a message may have: UTF-8 without NUL, in lines that end with LF.
func clean(s string) string {
	return strings.NewReplacer("\r\n", "\n", "\r", "\n", "\x00", "\ufffd").Replace(strings.ToValidUTF8(s, "\ufffd"))
}

// fit returns a text as a message may have it; "" if there is nothing to see in it. A code block that the
// cut left open is closed.
func fit(s string) string {
	const fence = "\n```"
	s = strings.TrimRight(strings.Trim(clean(s), "\n"), " \t\n")
	if utf8.RuneCountInString(s) > chat.MaxTextLength {
		s = cut(s, chat.MaxTextLength-len(fence))
		if strings.Count(s, "```")%2 == 1 {
			s += fence
		}
	}
	if _, err := chat.ParseText(s); err != nil {
		return ""
	}
	return s
}

// cut returns the beginning of a text, of at most so many characters with the mark.
func cut(s string, most int) string {
	if utf8.RuneCountInString(s) <= most {
		return s
	}
	left := most - utf8.RuneCountInString(cutMark)
	for i := range s {
		if left == 0 {
			return s[:i] + cutMark
		}
		left--
	}
	return s
}
