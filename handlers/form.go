package handlers

import (
	"maps"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"

	"plainchat/locale"
)

// maxFields is how many fields url.ParseQuery reads, so that beyond it another sentence
// than that on escapes is the right one.
const maxFields = 10_000

// decodeForm reads a form. What is none is bare text, since `curl -d hello` calls
// everything a form.
func decodeForm(body string) (input, error) {
	switch {
	case isJSONObject(body):
		return input{}, badField("message", "not_a_form", "problem.json_as_form")
	case !isForm(body):
		return bareText(body), nil
	case strings.Count(body, "&") >= maxFields:
		return input{}, malformed("problem.form_too_many")
	}
	values, err := url.ParseQuery(body)
	if err != nil {
		return input{}, malformed("problem.form_escape")
	}
	in := input{form: true}
	if err := in.foreignFields(values); err != nil {
		return in, err
	}
	for _, name := range slices.Sorted(maps.Keys(values)) { // so that of several faults the same one is told
		given := values[name]
		switch {
		case len(given) > 1:
			return in, malformed("problem.form_twice", "name", name)
		case !utf8.ValidString(given[0]):
			return in, malformed("problem.form_not_utf8", "name", name)
		}
		_, field := in.field(name)
		*field = given[0]
	}
	return in, nil
}

// isForm reports whether a body is a form rather than a text: one of its pairs is named
// message, or it is pairs of a name and a value throughout. A single pair whose name is
// one letter is more likely a text, such as x=1.
func isForm(body string) bool {
	pairs, longest := 0, 0
	all := true
	for piece := range strings.SplitSeq(body, "&") {
		name, _, paired := strings.Cut(piece, "=")
		if unescaped, err := url.QueryUnescape(name); err == nil {
			name = unescaped
		}
		switch {
		case paired && name == "message":
			return true
		case piece == "": // between two &, or after the last
		case !paired || !fieldName.MatchString(name):
			all = false
		default:
			pairs, longest = pairs+1, max(longest, len(name))
		}
	}
	return all && (pairs > 1 || longest > 1)
}

// fieldName is what programs call the fields of their forms.
var fieldName = regexp.MustCompile(`^[A-Za-z_$][A-Za-z0-9_$.\[\]-]*$`)

// isJSONObject reports whether a body is an object of JSON, as curl -d sends it unless
// told otherwise: with the type of a form.
func isJSONObject(body string) bool {
	body = strings.TrimSpace(body)
	return strings.HasPrefix(body, "{") && jsontext.Value(body).IsValid(jsontext.AllowDuplicateNames(true))
}

// maxForeign is how many fields an answer names: a form may have thousands.
const maxForeign = 20

// foreignFields returns an error that names the fields which are none of a message's.
func (in *input) foreignFields(values url.Values) error {
	var names []string
	for _, name := range slices.Sorted(maps.Keys(values)) {
		if _, field := in.field(name); field == nil {
			names = append(names, clip(name))
		}
	}
	if len(names) == 0 {
		return nil
	}
	names = names[:min(len(names), maxForeign)]
	said := locale.NewError("problem.form_foreign", "names", strings.Join(names, ", "))
	faults := make([]fieldError, len(names))
	for i, name := range names {
		faults[i] = fieldError{name, "unknown", "", said}
	}
	return invalid(faults)
}
