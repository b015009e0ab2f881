package richtext

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"plainchat/chat"
)

// inMarks has the bytes that marks are made of, or begin with.
var inMarks = func() (marks [256]bool) {
	for _, c := range []byte("`*_~[@\\:.\n") {
		marks[c] = true
	}
	return marks
}()

// isPlain reports whether a text has no mark for sure. It is what most texts cost.
func isPlain(text string) bool {
	if beginsBlock(text) {
		return false
	}
	for i := range len(text) {
		if inMarks[text[i]] && isMark(text, i) {
			return false
		}
	}
	return true
}

// isMark reports whether there may be a mark around a byte of inMarks.
func isMark(text string, i int) bool {
	switch rest := text[i:]; text[i] {
	case '\n':
		return beginsBlock(rest[1:])
	case '~':
		return strings.HasPrefix(rest, "~~")
	case ':':
		return strings.HasPrefix(rest, "://") || endsInScheme(text[:i])
	case '.':
		return endsInFold(text[:i], "www")
	}
	return true
}

// beginsBlock reports whether the line that a text begins with may be in a list or a quote.
func beginsBlock(text string) bool {
	line := strings.TrimLeft(text, " \t")
	if line == "" {
		return false
	}
	switch c := line[0]; {
	case c == '>', c == '~':
		return true
	case c == '-' || c == '+':
		return len(line) > 1 && (line[1] == ' ' || line[1] == '\t')
	case isDigit(c):
		rest := strings.TrimLeft(line, "0123456789")
		return len(rest) > 1 && (rest[0] == '.' || rest[0] == ')') && (rest[1] == ' ' || rest[1] == '\t')
	}
	return false
}

// bigEmoji returns the tree of a text that is nothing but a few emoji, or nil.
func bigEmoji(text string) Tree {
	text = strings.TrimSpace(text)
	rest := text
	for count := 0; rest != ""; count++ {
		size := chat.EmojiSize(rest)
		if size == 0 || count == maxBigEmoji {
			return nil
		}
		rest = strings.TrimLeftFunc(rest[size:], unicode.IsSpace)
	}
	if text == "" {
		return nil
	}
	return Tree{{Type: Paragraph, Big: true, Children: []Node{{Value: text}}}}
}

// mayBeEmoji spares most texts the tables of Unicode.
func mayBeEmoji(text string) bool {
	first := strings.TrimLeft(text, " \n")
	return first != "" && (first[0] >= utf8.RuneSelf || len(first) > 1 && first[1] >= utf8.RuneSelf)
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }
