package handlers

import (
	"slices"
	"strconv"
	"strings"

	"plainchat/locale"
)

// in is the problem in a language: with its title and its details.
func (p *problem) in(c *locale.Catalogue) *problem {
	told := *p
	told.Title = c.Text("problem.title." + strconv.Itoa(p.Status))
	if len(p.Errors) == 0 {
		told.Detail = p.said.In(c)
		return &told
	}
	told.Errors = slices.Clone(p.Errors)
	details := make([]string, len(told.Errors))
	for i := range told.Errors {
		details[i] = told.Errors[i].said.In(c)
		told.Errors[i].Detail = details[i]
	}
	told.Detail = strings.Join(slices.Compact(details), " ") // one that several fields share once
	return &told
}
