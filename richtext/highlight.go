package richtext

import (
	"strings"
	"unicode/utf8"
)

// The classes of tokens. Whatever else there is in code has none.
const (
	keyword  = "k"
	typeName = "t" // and what a language has built in, and tags
	key      = "a" // of a value; attributes and variables
	str      = "s"
	number   = "n"
	comment  = "c"
	inserted = "i"
	deleted  = "d"
)

// highlight returns code as texts and tokens. It takes time in proportion to the code: a lexer made
// of regular expressions can take thousands of times as long for some texts as for others.
func highlight(language, code string) []Node {
	g := languages[strings.ToLower(language)]
	if g == nil || len(code) > maxHighlighted {
		return shown(code)
	}
	s := scanner{grammar: g, code: code}
	g.scan(&s)
	s.text(len(code))
	return s.done
}

// scanner makes tokens of code.
type scanner struct {
	*grammar
	code string
	at   int // where it stands
	from int // where the text begins that is in no token
	done []Node
}

// take makes a token of what there is from where it stands up to an end, and moves there.
func (s *scanner) take(class string, end int) {
	if len(s.done) >= maxTokens {
		s.at = end
		return
	}
	if n := len(s.done); s.from == s.at && n > 0 && s.done[n-1].Type == Token && s.done[n-1].Value == class {
		last := &s.done[n-1].Children[0]
		last.Value = s.code[s.at-len(last.Value) : end]
	} else {
		s.text(s.at)
		s.done = append(s.done, Node{Type: Token, Value: class, Children: shown(s.code[s.at:end])})
	}
	s.at, s.from = end, end
}

// text makes a text of what is in no token before an end.
func (s *scanner) text(end int) {
	if s.from < end {
		s.done = append(s.done, Node{Value: s.code[s.from:end]})
	}
	s.from = end
}

// until returns where the first of a string ends after a place, or the code.
func (s *scanner) until(place int, end string) int {
	if at := strings.Index(s.code[place:], end); at >= 0 {
		return place + at + len(end)
	}
	return len(s.code)
}

// lineEnd returns where the line of a place ends.
func (s *scanner) lineEnd(place int) int {
	if at := strings.IndexByte(s.code[place:], '\n'); at >= 0 {
		return place + at
	}
	return len(s.code)
}

// scanCode reads a language of words, strings and comments.
func scanCode(s *scanner) {
	for s.at < len(s.code) {
		if s.takeComment() || s.takeString() || s.takeWord() {
			continue
		}
		_, size := utf8.DecodeRuneInString(s.code[s.at:])
		s.at += size
	}
}

func (s *scanner) takeComment() bool {
	rest := s.code[s.at:]
	for _, block := range s.blocks {
		if strings.HasPrefix(rest, block[0]) {
			s.take(comment, s.until(s.at+len(block[0]), block[1]))
			return true
		}
	}
	for _, mark := range s.line {
		if strings.HasPrefix(rest, mark) && (!s.apart || s.at == 0 || strings.IndexByte(" \t\n", s.code[s.at-1]) >= 0) {
			s.take(comment, s.lineEnd(s.at))
			return true
		}
	}
	return false
}

func (s *scanner) takeString() bool {
	rest := s.code[s.at:]
	for _, raw := range s.raw {
		if strings.HasPrefix(rest, raw[0]) {
			s.take(str, s.until(s.at+len(raw[0]), raw[1]))
			return true
		}
	}
	quote := rest[0]
	if strings.IndexByte(s.quotes, quote) < 0 {
		return false
	}
	if quote == '\'' && s.chars {
		size := charSize(rest)
		if size > 0 {
			s.take(str, s.at+size)
		}
		return size > 0
	}
	end := s.at + quotedSize(rest, quote)
	s.take(s.keyOr(str, end), end)
	return true
}

// quotedSize returns how long a string is that begins with a quote: up to the next one, or the end of
// the line.
func quotedSize(rest string, quote byte) int {
	for i := 1; i < len(rest); i++ {
		switch rest[i] {
		case quote:
			return i + 1
		case '\n':
			return i
		case '\\':
			if i+1 < len(rest) && rest[i+1] != '\n' {
				i++
			}
		}
	}
	return len(rest)
}

// charSize returns how long a character in quotes is, with an escape or without; 0 if it is none.
func charSize(rest string) int {
	const longest = len(`'\U0010ffff'`)
	if strings.HasPrefix(rest, `'\`) {
		if end := strings.IndexByte(rest[min(3, len(rest)):min(len(rest), longest)], '\''); end >= 0 {
			return 3 + end + 1
		}
		return 0
	}
	_, size := utf8.DecodeRuneInString(rest[1:])
	if len(rest) > 1+size && rest[1+size] == '\'' {
		return 1 + size + 1
	}
	return 0
}

// takeWord takes a word, a number, or a sign that begins a variable, with its name.
func (s *scanner) takeWord() bool {
	first, size := utf8.DecodeRuneInString(s.code[s.at:])
	sigil := first < utf8.RuneSelf && strings.ContainsRune(s.sigils, first)
	if !sigil && !isWordRune(first) && first != '_' {
		return false
	}
	end := s.wordEnd(s.at + size)
	word := s.code[s.at:end]
	switch {
	case sigil && end == s.at+size:
		return false
	case sigil:
		s.take(key, end)
	case isDigit(word[0]):
		s.take(number, s.numberEnd(end))
	default:
		s.takeName(word, end)
	}
	return true
}

func (s *scanner) takeName(word string, end int) {
	folded := word
	if s.fold {
		folded = strings.ToLower(word)
	}
	class := ""
	switch {
	case s.keywords[folded]:
		class = keyword
	case s.types[folded]:
		class = typeName
	}
	if class = s.keyOr(class, end); class == "" {
		s.at = end
		return
	}
	s.take(class, end)
}

// keyOr returns the class key, if what ends at a place is a key, or else the class given.
func (s *scanner) keyOr(class string, end int) string {
	for end < len(s.code) && s.code[end] == ' ' {
		end++
	}
	if end < len(s.code) && strings.IndexByte(s.keys, s.code[end]) >= 0 {
		return key
	}
	return class
}

func (s *scanner) wordEnd(at int) int {
	for at < len(s.code) {
		r, size := utf8.DecodeRuneInString(s.code[at:])
		if !isWordRune(r) && r != '_' && !strings.ContainsRune(s.inWord, r) {
			break
		}
		at += size
	}
	return at
}

// numberEnd returns where a number ends whose whole part does: after a fraction, if it has one.
func (s *scanner) numberEnd(at int) int {
	if at+1 < len(s.code) && s.code[at] == '.' && isDigit(s.code[at+1]) {
		return s.wordEnd(at + 1)
	}
	return at
}

// scanMarkup reads tags and what is in them.
func scanMarkup(s *scanner) {
	for s.at < len(s.code) {
		open := strings.IndexByte(s.code[s.at:], '<')
		if open < 0 {
			return
		}
		s.at += open
		if strings.HasPrefix(s.code[s.at:], "<!--") {
			s.take(comment, s.until(s.at, "-->"))
			continue
		}
		s.takeTag()
	}
}

func (s *scanner) takeTag() {
	end := s.at + 1
	for end < len(s.code) && (strings.IndexByte("/!?:-", s.code[end]) >= 0 || isAlnum(s.code[end])) {
		end++
	}
	if end == s.at+1 {
		s.at = end
		return
	}
	for s.take(typeName, end); s.at < len(s.code); {
		switch c := s.code[s.at]; {
		case c == '>':
			s.take(typeName, s.at+1)
			return
		case c == '"' || c == '\'':
			s.take(str, s.until(s.at+1, string(c)))
		case isAlnum(c):
			s.take(key, attributeEnd(s.code, s.at))
		default:
			s.at++
		}
	}
}

func attributeEnd(code string, at int) int {
	for at < len(code) && (isAlnum(code[at]) || strings.IndexByte("-_:.@", code[at]) >= 0) {
		at++
	}
	return at
}

// scanDiff reads lines that were put in and taken out.
func scanDiff(s *scanner) {
	for s.at < len(s.code) {
		end := min(s.lineEnd(s.at)+1, len(s.code))
		switch class := diffClass(s.code[s.at]); class {
		case "":
			s.at = end
		default:
			s.take(class, end)
		}
	}
}

func diffClass(first byte) string {
	switch first {
	case '+':
		return inserted
	case '-':
		return deleted
	case '@':
		return key
	}
	return ""
}
