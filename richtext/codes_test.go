package richtext

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

// TestCodesAreGoldmarks holds the spans of code against those that goldmark finds by itself.
func TestCodesAreGoldmarks(t *testing.T) {
	with := func(codes parser.InlineParser) parser.Parser {
		return parser.NewParser(parser.WithBlockParsers(blockParsers()...), parser.WithInlineParsers(util.Prioritized(codes, 100)))
	}
	ours, theirs := with(codes{parser.NewCodeSpanParser()}), with(parser.NewCodeSpanParser())
	random := rand.New(rand.NewPCG(1, 2))
	parts := []string{"`", "``", "```", "\\`", "a", " ", "\n", "\n\n", "> ", "- b\n"}
	found := 0
	for range 5000 {
		var typed strings.Builder
		for range random.IntN(30) {
			typed.WriteString(parts[random.IntN(len(parts))])
		}
		got, want := codesIn(ours, typed.String()), codesIn(theirs, typed.String())
		if !slices.Equal(got, want) {
			t.Fatalf("%q has the code %q, want %q", typed.String(), got, want)
		}
		found += len(want)
	}
	if found == 0 {
		t.Error("no text had code")
	}
}

func codesIn(p parser.Parser, typed string) (codes []string) {
	source := []byte(typed)
	_ = ast.Walk(p.Parse(text.NewReader(source)), func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if span, ok := n.(*ast.CodeSpan); ok && entering {
			codes = append(codes, (&converter{source: source}).codeOf(span))
		}
		return ast.WalkContinue, nil
	})
	return codes
}
