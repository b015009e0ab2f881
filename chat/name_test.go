package chat

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func TestParseName(t *testing.T) {
	for _, tt := range []struct{ in, want, code string }{
		{"Ann", "Ann", ""},
		{"  Ann   B. ", "Ann B.", ""},
		{"홍길동", "홍길동", ""},
		{"Ａｎｎ", "Ann", ""}, // full width
		{"a\u00a0b", "a b", ""},
		{"😀 Ann", "😀 Ann", ""},
		{"<script>", "<script>", ""},
		{"", "", "empty"},
		{" \u3000\t", "", "empty"},
		{"\u2800", "", "empty"},
		{strings.Repeat("가", 40), strings.Repeat("가", 40), ""},
		{strings.Repeat("가", 41), "", "too_long"},
		{strings.Repeat("가", 4000), "", "too_long"},
		{strings.Repeat("ﷺ", 4), "", "too_long"}, // NFKC makes 18 characters of each
		{"a\nb", "", "bad_character"},
		{"a\x00b", "", "bad_character"},
		{"a\u202eb", "", "bad_character"},
		{"a\u200bb", "", "bad_character"},
		{"a\xff", "", "not_utf8"},
	} {
		got, err := ParseName(tt.in)
		wantCode(t, err, "user_name", tt.code)
		if string(got) != tt.want {
			t.Errorf("ParseName(%q) = %q, want %q", tt.in, got, tt.want)
		}
	}
}

func TestNameKey(t *testing.T) {
	if Name("Ann B").Key() != Name("ANN b").Key() {
		t.Error("names that differ in case alone have different keys")
	}
	if Name("Ann").Key() == Name("Ann B").Key() {
		t.Error("different names have the same key")
	}
	if got := Name("a\x00").Key(); got != "a\x00" {
		t.Errorf("a name that was never parsed has the key %q", got)
	}
}

func FuzzParseName(f *testing.F) {
	for _, seed := range []string{"Ann", " a  b ", "ﷺ", "\u1107\u1161", "a\u00a8", "\u03d3\u0301", "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		name, err := ParseName(s)
		if err != nil {
			return
		}
		if n := utf8.RuneCountInString(string(name)); n < 1 || n > MaxNameLength {
			t.Errorf("%q has %d characters", name, n)
		}
		if strings.ContainsAny(string(name), "\x00\r\n\x1b") {
			t.Errorf("%q holds a control character", name)
		}
		if slow, err := enforceNickname(string(name)); err != nil || slow != string(name) {
			t.Errorf("%q is enforced as %q, %v", name, slow, err)
		}
		if again, err := ParseName(string(name)); err != nil || again != name {
			t.Errorf("%q parses as %q, %v", name, again, err)
		}
	})
}
