package hooks

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/url"
	"strings"
)

// Request is what a dialect goes by. It is not for concurrent use.
type Request struct {
	Method string
	Path   string // below the address of the hook, without slashes at its ends: "", "message", "mytopic"
	Header http.Header
	Query  url.Values
	Body   []byte
	Secret string // of the hook, by which senders sign

	read   bool
	form   url.Values                 // of a body that is one
	object map[string]json.RawMessage // of a body that is JSON, or a form's JSON; nil for none
	raw    []byte                     // the JSON of object
}

// maxParts is how many fields of a form are read.
const maxParts = 100

// parse reads the body once.
func (r *Request) parse() {
	if r.read {
		return
	}
	r.read = true
	kind, params, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	body := bytes.TrimSpace(bytes.TrimPrefix(r.Body, []byte("\ufeff")))
	switch kind {
	case "application/x-www-form-urlencoded":
		if len(body) > 0 && body[0] == '{' { // curl -d names this type whatever the body is
			break
		}
		r.form, _ = url.ParseQuery(string(body)) // what can be read of it
	case "multipart/form-data":
		r.form = readMultipart(r.Body, params["boundary"])
	}
	if r.form != nil {
		body = []byte(r.form.Get("payload"))
		if len(body) == 0 { // Uptime Kuma's
			body = []byte(r.form.Get("data"))
		}
	}
	if len(body) == 0 || body[0] != '{' {
		return
	}
	if objects, _ := measure(body); objects <= maxObjects && decode(body, &r.object) == nil {
		r.raw = body
	}
}

// maxObjects is how many objects JSON may have: an empty one takes two bytes, and a hundred times as many when it
// is read. A forge sends a few thousand of them with the largest push.
const maxObjects = 20_000

// measure returns how many objects JSON has, and how deep it is.
func measure(data []byte) (objects, deepest int) {
	depth, inText, escaped := 0, false, false
	for _, c := range data {
		switch {
		case escaped:
			escaped = false
		case inText:
			escaped, inText = c == '\\', c != '"'
		case c == '"':
			inText = true
		case c == '{', c == '[':
			if c == '{' {
				objects++
			}
			depth++
			deepest = max(deepest, depth)
		case c == '}', c == ']':
			depth--
		}
	}
	return objects, deepest
}

// readMultipart returns the fields of a form that are no files, as far as they can be read.
func readMultipart(body []byte, boundary string) url.Values {
	form := url.Values{}
	if boundary == "" {
		return form
	}
	parts := multipart.NewReader(bytes.NewReader(body), boundary)
	for range maxParts {
		part, err := parts.NextRawPart()
		if err != nil {
			break
		}
		if value, err := io.ReadAll(part); err == nil && part.FileName() == "" {
			form.Add(part.FormName(), string(value))
		}
	}
	return form
}

// has reports whether the body is an object with a member that is not null.
func (r *Request) has(member string) bool {
	r.parse()
	value := r.object[member]
	return len(value) > 0 && string(value) != "null"
}

// names reports whether the body is an object with a member, which may be null.
func (r *Request) names(member string) bool {
	r.parse()
	_, there := r.object[member]
	return there
}

// isJSON reports whether the body is an object.
func (r *Request) isJSON() bool {
	r.parse()
	return r.object != nil
}

// decode reads the object of the body into a form.
func (r *Request) decode(into any) error {
	if !r.isJSON() {
		return Malformed
	}
	return decode(r.raw, into)
}

// decode reads JSON. A member of another type than it should have is left out, so that the rest is not
// lost with it; what is not UTF-8 is replaced.
func decode(data []byte, into any) error {
	err := json.Unmarshal(data, into)
	if _, other := errors.AsType[*json.UnmarshalTypeError](err); err != nil && !other {
		return Malformed
	}
	return nil
}

// text is a member that should be a string, and may as well be a number or a boolean.
type text string

// UnmarshalJSON implements json.Unmarshaler.
func (t *text) UnmarshalJSON(data []byte) error {
	switch {
	case string(data) == "null":
	case data[0] == '"':
		var s string
		if err := json.Unmarshal(data, &s); err != nil {
			return err
		}
		*t = text(s)
	default: // an object or a list is shown as it is
		*t = text(data)
	}
	return nil
}

// oneOf returns the first header, or parameter of the query, of a list that is there.
func (r *Request) oneOf(names ...string) string {
	for _, name := range names {
		if value := r.Header.Get(name); value != "" {
			return value
		}
		for key, values := range r.Query {
			if strings.EqualFold(key, name) && len(values) > 0 && values[0] != "" {
				return values[0]
			}
		}
	}
	return ""
}
