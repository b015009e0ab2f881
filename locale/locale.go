// Package locale has the sentences that people read, by the codes that the other packages speak
// in.
package locale

import (
	"strings"

	"github.com/dustin/go-humanize"

	"plainchat/chat"
	"plainchat/policy"
)

// Catalogue is the sentences in one language. Each says what to do.
type Catalogue struct {
	denied map[policy.Code]string
	broken map[rule]string
}

// rule is one that a field can break. Its sentence has {limit} where the rule's limit goes.
type rule struct{ field, code string }

// Denied returns what somebody is told who may not do something.
func (c *Catalogue) Denied(code policy.Code) string { return c.denied[code] }

// Field returns what is told of a field that breaks a rule.
func (c *Catalogue) Field(f chat.FieldError) string {
	return strings.Replace(c.broken[rule{f.Field, f.Code}], "{limit}", humanize.Comma(int64(f.Limit)), 1)
}

// Invalid returns what is told of all fields that break rules.
func (c *Catalogue) Invalid(e *chat.Invalid) string {
	sentences := make([]string, len(e.Fields))
	for i, f := range e.Fields {
		sentences[i] = c.Field(f)
	}
	return strings.Join(sentences, " ")
}
