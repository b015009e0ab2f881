package chat

import (
	"errors"
	"slices"
	"strings"
)

// errUnstable is a name whose normal form never settles.
var errUnstable = errors.New("chat: name does not settle under RFC 8266")

// Invalid says which fields of an input break their rules.
type Invalid struct {
	Fields []FieldError
}

// FieldError is one broken rule.
type FieldError struct {
	Field  string `json:"field"`  // as it is called on the wire: "user_name"
	Code   string `json:"code"`   // stable, for programs: "too_long"
	Detail string `json:"detail"` // a sentence for a person, saying what to do
}

// Error returns the details, one that several fields share once.
func (e *Invalid) Error() string {
	details := make([]string, len(e.Fields))
	for i, f := range e.Fields {
		details[i] = f.Detail
	}
	return strings.Join(slices.Compact(details), " ")
}

func invalid(field, code, detail string) error {
	return &Invalid{Fields: []FieldError{{Field: field, Code: code, Detail: detail}}}
}

// Join gathers the fields of several *Invalid errors into one; nil for none.
func Join(errs ...error) error {
	var all Invalid
	for _, err := range errs {
		if e, ok := errors.AsType[*Invalid](err); ok {
			all.Fields = append(all.Fields, e.Fields...)
		}
	}
	if len(all.Fields) == 0 {
		return nil
	}
	return &all
}
