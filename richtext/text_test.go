package richtext

import "testing"

func TestTreePlain(t *testing.T) {
	for text, want := range map[string]string{
		"no marks":                            "no marks",
		"**very** _green_ `tea`":              "very green tea",
		"[the menu](https://example.com/m)":   "the menu",
		"- one\n- two\n\nand\n> three":        "one\ntwo\nand\nthree",
		"see\n```go\nfunc main() {}\n```\nok": "see\nfunc main() {}\nok",
		"@Ann: 2 < 3":                         "@Ann: 2 < 3",
		"🎉":                                   "🎉",
	} {
		if got := Parse(text).Plain(text); got != want {
			t.Errorf("%q says %q, want %q", text, got, want)
		}
	}
}
