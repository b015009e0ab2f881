package handlers

import (
	"mime"
	"net/http"
	"regexp"
	"strings"
	"unicode"
)

// header returns a header that may come once; an empty one if it was left out.
func header(r *http.Request, name string) (string, error) {
	given := r.Header[name]
	switch len(given) {
	case 0:
		return "", nil
	case 1:
		return given[0], nil
	}
	return "", malformed("problem.header_twice", "name", name)
}

// userNameHeader returns the name in the header User-Name: UTF-8 as it is, or encoded as
// RFC 2047 has it, which is how clients send it that have only ASCII for a header.
func userNameHeader(r *http.Request) (string, error) {
	given, err := header(r, "User-Name")
	switch {
	case err != nil:
		return "", err
	case given == "" && len(r.Header["User-Name"]) > 0: // as in a query
		return "", badField("user_name", "empty", "problem.header_name_empty")
	case !strings.Contains(given, "=?"):
		return given, nil
	}
	name, ok := decodeWords(given)
	if !ok {
		return "", badField("user_name", "bad_encoding", "problem.header_name_encoding")
	}
	return name, nil
}

var (
	encodedWord = regexp.MustCompile(`=\?[^ ?]*\?[^ ?]*\?[^?]*\?=`)
	wordStart   = regexp.MustCompile(`=\?[^ ?]+\?[bBqQ]\?`) // of a word that was cut short
)

// decodeWords decodes the encoded words of a header, and reports whether all of them are
// whole and in a charset that package mime knows.
func decodeWords(s string) (string, bool) {
	var decoder mime.WordDecoder
	ok := true
	rest := encodedWord.ReplaceAllStringFunc(s, func(word string) string {
		text, err := decoder.Decode(word)
		ok = ok && err == nil && !strings.ContainsRune(text, unicode.ReplacementChar) // what is no US-ASCII becomes
		return ""
	})
	if !ok || wordStart.MatchString(rest) {
		return "", false
	}
	text, err := decoder.DecodeHeader(s)
	return text, err == nil
}
