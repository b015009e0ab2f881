package chat

import (
	"errors"
	"strings"
	"testing"
	"unicode/utf8"
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
	case invalid.Fields[0].Field != field || invalid.Fields[0].Code != code || invalid.Fields[0].Detail == "":
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

func FuzzParseRoom(f *testing.F) {
	for _, seed := range []string{"Lobby", "방", "İ", "ß", "ǅ", "\u1107\u1161"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
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
