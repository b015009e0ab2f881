package handlers

import (
	"hash/fnv"
	"strings"
	"unicode"

	"plainchat/chat"
)

// nameHues is how many colours the names are spread over; person.css has them.
const nameHues = 8

// hue is the number of a name's colour. Of names that are alike, a hash differs. person.js has
// the same.
func hue(name chat.Name) int {
	hash := fnv.New32a()
	_, _ = hash.Write([]byte(name)) // never fails
	return int(hash.Sum32() % nameHues)
}

// initials are one or two characters that stand for a name. Scripts with capitals have two, of a
// name's first two words or of its only one; others one, which says as much. person.js has the
// same.
func initials(name chat.Name) string {
	words := strings.Split(string(name), " ")
	one, rest := firstCharacter(words[0])
	if strings.ToUpper(one) == strings.ToLower(one) {
		return one
	}
	if len(words) > 1 {
		return strings.ToUpper(one) + strings.ToUpper(firstLetter(words[1]))
	}
	return strings.ToUpper(one) + strings.ToLower(firstLetter(rest))
}

// firstCharacter is the first character of a word with what is joined to it, and the rest.
func firstCharacter(word string) (first, rest string) {
	if letter := firstLetter(word); letter != "" {
		return letter, word[len(letter):]
	}
	joined := true
	for i, r := range word {
		if !joined && !unicode.Is(unicode.M, r) && r != zeroWidthJoiner {
			return word[:i], word[i:]
		}
		joined = r == zeroWidthJoiner
	}
	return word, ""
}

const zeroWidthJoiner = '\u200d'

// firstLetter is the letter with which a word begins, with its marks; empty if it begins
// otherwise.
func firstLetter(word string) string {
	for i, r := range word {
		if i == 0 && !unicode.IsLetter(r) || i > 0 && !unicode.Is(unicode.M, r) {
			return word[:i]
		}
	}
	return word
}
