package richtext

import (
	"strings"
	"testing"
	"time"
)

// longest is how many characters a text has at most.
const longest = 8000

// pieces are what marks begin with and end with, and what makes parsers go back.
var pieces = []string{
	"*a ", "*a**", "**a", "_a _", "*", "a*", "*a_ ", "*_", "_*a*_ ", "***a** b* ", "a**b", "*가 ", "~~a", "~~", "a~~ ", "`", "`` ` ", "`a`", "`` a ``` b ` ",
	"[", "]", "[]", "][", "[a](", "[a](b", "[a](http://b \"", "[a](http://b)", "![", "[[a](http://b)", "[a]", "[*a*](", "[](http://a)", "[a\n](http://b)\n", "(", ")",
	"<", "<a@b.c", "<http://a", "<http://a>", "<!--", "http://", "http://a.b ", "http://a.b/", "http://a(", "https:////", "a@b.cc ", "@a ", "@", "@a@", "@가나다 ", "www.", "www.a.b ", "mailto:", "mailto:a@b.cc ", ":", "a.b.c ", "\\", "\\*",
	">", "> ", "> \n", ">\n> a", "> a\n\n", "> > > > > a\n", "> - ", "- ", "- a\n", "-\n", "* a\n * b\n", "  - a\n", "      - a\n", "- > a\n", "- a\n\n  - b\n\n", "1. ", "1. a\n", "1. a\n1. b\n", "1. 2. ", "9) x\n",
	"```\n", "```", "```\na\n```\n", "```go\n", "~~~\n", "```go\n1 ", "```diff\n", "```html\n<a ", "\"", "'", "/*", "<a b='", "\n", "\n\n", " \n", "\t", "    a\n", "a  \n", "\\\n", "가", "😀", "&amp;", "\r", "\u200d",
}

// hostile are texts of the greatest length, made of each piece, and of each with another.
func hostile(yield func(name, text string) bool) {
	for _, a := range pieces {
		if !yield(a, repeated(a)) {
			return
		}
	}
	for _, a := range pieces {
		for _, b := range pieces {
			halves := repeated(a)[:len(repeated(a))/2] + repeated(b)[:len(repeated(b))/2]
			if !yield(a+b, repeated(a+b)) || !yield(a+", then "+b, strings.ToValidUTF8(halves, "")) {
				return
			}
		}
	}
}

func repeated(s string) string {
	return string([]rune(strings.Repeat(s, longest/len([]rune(s))+1))[:longest])
}

func TestTreesAreBounded(t *testing.T) {
	left := 3 * len(pieces) // all take minutes
	for name, text := range hostile {
		if left--; left < 0 {
			break
		}
		tree := Parse(text)
		if size := len(tree.AppendJSON(nil)); size > 12*longest {
			t.Errorf("the tree of %q, repeated, has %d bytes", name, size)
		}
		if n := countOf(tree); n > maxNodes {
			t.Errorf("the tree of %q, repeated, has %d nodes", name, n)
		}
		if depth := depthOf(tree); depth > 4*maxDepth {
			t.Errorf("the tree of %q, repeated, is %d deep", name, depth)
		}
	}
}

// BenchmarkHostile tells the longest that any such text takes; one run of it is enough.
func BenchmarkHostile(b *testing.B) {
	worst, of := int64(0), ""
	for b.Loop() {
		for name, text := range hostile {
			if took := cost(text); took > worst {
				worst, of = took, name
			}
		}
	}
	b.ReportMetric(float64(worst)/1e6, "ms/worst")
	b.Logf("the worst is %q", of)
}

// cost is the shortest of a few times that a text takes, in nanoseconds.
func cost(text string) int64 {
	shortest := time.Hour
	for range 5 {
		start := time.Now()
		Parse(text)
		shortest = min(shortest, time.Since(start))
	}
	return shortest.Nanoseconds()
}

func countOf(nodes []Node) (n int) {
	for _, each := range nodes {
		if each.Type != Text && each.Type != Token {
			n++
		}
		n += countOf(each.Children)
	}
	return n
}

func depthOf(nodes []Node) (depth int) {
	for _, each := range nodes {
		depth = max(depth, 1+depthOf(each.Children))
	}
	return depth
}
