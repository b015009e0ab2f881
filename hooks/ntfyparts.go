package hooks

import (
	"encoding/json"
	"strings"
)

// ntfyTags are a list, or a string with commas.
type ntfyTags []string

// UnmarshalJSON implements json.Unmarshaler.
func (t *ntfyTags) UnmarshalJSON(data []byte) error {
	var list []text
	if err := decode(data, &list); err != nil {
		return err
	}
	if list == nil {
		*t = splitTags(unquoted(data))
		return nil
	}
	for _, tag := range list {
		*t = append(*t, string(tag))
	}
	return nil
}

func splitTags(s string) (tags ntfyTags) {
	for tag := range strings.SplitSeq(s, ",") {
		if tag = strings.TrimSpace(tag); tag != "" {
			tags = append(tags, tag)
		}
	}
	return tags
}

// shown returns the tags that name an emoji as those, and a line with the others.
func (t ntfyTags) shown() (emoji, rest string) {
	var others []string
	for _, tag := range t {
		if e := emojiOf(tag); e != "" {
			emoji += e
		} else if tag = code(tag); tag != "" {
			others = append(others, tag)
		}
	}
	return emoji, strings.Join(others, " ")
}

// ntfyAction is a button of ntfy. One that opens an address is a link; what others do, only an app can.
type ntfyAction struct {
	Action text `json:"action"`
	Label  text `json:"label"`
	URL    text `json:"url"`
}

// ntfyActionList is a list, or a string in the short form.
type ntfyActionList []ntfyAction

// UnmarshalJSON implements json.Unmarshaler.
func (l *ntfyActionList) UnmarshalJSON(data []byte) error {
	var list []ntfyAction
	if err := decode(data, &list); err != nil {
		return err
	}
	if *l = list; list == nil {
		*l = parseActions(unquoted(data))
	}
	return nil
}

// parseActions reads JSON, or the short form: actions with semicolons between them, whose parts have
// commas between them, in order or by name.
func parseActions(s string) ntfyActionList {
	if s = strings.TrimSpace(s); strings.HasPrefix(s, "[") {
		var list []ntfyAction
		_ = json.Unmarshal([]byte(s), &list) // what cannot be read is left out
		return list
	}
	var list ntfyActionList
	for _, each := range splitQuoted(s, ';') {
		var a ntfyAction
		for i, part := range splitQuoted(each, ',') {
			key, value, named := strings.Cut(part, "=")
			switch key = strings.ToLower(strings.TrimSpace(key)); {
			case named && key == "action" || !named && i == 0:
				a.Action = actionText(part, value, named)
			case named && key == "label" || !named && i == 1:
				a.Label = actionText(part, value, named)
			case named && key == "url" || i == 2:
				a.URL = actionText(part, value, named && key == "url")
			}
		}
		list = append(list, a)
	}
	return list
}

func actionText(part, value string, named bool) text {
	if named {
		part = value
	}
	return text(strings.Trim(strings.TrimSpace(part), `"'`))
}

// splitQuoted splits at a separator that is not in quotes.
func splitQuoted(s string, separator rune) []string {
	var quote rune
	return strings.FieldsFunc(s, func(r rune) bool {
		switch {
		case quote != 0:
			if r == quote {
				quote = 0
			}
		case r == '"' || r == '\'':
			quote = r
		default:
			return r == separator
		}
		return false
	})
}

func (l ntfyActionList) shown() string {
	var links []string
	for _, a := range l {
		if made := linked(plain(string(a.Label)), string(a.URL)); a.Action == "view" && made != "" {
			links = append(links, made)
		}
	}
	return strings.Join(links, " · ")
}
