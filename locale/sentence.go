package locale

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
)

// sentence has a form for each plural category of CLDR that its language has; most have other
// alone.
type sentence map[string]form

// The plural categories: of the languages so far, English alone has another than other.
const one, other = "one", "other"

// parseSentence reads a sentence from JSON: an object of forms, or a string for the form other alone.
func parseSentence(data []byte) (sentence, error) {
	var forms map[string]string
	var text string
	err := json.Unmarshal(data, &text)
	if err == nil {
		forms = map[string]string{other: text}
	} else {
		err = json.Unmarshal(data, &forms)
	}
	s := make(sentence, len(forms))
	for category, text := range forms {
		s[category] = parseForm(text)
	}
	return s, err
}

// MarshalJSON implements json.Marshaler.
func (s sentence) MarshalJSON() ([]byte, error) {
	forms := make(map[string]string, len(s))
	for category, f := range s {
		forms[category] = f.text
	}
	if text, ok := forms[other]; ok && len(forms) == 1 {
		return json.Marshal(text)
	}
	return json.Marshal(forms)
}

// of returns the form for the number n among the pairs.
func (s sentence) of(pairs []any) form {
	if singular, ok := s[one]; ok && fmt.Sprint(value(pairs, "n")) == "1" {
		return singular
	}
	return s[other]
}

// value returns what a name has among pairs of names and values; nil for none.
func value(pairs []any, name string) any {
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i] == name {
			return pairs[i+1]
		}
	}
	return nil
}

// form is a text with places for values.
type form struct {
	text   string
	pieces []piece
}

// piece is what comes before a place, and the place: the name of its value, and the particle that
// follows the value in Korean, such as 이/가. The last piece has no place.
type piece struct{ before, name, particle string }

// place is {name} or {name:particle}. words.js has the same.
var place = regexp.MustCompile(`\{([a-z_]+)(?::([^{}]+))?\}`)

func parseForm(text string) form {
	f, end := form{text: text}, 0
	for _, at := range place.FindAllStringSubmatchIndex(text, -1) {
		p := piece{before: text[end:at[0]], name: text[at[2]:at[3]]}
		if at[4] >= 0 {
			p.particle = text[at[4]:at[5]]
		}
		f.pieces, end = append(f.pieces, p), at[1]
	}
	f.pieces = append(f.pieces, piece{before: text[end:]})
	return f
}

// fill puts values into their places. What looks like a place in a value is none. A place without
// a value stays as it is.
func (f form) fill(pairs []any) string {
	if len(f.pieces) == 1 {
		return f.text
	}
	var b strings.Builder
	for _, p := range f.pieces {
		b.WriteString(p.before)
		if p.name == "" {
			continue
		}
		v := value(pairs, p.name)
		if v == nil {
			v = "{" + p.name + "}"
		}
		text := fmt.Sprint(v)
		b.WriteString(text)
		b.WriteString(particle(text, p.particle))
	}
	return b.String()
}
