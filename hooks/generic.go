package hooks

import (
	"encoding/json"
	"encoding/xml"
	"net/http"
	"strings"
)

// Whatever is in no other dialect: plain text, the JSON, form and XML of Apprise, the JSON of Home
// Assistant, and objects that nobody knows.

func isAny(*Request) bool { return true }

// The members in which programs have a title, a text and where it is about, the usual ones first.
var (
	titleMembers = []string{"title", "subject"}
	textMembers  = []string{"message", "msg", "body", "content", "description", "summary"}
	linkMembers  = []string{"url", "link", "click"}
)

func generic(r *Request) ([]Post, error) {
	var said string
	switch {
	case r.isJSON():
		said = genericJSON(r.object, r.raw)
	case r.form != nil:
		said = genericMembers(func(name string) string { return r.form.Get(name) })
		if said == "" { // a form that is none: curl -d sends a text so
			said = string(r.Body)
		}
	case strings.HasSuffix(mediaType(r), "xml"):
		said = genericXML(r.Body)
	default:
		said = string(r.Body)
	}
	if strings.TrimSpace(said) == "" {
		said = firstOf(r.Query.Get("message"), r.Query.Get("msg"), r.Query.Get("text"))
	}
	if strings.TrimSpace(said) == "" {
		return nil, NoText
	}
	return []Post{{Text: said, ID: r.Header.Get("Idempotency-Key")}}, nil
}

func mediaType(r *Request) string {
	kind, _, _ := strings.Cut(r.Header.Get("Content-Type"), ";")
	return strings.ToLower(strings.TrimSpace(kind))
}

// genericJSON shows an object that has no text in any member as it is.
func genericJSON(object map[string]json.RawMessage, raw []byte) string {
	said := genericMembers(func(name string) string {
		var t text
		if err := json.Unmarshal(object[name], &t); err != nil {
			return ""
		}
		return string(t)
	})
	if said != "" || len(object) == 0 {
		return said
	}
	const most = 4000
	return "```json\n" + strings.ReplaceAll(cut(string(indented(raw)), most), "```", "'''") + "\n```"
}

// indented returns JSON in lines; one that would become many times as long by that, as it is.
func indented(raw []byte) []byte {
	const longest, deepest = 64 << 10, 20
	if _, depth := measure(raw); depth > deepest || len(raw) > longest {
		return raw
	}
	var value any
	if json.Unmarshal(raw, &value) != nil {
		return nil
	}
	pretty, _ := json.MarshalIndent(value, "", "  ") // what was read can be written
	return pretty
}

func genericMembers(get func(name string) string) string {
	first := func(names []string) string {
		for _, name := range names {
			if value := strings.TrimSpace(get(name)); value != "" {
				return value
			}
		}
		return ""
	}
	title, said, address := first(titleMembers), first(textMembers), first(linkMembers)
	if title == "" && said == "" {
		return ""
	}
	return words(genericMark(get("type")), titled(title, address, said))
}

// genericMark is the mark of a type that Apprise knows.
func genericMark(kind string) string {
	return map[string]string{"success": "🟢", "warning": "🟡", "failure": "🔴"}[kind]
}

// titled is a text under a title, which leads to an address, if there are any.
func titled(title, address, said string) string {
	if title != "" {
		return lines(linked(strong(title), address), said)
	}
	if address != "" && !strings.Contains(said, address) {
		return lines(said, linked("", address))
	}
	return said
}

// genericXML reads the envelope that Apprise sends; of any other document it takes the text.
func genericXML(body []byte) string {
	members, path, rest := map[string]*strings.Builder{}, "", strings.Builder{}
	decoder := xml.NewDecoder(strings.NewReader(strings.ToValidUTF8(string(body), "\ufffd")))
	decoder.Strict = false
	for {
		token, err := decoder.RawToken()
		if err != nil {
			break
		}
		switch t := token.(type) {
		case xml.StartElement:
			path = strings.ToLower(t.Name.Local)
		case xml.EndElement:
			path = ""
		case xml.CharData:
			if members[path] == nil {
				members[path] = new(strings.Builder)
			}
			members[path].Write(t)
			rest.Write(t)
		}
	}
	said := genericMembers(func(name string) string {
		if name == "type" {
			name = "messagetype"
		}
		if members[name] == nil {
			return ""
		}
		return members[name].String()
	})
	return firstOf(said, strings.TrimSpace(rest.String()))
}

// acceptGeneric tells which message it has become.
func acceptGeneric(_ *Request, sent []Sent) Answer {
	if len(sent) == 0 {
		return acceptPlain(nil, nil)
	}
	first := sent[0]
	body, _ := json.Marshal(map[string]any{"id": first.ID, "room": first.Room, "time": first.Time.UTC()}) // strings and a time
	return Answer{Status: http.StatusCreated, Type: typeJSON, Location: first.Path, Body: string(body) + "\n"}
}
