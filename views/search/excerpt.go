package search

import (
	"cmp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// How long an excerpt is, in bytes: about, as it ends where words do.
const (
	excerptLead = 60  // what stands before the first match
	excerptSize = 240 // all of it
)

// Part is a piece of an excerpt.
type Part struct {
	Text  string
	Match bool // it is what was looked for
}

// Excerpt returns the part of a text in which most of what the query's Text looks for is closest
// together, on one line, with what matched in parts of its own. An ellipsis stands for what is left
// out before and after it. Of a text in which nothing is found it is the beginning.
func (q *Query) Excerpt(text string) []Part {
	found := q.matches(text)
	var first match
	if len(found) > 0 {
		first = densest(found)
	}
	start := lead(text, first.start)
	window := stretch{start, trail(text, max(start+excerptSize/2, first.end), max(start+excerptSize, first.end))}
	return cut(text, window, merge(found))
}

// match is where a term of the query is in a text.
type match struct {
	term int
	stretch
}

// matches returns where all the terms are in a text, in its order.
func (q *Query) matches(text string) (found []match) {
	terms, err := q.terms()
	if err != nil || len(terms) == 0 {
		return nil
	}
	all := locate(text)
	for i, t := range terms {
		for _, at := range all.find(t) {
			found = append(found, match{i, at})
		}
	}
	slices.SortStableFunc(found, func(a, b match) int { return cmp.Compare(a.start, b.start) })
	return found
}

// densest returns the first match from which on an excerpt has the most different terms.
func densest(found []match) match {
	best, most := found[0], 0
	for i, first := range found {
		var seen [MaxWords]bool
		count := 0
		for _, m := range found[i:] {
			if m.end > first.start+excerptSize-excerptLead {
				break
			}
			if !seen[m.term] {
				seen[m.term] = true
				count++
			}
		}
		if count > most {
			best, most = first, count
		}
	}
	return best
}

// lead returns where an excerpt begins whose first match begins at a byte: where a word does, if one
// does nearby.
func lead(text string, first int) int {
	start := first - excerptLead
	if start <= 0 {
		return 0
	}
	if space := strings.IndexFunc(text[start:first], unicode.IsSpace); space >= 0 {
		return start + space
	}
	return wholeBefore(text, start)
}

// trail returns where an excerpt ends that is to have one length at least, and another at most.
func trail(text string, least, most int) int {
	if most >= len(text) {
		return len(text)
	}
	end := max(least, wholeBefore(text, most))
	if space := strings.LastIndexFunc(text[least:end], unicode.IsSpace); space >= 0 {
		return least + space
	}
	return end
}

// wholeBefore returns the last byte up to one at which a character begins that is nothing that
// belongs to the one before it.
func wholeBefore(text string, at int) int {
	for at > 0 {
		r, _ := utf8.DecodeRuneInString(text[at:])
		before, size := utf8.DecodeLastRuneInString(text[:at])
		if utf8.RuneStart(text[at]) && !joins(r) && before != '\u200d' {
			break
		}
		at -= size
	}
	return at
}

// joins reports whether a character is shown as one with the one before it.
func joins(r rune) bool {
	return unicode.IsMark(r) || r == '\u200d' || r >= 0x1f3fb && r <= 0x1f3ff || r >= 0x1160 && r <= 0x11ff
}

// merge returns the matches as stretches in their order, those that touch as one.
func merge(found []match) (merged []stretch) {
	for _, m := range found {
		if n := len(merged); n > 0 && m.start <= merged[n-1].end {
			merged[n-1].end = max(merged[n-1].end, m.end)
			continue
		}
		merged = append(merged, m.stretch)
	}
	return merged
}

// cut returns the parts of a window.
func cut(text string, window stretch, marked []stretch) (parts []Part) {
	at := window.start
	for _, m := range marked {
		start, end := max(m.start, at), min(m.end, window.end)
		if start < end {
			parts = append(parts, Part{Text: text[at:start]}, Part{Text: text[start:end], Match: true})
			at = end
		}
	}
	parts = append(parts, Part{Text: text[at:window.end]}) // the first and the last are no matches
	for i := range parts {
		parts[i].Text = onOneLine(parts[i].Text)
	}
	first, last := &parts[0], &parts[len(parts)-1]
	first.Text = strings.TrimLeft(first.Text, " ")
	if strings.TrimSpace(text[:window.start]) != "" {
		first.Text = "…" + first.Text
	}
	last.Text = strings.TrimRight(last.Text, " ")
	if strings.TrimSpace(text[window.end:]) != "" {
		last.Text += " …"
	}
	return slices.DeleteFunc(parts, func(p Part) bool { return p.Text == "" })
}

// onOneLine returns a text with one space for each run of them, at the ends too.
func onOneLine(s string) string {
	var b strings.Builder
	space := false
	for _, r := range s {
		if unicode.IsSpace(r) {
			if !space {
				b.WriteByte(' ')
			}
			space = true
			continue
		}
		b.WriteRune(r)
		space = false
	}
	return b.String()
}
