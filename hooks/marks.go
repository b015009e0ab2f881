package hooks

import (
	"net/url"
	"strings"
	"unicode"
	"unicode/utf8"
)

// plain returns one line that is shown as it stands: no mark in it is one, and no @ mentions anybody.
func plain(s string) string {
	s = strings.Join(strings.Fields(clean(s)), " ")
	var out strings.Builder
	before := ' '
	for i, r := range s {
		after, _ := utf8.DecodeRuneInString(s[i+utf8.RuneLen(r):])
		if before == '\\' && strings.ContainsRune("\\*_~`@", r) {
			out.WriteString(joiner) // so that the backslash is shown, and not taken for that of a mark
		}
		switch r {
		case '*', '~', '`':
			out.WriteByte('\\')
		case '_':
			if !isWord(before) || !isWord(after) {
				out.WriteByte('\\')
			}
		case '@':
			if !isWord(before) {
				out.WriteByte('\\')
			}
		}
		out.WriteRune(r)
		before = r
	}
	return out.String()
}

// joiner is a character that nobody sees.
const joiner = "\u2060"

func isWord(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }

// bold returns a line in bold type; nothing of nothing.
func bold(s string) string {
	if s = plain(s); s == "" {
		return ""
	}
	return "**" + s + "**"
}

// strong returns a line of the operator's in bold type, whose marks hold: only its own asterisks would
// end the bold type.
func strong(s string) string {
	s = strings.Join(strings.Fields(s), " ")
	if s == "" || strings.Contains(s, "*") {
		return s
	}
	return "**" + s + "**"
}

// code returns a line in which nothing is a mark.
func code(s string) string {
	s = strings.Join(strings.Fields(clean(s)), " ")
	if s == "" {
		return ""
	}
	longest, run := 0, 0
	for _, r := range s {
		if run++; r != '`' {
			run = 0
		}
		longest = max(longest, run)
	}
	fence := strings.Repeat("`", longest+1)
	if longest > 0 { // backticks at its ends are told from the fence by spaces
		s = " " + s + " "
	}
	return fence + s + fence
}

// link returns a link with a label; the label alone if the address is none of the web.
func link(label, address string) string { return linked(plain(label), address) }

// linked is link for a label with marks.
func linked(label, address string) string {
	u, err := url.Parse(strings.TrimSpace(address))
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return label
	}
	if address = u.String(); strings.ContainsAny(address, "<> \"`\\") {
		return label
	}
	if label == "" {
		return address
	}
	return "[" + whole(label) + "](" + addressMarks.Replace(address) + ")"
}

// addressMarks are those that would end the address of a link, or be taken for marks.
var addressMarks = strings.NewReplacer("(", "%28", ")", "%29", "*", "%2A")

// whole returns a label whose brackets do not end it.
func whole(label string) string {
	open := 0
	for _, r := range label {
		switch r {
		case '[':
			open++
		case ']':
			open--
		}
		if open < 0 {
			break
		}
	}
	if open != 0 || strings.Contains(label, "](") {
		return strings.NewReplacer("[", "(", "]", ")").Replace(label)
	}
	return label
}

// quote returns lines as a quote, in which nobody is mentioned, of at most so many characters and lines.
// The marks in it are those of whoever wrote it; a fence that is open ends with the quote.
func quote(s string, most int) string {
	const mostLines = 8
	s = strings.TrimSpace(clean(s))
	if s == "" {
		return ""
	}
	lines := strings.Split(cut(headings(s), most), "\n")
	if len(lines) > mostLines {
		lines = append(lines[:mostLines], cutMark)
	}
	return "> " + strings.Join(unmentioned(lines), "\n> ")
}

func unmentioned(lines []string) []string {
	for i, line := range lines {
		var out strings.Builder
		before, escaped := ' ', false
		for _, r := range line {
			if r == '@' && !isWord(before) && !escaped {
				out.WriteByte('\\')
			}
			out.WriteRune(r)
			before, escaped = r, r == '\\' && !escaped
		}
		lines[i] = out.String()
	}
	return lines
}

// lines joins those that are not empty.
func lines(of ...string) string { return joined("\n", of...) }

// words joins those that are not empty with spaces.
func words(of ...string) string { return joined(" ", of...) }

func joined(by string, of ...string) string {
	var kept []string
	for _, s := range of {
		if s != "" {
			kept = append(kept, s)
		}
	}
	return strings.Join(kept, by)
}
