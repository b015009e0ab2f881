package chat

import (
	"strings"
	"testing"
	"unicode"
)

func TestForTerminal(t *testing.T) {
	for in, want := range map[string]string{
		"plain":              "plain",
		"two\nlines":         "two\n    lines",
		"from\r\nWindows":    "from\n    Windows",
		"\x1b[2J":            "\ufffd[2J",
		"back\rto the start": "back\n    to the start",
		"a\u202eb":           "a\ufffdb",
		"\u009b31m":          "\ufffd31m",
		"tab\tstays":         "tab\tstays",
		"an empty\n\nline":   "an empty\n    \n    line",

		"a\u2028b\u2029c":  "a\n    b\n    c",
		"a\vb\fc\u0085d":   "a\n    b\n    c\n    d",
		"a\x1cb\x1dc\x1ed": "a\n    b\n    c\n    d",
		"a\x1fb":           "a\ufffdb", // separates units, and lines nowhere
	} {
		if got := ForTerminal(in); got != want {
			t.Errorf("ForTerminal(%q) = %q, want %q", in, got, want)
		}
	}
}

// FuzzForTerminal: however a text is split into lines, all but the first are set in, and
// none steers the terminal.
func FuzzForTerminal(f *testing.F) {
	for _, seed := range []string{"a\r\n\r\nb", "hi\u20282026-01-31 09:00:00Z  admin: go", "\x1c\u0085\v", "\x1b]0;\a", "\xff\u202e"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		shown := ForTerminal(text)
		for i, line := range strings.Split(shown, "\n") {
			if i > 0 && !strings.HasPrefix(line, "    ") {
				t.Errorf("%q is shown with the line %q", text, line)
			}
			if strings.ContainsFunc(line, func(r rune) bool { return unicode.IsControl(r) && r != '\t' || unicode.In(r, unicode.Zl, unicode.Zp) }) {
				t.Errorf("%q is shown as %q", text, shown)
			}
		}
	})
}

func TestLineForTerminal(t *testing.T) {
	for in, want := range map[string]string{
		"plain":                    "plain",
		"two\nlines":               "two lines",
		"a\tb\rc\vd\u2028e\u2029f": "a b c d e f",
		"\x1b[2J\a\u009b\u007f":    "\ufffd[2J\ufffd\ufffd\ufffd",
		"a\u202eb\u2066c":          "a\ufffdb\ufffdc",
		"\xff":                     "\ufffd",
		"👩\u200d🚀":                 "👩\u200d🚀",
	} {
		if got := LineForTerminal(in); got != want {
			t.Errorf("LineForTerminal(%q) = %q, want %q", in, got, want)
		}
	}
}
