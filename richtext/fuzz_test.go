package richtext

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"plainchat/chat"
)

// Whatever is typed, nothing of it is lost, nothing comes to it, and it is the same again.
func FuzzParse(f *testing.F) {
	for _, each := range readFixtures(f) {
		f.Add(each.Text)
	}
	for _, piece := range pieces {
		f.Add(strings.Repeat(piece, 5))
	}
	f.Fuzz(func(t *testing.T, typed string) {
		text, err := chat.ParseText(typed)
		if err != nil {
			t.Skip()
		}
		tree := Parse(text)
		if tree == nil {
			return
		}
		wantNothingAdded(t, text, plainText(tree))
		wantNothingLost(t, text, saidBy(tree))
		wantSafe(t, tree)
		body := tree.AppendJSON(nil)
		if !json.Valid(body) {
			t.Errorf("%q has %s, which is not JSON", text, body)
		}
		if again := Parse(text).AppendJSON(nil); string(again) != string(body) {
			t.Errorf("%q has the tree\n%s\nand then\n%s", text, body, again)
		}
		if countOf(tree) > maxNodes || depthOf(tree) > 4*maxDepth || len(body) > 100*len(text)+1000 {
			t.Errorf("%q has %d nodes in %d bytes, %d deep", text, countOf(tree), len(body), depthOf(tree))
		}
	})
}

// wantNothingAdded checks that what a tree says stands in the text, in the same order. Spaces may
// stand for tabs.
func wantNothingAdded(t *testing.T, text, said string) {
	t.Helper()
	typed := []rune(withoutSpace(text))
	for i, r := range withoutSpace(said) {
		at := slices.Index(typed, r)
		if at < 0 {
			t.Fatalf("%q says %q, which was not typed from %q on", text, said, withoutSpace(said)[i:])
		}
		typed = typed[at+1:]
	}
}

// wantNothingLost checks that all letters and digits of a text are in its tree. Numbers of lists have
// no zeros before them.
func wantNothingLost(t *testing.T, text, said string) {
	t.Helper()
	left := make(map[rune]int)
	for _, r := range said {
		left[r]++
	}
	for _, r := range text {
		if left[r]--; left[r] < 0 && isWordRune(r) && r != '0' {
			t.Fatalf("%q has lost a %q: it says %q", text, r, said)
		}
	}
}

// saidBy is what there is to read in nodes: texts, and what stands for itself in the markup.
func saidBy(nodes []Node) string {
	var said strings.Builder
	for _, n := range nodes {
		said.WriteString(saidBy(n.Children))
		switch n.Type {
		case Text, Pre, Link:
			said.WriteString(n.Value)
		case Numbers:
			for i := range n.Children {
				said.WriteString(strconv.Itoa(n.Start + i))
			}
		}
	}
	return said.String()
}

// wantSafe checks that the markup of a tree, as a browser reads it, has no other elements, attributes
// or addresses than those of the package, and says what the tree says.
func wantSafe(t *testing.T, tree Tree) {
	t.Helper()
	markup := string(tree.HTML())
	roots, err := html.ParseFragment(strings.NewReader(markup), &html.Node{Type: html.ElementNode, Data: "div", DataAtom: atom.Div})
	if err != nil {
		t.Fatal(err)
	}
	var said strings.Builder
	for _, root := range roots {
		for node := range root.Descendants() {
			wantSafeNode(t, node, &said)
		}
		wantSafeNode(t, root, &said)
	}
	if want := plainText(tree); withoutHosts(tree) && len(said.String()) != len(want) {
		t.Errorf("%s says\n%q, and the tree\n%q", markup, said.String(), want)
	}
}

var (
	safeElements   = strings.Fields("p pre code blockquote ul ol li em strong del a span")
	safeAttributes = strings.Fields("class tabindex start href target rel")
)

func wantSafeNode(t *testing.T, node *html.Node, said *strings.Builder) {
	t.Helper()
	if node.Type == html.TextNode {
		said.WriteString(node.Data)
		return
	}
	if node.Type != html.ElementNode || !slices.Contains(safeElements, node.Data) {
		t.Errorf("the markup has the node %v %s", node.Type, node.Data)
	}
	for _, a := range node.Attr {
		scheme, _, _ := strings.Cut(strings.ToLower(a.Val), ":")
		if !slices.Contains(safeAttributes, a.Key) || a.Key == "href" && !slices.Contains(schemes, scheme) {
			t.Errorf("the markup has the attribute %s=%q", a.Key, a.Val)
		}
	}
}

func withoutHosts(nodes []Node) bool {
	return !slices.ContainsFunc(nodes, func(n Node) bool { return n.Host != "" || !withoutHosts(n.Children) })
}

// Code in whatever language says the same highlighted.
func FuzzHighlight(f *testing.F) {
	for _, each := range readFixtures(f) {
		f.Add(each.Text)
	}
	f.Fuzz(func(t *testing.T, code string) {
		if !utf8.ValidString(code) {
			t.Skip()
		}
		for language := range languages {
			if got := plainText(highlight(language, code)); got != code {
				t.Errorf("%q in %s says %q", code, language, got)
			}
		}
	})
}
