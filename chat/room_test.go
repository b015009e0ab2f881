package chat

import (
	"encoding/json"
	"errors"
	"os"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/cases"
	"golang.org/x/text/language"
	"golang.org/x/text/unicode/norm"
)

// wantCode checks an error: none if code is empty, else an *Invalid with just
// that code for the field.
func wantCode(t *testing.T, err error, field, code string) {
	t.Helper()
	invalid, ok := errors.AsType[*Invalid](err)
	switch {
	case code == "" && err == nil:
	case code == "" || !ok || len(invalid.Fields) != 1:
		t.Errorf("err = %v, want code %q", err, code)
	case invalid.Fields[0].Field != field || invalid.Fields[0].Code != code:
		t.Errorf("err = %+v, want %s %s", invalid.Fields[0], field, code)
	}
}

func TestParseRoom(t *testing.T) {
	for _, tt := range []struct{ in, want, code string }{
		{"lobby", "lobby", ""},
		{"Tea-House_2", "tea-house_2", ""},
		{"방", "방", ""},
		{"\u1107\u1161\u11bc", "방", ""},   // decomposed
		{"E\u0301cole", "\u00e9cole", ""}, // a letter and its mark
		{"हिन्दी", "हिन्दी", ""},          // cannot be written without marks
		{"İ", "i", ""},
		{"", "", "empty"},
		{strings.Repeat("가", 64), strings.Repeat("가", 64), ""},
		{strings.Repeat("가", 65), "", "too_long"},
		{"a b", "", "bad_character"},
		{"a/b", "", "bad_character"},
		{"..", "", "bad_character"},
		{"a\x00", "", "bad_character"},
		{"\u0301a", "", "bad_character"}, // a mark with nothing to sit on
		{"a\u202eb", "", "bad_character"},
		{"😀", "", "bad_character"},
		{"lobby\u034f", "", "bad_character"}, // marks and letters that cannot be seen
		{"lobby\ufe0f", "", "bad_character"},
		{"\u3164", "", "bad_character"},
		{"a\xff", "", "not_utf8"},
	} {
		got, err := ParseRoom(tt.in)
		wantCode(t, err, "room", tt.code)
		if string(got) != tt.want {
			t.Errorf("ParseRoom(%q) = %q, want %q", tt.in, got, tt.want)
		}
	}
}

// spelled are the ways in which programs change the case of a name.
var spelled = map[string]func(string) string{
	"in capitals": cases.Upper(language.Und).String, "in small letters": cases.Lower(language.Und).String,
	"as a title": cases.Title(language.Und).String, "folded": cases.Fold().String,
	"in capitals, letter by letter": strings.ToUpper, "in small letters, letter by letter": strings.ToLower,
	"as a title, letter by letter": strings.ToTitle, "decomposed": norm.NFD.String,
}

// checkSpellings fails unless a name, or what cannot be one, is the same however it is
// spelled. One that is nearly too long may be too long in capitals, which are more letters.
func checkSpellings(t *testing.T, name string) {
	t.Helper()
	want := roomOrFault(name)
	for how, spell := range spelled {
		if got := roomOrFault(spell(name)); got != want && got != "too_long" && want != "too_long" {
			t.Errorf("%+q is %+q; %s, %+q, it is %+q", name, want, how, spell(name), got)
		}
	}
}

// roomOrFault is the canonical form of a name, or the code of what is wrong with it.
func roomOrFault(name string) string {
	room, err := ParseRoom(name)
	if invalid, ok := errors.AsType[*Invalid](err); ok {
		return invalid.Fields[0].Code
	}
	return string(room)
}

// TestRoomSpellings: two spellings of a name are one room, for every letter of Unicode.
func TestRoomSpellings(t *testing.T) {
	for r := range rune(unicode.MaxRune + 1) {
		if !unicode.In(r, unicode.L, unicode.Nd) {
			continue
		}
		if cased := unicode.SimpleFold(r) != r || cases.Fold().String(string(r)) != string(r); cased {
			for _, name := range []string{string(r), "a" + string(r), string(r) + "i"} {
				checkSpellings(t, name)
			}
		}
		if room, err := ParseRoom(string(r)); err == nil {
			if again, err := ParseRoom(string(room)); err != nil || again != room {
				t.Errorf("%+q is the room %+q, and that is %+q, %v", r, room, again, err)
			}
		}
	}
}

func TestRoomsOfOneName(t *testing.T) {
	for want, names := range map[Room][]string{
		"strasse":    {"Straße", "STRASSE", "straße", "STRAẞE", "ſtraſſe"},
		"σίσυφοσ":    {"Σίσυφος", "ΣΊΣΥΦΟΣ", "σίσυφος"},
		"kapi":       {"kapı", "KAPI", "kapi", "KAPİ"},
		"istanbul":   {"İstanbul", "ISTANBUL", "i\u0307stanbul"},
		"office":     {"oﬃce", "OFFICE", "oﬀice"},
		"ǆep":        {"ǅep", "ǄEP", "ǆep"},
		"ἀι":         {"ᾀ", "ᾈ", "ἈΙ"},
		"ꭰꮅ":         {"ᎠᎵ", "ꭰꮅ", "Ꭰꮅ"},
		"микро":      {"МИКРО", "Микро"},
		"μm":         {"µm", "ΜM"},
		"եւ":         {"և", "ԵՒ"},
		"ʼn":         {"ŉ", "ʼN"},
		"\u00e9cole": {"E\u0301COLE", "École"},
	} {
		for _, name := range names {
			if got, err := ParseRoom(name); err != nil || got != want {
				t.Errorf("ParseRoom(%q) = %q, %v; want %q", name, got, err, want)
			}
		}
	}
}

func FuzzParseRoom(f *testing.F) {
	for _, seed := range []string{"Lobby", "방", "İ", "ß", "ǅ", "\u1107\u1161", "ς", "ᾴ", "ı\u0307", "\u0345\u0301", "Ꭰ", "ﬃ", "Ị\u0307", "ǰ"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if utf8.ValidString(s) { // what is not becomes a character in capitals
			checkSpellings(t, norm.NFC.String(s)) // an accent that is out of its place goes elsewhere there
		}
		room, err := ParseRoom(s)
		if err != nil {
			return
		}
		if n := utf8.RuneCountInString(string(room)); n < 1 || n > MaxRoomLength {
			t.Errorf("%q has %d characters", room, n)
		}
		if again, err := ParseRoom(string(room)); err != nil || again != room {
			t.Errorf("%q parses as %q, %v", room, again, err)
		}
	})
}

// What is offered in the place of a name that may not be is the same as on the page.
func TestNearestRoom(t *testing.T) {
	var fixtures [][2]string
	file, err := os.ReadFile("testdata/nearest.json")
	if err == nil {
		err = json.Unmarshal(file, &fixtures)
	}
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range fixtures {
		want, _ := ParseRoom(f[1])
		if got, found := NearestRoom(f[0]); got != want || found != (f[1] != "") {
			t.Errorf("nearest to %q is %q, want %q", f[0], got, want)
		}
	}
}
