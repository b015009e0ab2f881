package richtext

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"testing"
)

var update = flag.Bool("update", false, "write the fixtures anew, to be read before they are committed")

const fixtures = "testdata/bodies.json"

// fixture is a text, the wire form of its tree, the markup of that, and what it says without marks. The
// page's script is held to the same.
type fixture struct {
	Case  string          `json:"case"`
	Text  string          `json:"text"`
	Body  json.RawMessage `json:"body"`
	HTML  string          `json:"html"`
	Plain string          `json:"plain"`
}

func readFixtures(t testing.TB) (all []fixture) {
	t.Helper()
	file, err := os.ReadFile(fixtures)
	if err == nil {
		err = json.Unmarshal(file, &all)
	}
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func TestFixtures(t *testing.T) {
	all := readFixtures(t)
	for i := range all {
		f := &all[i]
		tree := Parse(f.Text)
		if tree == nil {
			t.Errorf("%s: the text is plain", f.Case)
		}
		body, html, plain := tree.AppendJSON(nil), string(tree.HTML()), tree.Plain(f.Text)
		if *update {
			f.Body, f.HTML, f.Plain = body, html, plain
			continue
		}
		var want bytes.Buffer
		if err := json.Compact(&want, f.Body); err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(body, want.Bytes()) {
			t.Errorf("%s: %q has the tree\n%s\nwant\n%s", f.Case, f.Text, body, want.Bytes())
		}
		if html != f.HTML {
			t.Errorf("%s: %q has the markup\n%s\nwant\n%s", f.Case, f.Text, html, f.HTML)
		}
		if plain != f.Plain {
			t.Errorf("%s: %q says\n%q\nwant\n%q", f.Case, f.Text, plain, f.Plain)
		}
	}
	if *update {
		writeFixtures(t, all)
	}
}

func writeFixtures(t *testing.T, all []fixture) {
	t.Helper()
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	out.WriteString("[")
	for i, f := range all {
		if i > 0 {
			out.WriteString(",")
		}
		out.WriteString("\n")
		if err := encoder.Encode(f); err != nil {
			t.Fatal(err)
		}
		out.Truncate(out.Len() - 1)
	}
	out.WriteString("\n]\n")
	if err := os.WriteFile(fixtures, out.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
}

// Most texts have no tree.
func TestPlain(t *testing.T) {
	for _, text := range []string{
		"hello", "# x", "---", "a\n===", "|a|b|\n|-|-|", "&amp;", "<b>", "5*3*2 = 30", "네~~ 좋아요~~", "와~~진짜~~ 대박", "snake_case",
		"2026. 11. 28.", "11. 28. 토요일", "-", "- ", "1.", "* * *", "```", "```\n```", "a\n2. b", "-1", "+1", "1.5 kg", "hi 😀", "12:30", "a:b", "i.e.", "@", "a @ b", "x@y",
		"[1]", "f(x)[0]", "https://", "http:///x", "C:\\dir", "    indented\n\n\n  text  ", "1", "#", "™", "©", "한글", " \n ", "",
	} {
		if tree := Parse(text); tree != nil {
			t.Errorf("%q has the tree %s", text, tree.AppendJSON(nil))
		}
	}
}
