package locale

import (
	"errors"
	"strings"

	"github.com/dustin/go-humanize"
)

// Error is an error that can be told in each language: a sentence of the catalogues, with the
// values for its places. It wraps those of its values that are errors.
type Error struct {
	key    string
	values []any
}

// NewError returns an error of a sentence. The pairs are those of Catalogue.Text.
func NewError(key string, pairs ...any) *Error { return &Error{key, pairs} }

// OfRule returns an error of a field that breaks a rule, both as package chat names them. A limit
// that the sentence has no place for is left out.
func OfRule(field, rule string, limit int) *Error {
	return NewError("field."+field+"."+rule, "limit", humanize.Comma(int64(limit)))
}

// Error tells it in English, as records have it.
func (e *Error) Error() string { return e.In(English) }

// In tells it in a language, and what it wraps too.
func (e *Error) In(c *Catalogue) string {
	pairs := make([]any, len(e.values))
	for i, v := range e.values {
		if err, ok := v.(error); ok {
			v = c.Say(err)
		}
		pairs[i] = v
	}
	return c.Text(e.key, pairs...)
}

// Unwrap returns the errors among the values.
func (e *Error) Unwrap() (wrapped []error) {
	for _, v := range e.values {
		if err, ok := v.(error); ok {
			wrapped = append(wrapped, err)
		}
	}
	return wrapped
}

// teller is an error that can be told in each language.
type teller interface {
	error
	In(*Catalogue) string
}

// Say tells an error in the language as far as that is known: those that can be told in each,
// whatever wraps them, and the common ones of the operating system.
func (c *Catalogue) Say(err error) string {
	if t, ok := err.(teller); ok {
		return t.In(c)
	}
	text := err.Error()
	if t, ok := errors.AsType[teller](err); ok {
		if !strings.Contains(text, t.Error()) {
			return t.In(c) // what wraps it has only changed its letters
		}
		text = strings.Replace(text, t.Error(), t.In(c), 1)
	}
	for key, s := range c.sentences {
		if strings.HasPrefix(key, ofSystem) {
			text = strings.ReplaceAll(text, English.Text(key), s[other].text)
		}
	}
	return text
}

// ofSystem begins the keys of the system's errors, which in English are as the system has them.
const ofSystem = "system."
