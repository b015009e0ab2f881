package console

import (
	"fmt"
	"strings"
	"testing"
)

func leftOut(n int) string { return fmt.Sprintf("… %d lines left out …", n) }

// screen returns one on which something was written.
func screen(written string) *Screen {
	s := new(Screen)
	_, _ = s.Write([]byte(written)) // never fails
	return s
}

func TestScreen(t *testing.T) {
	for written, want := range map[string]string{
		"":                           "",
		"one\ntwo\r\nthree":          "one\ntwo\nthree",
		"a\n\n\n":                    "a",
		"\n a  \nb":                  "\n a\nb",
		"10 %\r50 %\r100 %\ndone":    "100 %\ndone",
		"downloading\rok":            "okwnloading",
		"downloading\r\x1b[Kok":      "ok",
		"downloading\x1b[2K\rok":     "ok",
		"downloading\x1b[3D\x1b[1Kx": "        xng",
		"abc\b\bX":                   "aXc",
		"man\b\bb\bold":              "mold",
		"\x1b[1;31mred\x1b[0m and \x1b[38;5;8mgrey\x1b[m":     "red and grey",
		"\x1b[38:2::1:2:3mtrue colour\x1b[4:3m":               "true colour",
		"\x1b]0;✓ title\atext":                                "text",
		"\x1b]8;;https://example.org\x1b\\link\x1b]8;;\x1b\\": "link",
		"\x1bPq#0;2;0;0;0\x1b\\picture":                       "picture",
		"\x1b_apc ✓\x1b\\\x1b^pm\u009ctext":                   "text",
		"\u009b31mred\u009d0;t\u009cx":                        "redx",
		"\x1b]torn\nnext":                                     "\nnext",
		"\x1b(Bcharset\x1b=\x1b>\x1b7":                        "charset",
		"\x1b[?25lhidden\x1b[?25h\x1b[>4;1m":                  "hidden",
		"bell\a\x00\x7f\x05.":                                 "bell.",
		"\x1b[3\x18no":                                        "no",
		"a\tb\rxyz":                                           "xyz",
		"a\tb":                                                "a\tb",
		"abcdefghijkl\r\t.":                                   "abcdefgh.jkl",
		"one\ntwo\nthree\x1b[2A\rONE\x1b[2B\r3":               "ONE\ntwo\n3hree",
		"one\ntwo\x1b[H\x1b[2Jnew":                            "new",
		"one\ntwo\nthree\x1b[2F\x1b[Jx":                       "x",
		"a\x1b[5Cb\x1b[3Gc":                                   "a c   b",
		"\x1b[99999999999999A\x1b[999999999Bx":                "x",
		"bytes \xff\xc3(":                                     "bytes \ufffd\ufffd(",
		"한글 ✓ 🎉":                                              "한글 ✓ 🎉",
		"a\vb\fc\u0085d":                                      "a\nb\nc\nd",
	} {
		if got := strings.Join(screen(written).Excerpt(8000, leftOut), "\n"); got != want {
			t.Errorf("%q shows %q, want %q", written, got, want)
		}
	}
}

// However a text comes in parts, it is the same.
func TestScreenInParts(t *testing.T) {
	const written = "한글 ✓ \x1b[1;31m🎉\x1b]0;✓\aé\r\nx\xe2\x9c"
	s := new(Screen)
	for i := range len(written) {
		_, _ = s.Write([]byte(written[i : i+1]))
	}
	if got, want := fmt.Sprint(s.Excerpt(100, leftOut)), fmt.Sprint(screen(written).Excerpt(100, leftOut)); got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

// Of much, the beginning and the end stay, and little memory is taken.
func TestScreenOfMuch(t *testing.T) {
	s := new(Screen)
	for i := range 100_000 {
		fmt.Fprintln(s, "line", i)
	}
	lines := s.Excerpt(8000, leftOut)
	left := 100_000 - (len(lines) - 1)
	between := 0
	for i, line := range lines {
		if line == leftOut(left) {
			between = i
		}
	}
	if lines[0] != "line 0" || lines[len(lines)-1] != "line 99999" || between < 90 || lines[between+1] != fmt.Sprint("line ", left+between) {
		t.Errorf("%d lines, of which %d begin it; %q", len(lines), between, lines[between:between+2])
	}
	if size := len(strings.Join(lines, "\n")); size > 8000 || size < 7900 {
		t.Errorf("%d characters", size)
	}
	fmt.Fprint(s, strings.Repeat("x", 1e6))
	if len(s.rest) > 2000 || s.restSize > 2*restLength+maxLine {
		t.Errorf("%d lines of %d characters are kept", len(s.rest), s.restSize)
	}
	if last := s.Excerpt(8000, leftOut); last[len(last)-1] != strings.Repeat("x", maxLine)+"…" {
		t.Errorf("the last line is %.20q", last[len(last)-1])
	}
}

func BenchmarkScreen(b *testing.B) {
	text := []byte(strings.Repeat("\x1b[32mok\x1b[0m   plainchat/internal/console  0.012s\n", 1000))
	b.SetBytes(int64(len(text)))
	s := new(Screen)
	for b.Loop() {
		_, _ = s.Write(text)
	}
}

func BenchmarkExcerpt(b *testing.B) {
	s := screen(strings.Repeat("ok   plainchat/internal/console  0.012s\n", 1000))
	for b.Loop() {
		s.Message("title", leftOut)
	}
}
