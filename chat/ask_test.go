package chat

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"
)

func TestNewAsk(t *testing.T) {
	two := []string{"yes", "no"}
	eleven := strings.Split("a b c d e f g h i j k", " ")
	for name, tt := range map[string]struct {
		choices, from []string
		byDefault     string
		want          string // field and code; empty for none
	}{
		"two":             {two, nil, "", ""},
		"ten":             {eleven[:10], []string{"Ann", "김수연"}, "j", ""},
		"spaces around":   {[]string{" yes ", "no\n"}, nil, "no", ""},
		"longest":         {[]string{strings.Repeat("가", 80), "no"}, nil, "", ""},
		"none":            {nil, nil, "", "choices: too_few"},
		"one":             {two[:1], nil, "", "choices: too_few"},
		"eleven":          {eleven, nil, "", "choices: too_many"},
		"empty":           {[]string{"yes", " "}, nil, "", "choices: empty"},
		"too long":        {[]string{strings.Repeat("가", 81), "no"}, nil, "", "choices: too_long"},
		"two lines":       {[]string{"yes\nno", "no"}, nil, "", "choices: bad_character"},
		"terminal":        {[]string{"\x1b[31myes", "no"}, nil, "", "choices: bad_character"},
		"paragraph":       {[]string{"yes\u2029no", "no"}, nil, "", "choices: bad_character"},
		"twice":           {[]string{"yes", "Yes"}, nil, "", "choices: twice"},
		"not UTF-8":       {[]string{"yes", "n\xff"}, nil, "", "choices: not_utf8"},
		"unknown default": {two, nil, "maybe", "default: not_a_choice"},
		"no name":         {two, []string{"\x00"}, "", "from: not_a_name"},
		"many names":      {two, slices.Repeat([]string{"Ann"}, 21), "", "from: too_many"},
		"all":             {two[:1], []string{""}, "no", "choices: too_few, from: not_a_name"},
	} {
		ask, err := NewAsk(tt.choices, tt.from, tt.byDefault)
		invalid, _ := errors.AsType[*Invalid](err)
		switch {
		case tt.want == "" && err != nil, tt.want != "" && (invalid == nil || invalid.Error() != "chat: "+tt.want):
			t.Errorf("%s: %v, want %q", name, err, tt.want)
		case err == nil && (len(ask.List()) != len(tt.choices) || len(ask.Names()) != len(tt.from)):
			t.Errorf("%s: %+v", name, ask)
		}
	}
}

func TestChoose(t *testing.T) {
	ask, err := NewAsk([]string{"Ja, bitte", "nein"}, []string{"Ann"}, "")
	if err != nil {
		t.Fatal(err)
	}
	for typed, want := range map[string]string{
		"nein": "nein", " NEIN ": "nein", "ja, bitte": "Ja, bitte", "ja": "", "": "", "nein\nJa, bitte": "",
	} {
		if got, found := ask.Choose(typed); got != want || found != (want != "") {
			t.Errorf("%q is %q, %v", typed, got, found)
		}
	}
	if ask.Has("") || ask.Has("ja, bitte") || !ask.Asks("ann") || ask.Asks("Ben") {
		t.Error("what is no choice is one, or the wrong ones are asked")
	}
}

// What is left out is not on the wire, but for the names: none is a list too.
func TestAskOnTheWire(t *testing.T) {
	for want, ask := range map[string]Ask{
		`{"choices":["yes","no"],"from":[]}`: {Choices: "yes\nno"},
		`{"choices":["a\"","b"],"from":["Ann","Ben"],"until":"2027-01-15T08:00:00.000Z","default":"b","poll":true}`: {
			Choices: "a\"\nb", From: "Ann\nBen", Until: 1_800_000_000_000, Default: "b", Poll: true},
	} {
		got := "{" + string(ask.AppendTerms(nil)) + "}"
		if got != want || !json.Valid([]byte(got)) {
			t.Errorf("%s, want %s", got, want)
		}
	}
}

// A body that is not as Append writes it is refused.
func TestDecodeAsk(t *testing.T) {
	for _, data := range []string{
		`{"of":0,"choices":["a","b"],"from":[],"until":0,"default":"","poll":false}`,
		`{"of":1,"choices":["a"],"from":[],"until":0,"default":"","poll":false}`,
		`{"of":1,"choices":["a"," b"],"from":[],"until":0,"default":"","poll":false}`,
		`{"of":1,"choices":["a","b"],"from":null,"until":0,"default":"","poll":false}`,
		`{"of":1,"choices":["a","b"],"from":[],"until":-1,"default":"","poll":false}`,
		`{"of":1,"choices":["a","b"],"from":[],"until":0,"default":"c","poll":false}`,
	} {
		if body, err := decodeAsk(data); err == nil {
			t.Errorf("%s is read as %+v", data, body)
		}
	}
	for _, data := range []string{`{"of":0,"choice":"a"}`, `{"of":1,"choice":""}`, `{"of":1,"choice":"a\nb"}`, `{"of":1,"choice":"a","expired":false}`} {
		if body, err := decodeAnswer(data); err == nil {
			t.Errorf("%s is read as %+v", data, body)
		}
	}
	if body, err := decodeAnswer(`{"of":1,"choice":"","expired":true}`); err != nil || body != (Answer{Of: 1, Expired: true}) {
		t.Errorf("the end of the time is read as %+v, %v", body, err)
	}
}
