package handlers

import (
	"slices"
	"strconv"
	"strings"

	"github.com/dustin/go-humanize"

	"plainchat/chat"
	"plainchat/locale"
)

// sentence is one of the catalogues, and the names and values for its places.
type sentence struct {
	key    string
	values []any
}

func (s sentence) in(c *locale.Catalogue) string { return c.Text(s.key, s.values...) }

// in is the problem in a language: with its title and its details.
func (p *problem) in(c *locale.Catalogue) *problem {
	told := *p
	told.Title, told.Detail = c.Text("problem.title."+strconv.Itoa(p.Status)), p.said.in(c)
	if len(p.Errors) == 0 {
		return &told
	}
	told.Errors = slices.Clone(p.Errors)
	details := make([]string, len(told.Errors))
	for i := range told.Errors {
		details[i] = told.Errors[i].said.in(c)
		told.Errors[i].Detail = details[i]
	}
	told.Detail = strings.Join(slices.Compact(details), " ") // one that several fields share once
	return &told
}

// ofField is what is said of a field in which package chat finds something wrong.
func ofField(f chat.FieldError) fieldError {
	return fieldError{Field: f.Field, Code: f.Code, said: sentence{"field." + f.Field + "." + f.Code, []any{"limit", humanize.Comma(int64(f.Limit))}}}
}
