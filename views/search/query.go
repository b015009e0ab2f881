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
	if utf8.RuneCountInString(q.Text) > MaxQueryLength {
		return "", ErrTooLong
	}
	var all []string
	for _, typed := range split(q.Text) {
		if p := phrase(typed); p != "" {
			all = append(all, p)
		}
	}
	if len(all) > MaxWords {
		return "", ErrTooLong
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

// phrase returns what finds a word, or words in their order; empty if there are none.
func phrase(typed string) string {
	words := string(appendWords(nil, typed))
	if words == "" {
		return ""
	}
	words = words[:len(words)-1]
	open := strings.HasSuffix(typed, "*")
	start := strings.LastIndexByte(words, ' ') + 1
	if last := words[start:]; isRunEnd(last) {
		if precedes(words[:max(0, start-1)], last) {
			return quoted(words[:start-1]) // the pair before has found it
		}
		open = true
	}
	if open {
		return quoted(words) + "*"
	}
	return quoted(words)
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
