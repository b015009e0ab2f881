package search

import (
	"strings"
	"unicode/utf8"

	"plainchat/chat"
)

// Limits of a query.
const (
	MaxQueryLength = 256 // characters (Unicode code points)
	MaxWords       = 12  // words and phrases
)

// Query asks for messages.
type Query struct {
	// Text is what somebody typed: words that must all be in the message. "Quoted words"
	// must follow one another. A word that ends with * may go on. Case, accents and
	// punctuation do not matter. Chinese, Japanese and Korean are found within words too.
	Text string
	// Rooms are those to search, or none for all. From is the sender, or empty for all.
	Rooms []chat.Room
	From  chat.Name
	// After and Before bound the positions, both exclusive; a Before of 0 is no bound.
	After, Before uint64
	Limit         int // at most this many messages
}

// match returns the query as FTS5 has it. Nothing that was typed is part of its syntax: it
// consists of quoted words, in which there is no quote, and of what is written here.
func (q *Query) match() (string, error) {
	terms, err := q.terms()
	if err != nil {
		return "", err
	}
	var all []string
	for _, t := range terms {
		all = append(all, t.quoted())
	}
	if q.From != "" {
		all = append(all, quoted(senderTag(q.From)))
	}
	if len(all) == 0 {
		return "", ErrNoWords
	}
	if len(q.Rooms) > 0 {
		rooms := make([]string, len(q.Rooms))
		for i, room := range q.Rooms {
			rooms[i] = quoted(roomTag(room))
		}
		all = append(all, "("+strings.Join(rooms, " OR ")+")")
	}
	return strings.Join(all, " AND "), nil
}

// terms returns the words and phrases of the query.
func (q *Query) terms() (terms []term, err error) {
	if utf8.RuneCountInString(q.Text) > MaxQueryLength {
		return nil, ErrTooLong
	}
	for _, typed := range split(q.Text) {
		if t := newTerm(typed); t.words != "" {
			terms = append(terms, t)
		}
	}
	if len(terms) > MaxWords {
		return nil, ErrTooLong
	}
	return terms, nil
}

// Holds reports whether a text has all that the query's Text looks for, as the index would find it
// there. The index may lag behind an edit.
func (q *Query) Holds(text string) bool {
	terms, err := q.terms()
	if err != nil {
		return false
	}
	words := string(appendWords([]byte{' '}, text))
	for _, t := range terms {
		if !t.in(words) {
			return false
		}
	}
	return true
}

// split cuts a query at spaces, but for those within quotes. The quotes stay out of it, and
// a * behind them is part of what they hold.
func split(text string) (parts []string) {
	for text != "" {
		before, rest, found := strings.Cut(text, `"`)
		parts = append(parts, strings.Fields(before)...)
		if !found {
			break
		}
		within, after, _ := strings.Cut(rest, `"`)
		if strings.HasPrefix(after, "*") {
			within, after = within+"*", after[1:]
		}
		parts, text = append(parts, within), after
	}
	return parts
}

// term is a word, or words in their order.
type term struct {
	words string // with a space between two; empty for none
	open  bool   // the last may go on
}

// newTerm returns what finds what was typed.
func newTerm(typed string) term {
	words := string(appendWords(nil, typed))
	if words == "" {
		return term{}
	}
	words = words[:len(words)-1]
	open := strings.HasSuffix(typed, "*")
	start := strings.LastIndexByte(words, ' ') + 1
	if last := words[start:]; isRunEnd(last) {
		if precedes(words[:max(0, start-1)], last) {
			return term{words[:start-1], false} // the pair before has found it
		}
		open = true
	}
	return term{words, open}
}

// quoted is the term as FTS5 has it.
func (t term) quoted() string {
	if t.open {
		return quoted(t.words) + "*"
	}
	return quoted(t.words)
}

// in reports whether the term is among words that each have a space before and after them.
func (t term) in(words string) bool {
	if t.open {
		return strings.Contains(words, " "+t.words)
	}
	return strings.Contains(words, " "+t.words+" ")
}

// isRunEnd reports whether a word is the last character of a run, alone.
func isRunEnd(word string) bool {
	r, size := utf8.DecodeRuneInString(word)
	return size == len(word) && isPaired(r)
}

// precedes reports whether the last of the words is a pair that ends with a character.
func precedes(words, end string) bool {
	pair := words[strings.LastIndexByte(words, ' ')+1:]
	r, size := utf8.DecodeRuneInString(pair)
	return isPaired(r) && pair[size:] == end
}

func quoted(words string) string { return `"` + words + `"` }
