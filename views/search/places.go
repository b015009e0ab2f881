package search

import (
	"bytes"
	"cmp"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// stretch is a part of a text, from one byte to before another.
type stretch struct{ start, end int }

// places are the words of a text, with where each of them is in it.
type places struct {
	words []byte // as the index has them, each with a space before and after it
	at    []place
}

// place is where a word is.
type place struct {
	word  int // where it begins in places.words
	first int // where its first character ends in the text
	stretch
}

// locate returns the words of a text in their places.
func locate(text string) places {
	normal, origin := normalize(text)
	all := places{words: []byte{' '}}
	for at := 0; at < len(normal); {
		p := pieceAt(normal[at:])
		all.add(p, at)
		at += len(p.text)
	}
	for i := range all.at {
		all.at[i].moveTo(origin)
	}
	return all
}

// add appends the words of the piece that begins at a byte of the text.
func (all *places) add(p piece, start int) {
	begin, rest := len(all.words), p.text
	all.words = p.appendWords(all.words)
	for begin < len(all.words) {
		size := bytes.IndexByte(all.words[begin:], ' ')
		_, first := utf8.DecodeRuneInString(rest)
		found := place{begin, start + first, stretch{start, start + len(rest)}}
		if p.kind == run { // a pair is two characters of the run, and the next begins with the second of them
			found.end = start + size
			start, rest = start+first, rest[first:]
		}
		all.at = append(all.at, found)
		begin += size + 1
	}
}

// find returns where a term is.
func (all *places) find(t term) (found []stretch) {
	sought := " " + t.words
	if !t.open {
		sought += " "
	}
	last := strings.Count(t.words, " ")
	for from := 0; ; {
		n := bytes.Index(all.words[from:], []byte(sought))
		if n < 0 {
			return found
		}
		from += n + 1
		i, _ := slices.BinarySearchFunc(all.at, from, func(p place, word int) int { return cmp.Compare(p.word, word) })
		end := all.at[i+last].end
		if t.open && isRunEnd(t.words[strings.LastIndexByte(t.words, ' ')+1:]) { // it is half of a pair
			end = all.at[i+last].first
		}
		found = append(found, stretch{all.at[i].start, end})
	}
}

// moveTo makes places in a text in NFKC those in the text that it is of.
func (p *place) moveTo(origin func(at int) stretch) {
	p.start, p.first, p.end = origin(p.start).start, origin(p.first-1).end, origin(p.end-1).end
}

// normalize returns a text in NFKC, and of what part of it each byte is made.
func normalize(text string) (normal string, origin func(at int) stretch) {
	if norm.NFKC.IsNormalString(text) {
		return text, func(at int) stretch { return stretch{at, at + 1} }
	}
	var (
		out  []byte
		from []stretch
		each norm.Iter
	)
	each.InitString(norm.NFKC, text)
	for !each.Done() {
		start := each.Pos()
		part := each.Next()
		out = append(out, part...)
		for range part {
			from = append(from, stretch{start, each.Pos()})
		}
	}
	return string(out), func(at int) stretch { return from[at] }
}
