package console

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"plainchat/chat"
	"plainchat/internal/seed"
	"plainchat/richtext"
)

func TestMessage(t *testing.T) {
	for _, c := range []struct{ title, written, want string }{
		{"", "", ""},
		{"title", "", "title"},
		{"title", "\n  \n", "title"},
		{"", "x", "```\nx\n```"},
		{"`$ make`", "a\nb\n", "`$ make`\n```\na\nb\n```"},
		{"t", "a\n```\nb", "t\n````\na\n```\nb\n````"},
		{"t", "```go\nx", "t\n~~~\n```go\nx\n~~~"},
		{"t", "```\n~~~~", "t\n~~~~~\n```\n~~~~\n~~~~~"},
		{"t", "a ``` b", "t\n```\na ``` b\n```"},
		{"```` ``` ````", "a", "```` ``` ````\n\n```\na\n```"},
	} {
		got := screen(c.written).Message(c.title, leftOut)
		if got != c.want {
			t.Errorf("%q: %q, want %q", c.written, got, c.want)
		}
	}
}

func TestTitles(t *testing.T) {
	for _, c := range []struct{ got, want string }{
		{Title(" nightly \x1b[1m*build*\n"), "nightly \ufffd[1m*build*"},
		{Title("~~~"), "`~~~`"},
		{Title("a ```b"), "````a ```b````"},
		{Command([]string{"make", "-j4", "test"}), "`$ make -j4 test`"},
		{Command([]string{"sh", "-c", "echo 'a' $b\nx"}), `` + "`$ sh -c 'echo '\\''a'\\'' $b x'`"},
		{Command([]string{"echo", "`"}), "``$ echo '`'``"},
		{Title(strings.Repeat("차", 500)), strings.Repeat("차", 199) + "…"},
	} {
		if c.got != c.want {
			t.Errorf("%q, want %q", c.got, c.want)
		}
	}
}

// textOf is what a block says.
func textOf(n richtext.Node) string {
	said := ""
	if n.Type == richtext.Text {
		said = n.Value
	}
	for _, child := range n.Children {
		said += textOf(child)
	}
	return said
}

// checkMessage holds a text against what all of them promise: it can be sent, it has no control characters,
// and the page shows the code as one block at the end.
func checkMessage(t *testing.T, s *Screen, title string) {
	t.Helper()
	text := s.Message(title, leftOut)
	if text == "" {
		return
	}
	if _, err := chat.ParseText(text); err != nil {
		t.Fatalf("%q: %v", text, err)
	}
	if i := strings.IndexFunc(text, func(r rune) bool { return unicode.IsControl(r) && r != '\n' && r != '\t' }); i >= 0 {
		t.Fatalf("%q has a control character at %d", text, i)
	}
	code := strings.TrimPrefix(text, title)
	if code == "" {
		return
	}
	lines := strings.Split(strings.TrimLeft(code, "\n"), "\n")
	want := strings.Join(lines[1:len(lines)-1], "\n")
	tree := richtext.Parse(text)
	if len(tree) == 0 {
		t.Fatalf("%q has no block of code", text)
	}
	last := tree[len(tree)-1]
	if got := textOf(last); last.Type != richtext.Pre || got != want || len(tree) > 2 {
		t.Fatalf("%q ends with a block of %d that says\n%q, want\n%q", text, last.Type, got, want)
	}
}

func TestMessageIsOneBlock(t *testing.T) {
	for _, written := range []string{
		strings.Repeat("`", 5000), strings.Repeat("```\n", 4000), strings.Repeat("~", 1999) + "\n" + strings.Repeat("`", 1999) + "\n" + strings.Repeat("x\n", 5000),
		strings.Repeat(strings.Repeat("`", 1900)+"\n", 9), "```\n" + strings.Repeat("~", 1999), "    ```\n\t```", "> a\n```\n- b", strings.Repeat("차\n", 9000),
		"\n\n```", "~~~\n```\n", "a\n   ```   \nb", "a\n```\u00a0\nb", "a\n```\u3000", "\u2028```\u2028",
	} {
		for _, title := range []string{"", "t", Title("- ```"), Title("> ~~~"), Title("1. `x"), Command([]string{"```", "`"}), Title(strings.Repeat("`", 300)), Title("*"), Title("    x")} {
			checkMessage(t, screen(written), title)
		}
	}
}

// TestMessageOfAnything: texts of what matters to a terminal or to Markdown, in any order.
func TestMessageOfAnything(t *testing.T) {
	rng := seed.Rand(t)
	pieces := []string{"`", "```", "~", "~~~", "\n", "\n", "\r", "\t", " ", "    ", "\x1b[", "\x1b[2K", "\x1b[A", "\x1b[5D", "\x1b[J", "\x1b]", "\b", "> ", "- ", "1. ", "x", "차", "*", "_", "[a](b)", "\u2028", "\u200b"}
	anything := func(most int) string {
		var text strings.Builder
		for range rng.IntN(most) {
			text.WriteString(pieces[rng.IntN(len(pieces))])
		}
		return text.String()
	}
	for range 2000 {
		checkMessage(t, screen(anything(200)), Title(anything(20)))
	}
	for range 20 {
		checkMessage(t, screen(anything(50_000)), Command([]string{anything(20), anything(5)}))
	}
}

// Whatever is written in whatever parts, the text is one that can be sent, and shown as one block.
func FuzzScreen(f *testing.F) {
	for _, seed := range []string{"\x1b[2K\rok", "```\n~~~", "\x1b]0;✓\a", "\x1b[5A\x1b[J", "a\tb\b\b\rc", "\xff\x1b[", strings.Repeat("x\n", 9000), "\u2028\n\u200b\n"} {
		f.Add([]byte(seed), "title", 3)
	}
	f.Fuzz(func(t *testing.T, written []byte, title string, part int) {
		s := new(Screen)
		for len(written) > 0 {
			n := min(len(written), max(1, part))
			if _, err := s.Write(written[:n]); err != nil {
				t.Fatal(err)
			}
			written = written[n:]
			part = part*7%13 + 1
		}
		checkMessage(t, s, Title(title))
		if size := utf8.RuneCountInString(strings.Join(s.Excerpt(100, leftOut), "\n")); size > 100 {
			t.Fatalf("an excerpt of 100 has %d characters", size)
		}
		checkMessage(t, s, Command([]string{title, string(rune(part))}))
	})
}
