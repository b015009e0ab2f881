package chat

import (
	"errors"
	"fmt"
	"strings"
)

// errUnstable is a name whose normal form never settles.
var errUnstable = errors.New("chat: name does not settle under RFC 8266")

// Invalid says which fields of an input break their rules. It speaks in codes; package locale
// has the sentences.
type Invalid struct {
	Fields []FieldError
}

// FieldError is one broken rule.
type FieldError struct {
	Field string // as it is called on the wire: "user_name"
	Code  string // stable, for programs: "too_long"
	Limit int    // what the rule allows at most, in characters; 0 if it has no such limit
}

// Error is for logs and engineers: the fields with their codes.
func (e *Invalid) Error() string {
	faults := make([]string, len(e.Fields))
	for i, f := range e.Fields {
		faults[i] = fmt.Sprintf("%s: %s", f.Field, f.Code)
	}
	return "chat: " + strings.Join(faults, ", ")
}

// invalid is a field that breaks a rule.
func invalid(field, code string) error { return outside(field, code, 0) }

// outside is a field that breaks a rule about its length.
func outside(field, code string, limit int) error {
	return &Invalid{Fields: []FieldError{{Field: field, Code: code, Limit: limit}}}
}

// join gathers the fields of several *Invalid errors into one; nil for none.
func join(errs ...error) error {
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
