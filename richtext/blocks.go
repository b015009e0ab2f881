package richtext

import (
	"bytes"
	"regexp"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

// The parsers of blocks are those of goldmark with the rules of a chat. What a parser does not open
// stays in a paragraph.

func blockParsers() []util.PrioritizedValue {
	return []util.PrioritizedValue{
		util.Prioritized(lists{parser.NewListParser()}, 300),
		util.Prioritized(parser.NewListItemParser(), 400),
		util.Prioritized(fences{parser.NewFencedCodeBlockParser()}, 700),
		util.Prioritized(quotes{parser.NewBlockquoteParser()}, 800),
		util.Prioritized(paragraphs{parser.NewParagraphParser()}, 1000),
	}
}

// paragraphs keeps the spaces that lines begin with, be they four or more.
type paragraphs struct{ parser.BlockParser }

// Open implements parser.BlockParser. In CommonMark a line without the mark of its quote or list
// continues the paragraph in there; here it begins another paragraph outside.
func (p paragraphs) Open(parent ast.Node, reader text.Reader, pc parser.Context) (ast.Node, parser.State) {
	if isIn(pc, parent) {
		return nil, parser.NoChildren
	}
	return p.BlockParser.Open(parent, reader, pc)
}

// isIn reports whether a line of a parent continues a paragraph.
func isIn(pc parser.Context, parent ast.Node) bool {
	last := pc.LastOpenedBlock().Node
	return last != nil && ast.IsParagraph(last) && last.Parent() == parent
}

func (paragraphs) CanInterruptParagraph() bool { return true }
func (paragraphs) CanAcceptIndentedLine() bool { return true }

// Close implements parser.BlockParser.
func (paragraphs) Close(node ast.Node, reader text.Reader, _ parser.Context) {
	lines := node.Lines()
	last := lines.At(lines.Len() - 1)
	lines.Set(lines.Len()-1, last.TrimRightSpace(reader.Source()))
}

type quotes struct{ parser.BlockParser }

func (q quotes) Open(parent ast.Node, reader text.Reader, pc parser.Context) (ast.Node, parser.State) {
	line, _ := reader.PeekLine()
	if isDeep(parent) || util.IsBlank(bytes.TrimLeft(line, "> \t")) {
		return nil, parser.NoChildren
	}
	return q.BlockParser.Open(parent, reader, pc)
}

type lists struct{ parser.BlockParser }

// listMark matches what a line of a list begins with. There is something after it, which is no
// such mark: a date (2026. 11. 28.), or a rule (* * *).
var listMark = regexp.MustCompile(`^[ \t]*(?:[-+*]|\d{1,3}[.)])[ \t]+`)

func (l lists) Open(parent ast.Node, reader text.Reader, pc parser.Context) (ast.Node, parser.State) {
	line, _ := reader.PeekLine()
	node, state := l.BlockParser.Open(parent, reader, pc) // to be asked each time, as it takes notes
	mark := listMark.Find(line)
	if node == nil || mark == nil || isDeep(parent) || util.IsBlank(line[len(mark):]) || isMarkAgain(line[len(mark):]) {
		return nil, parser.NoChildren
	}
	return node, state
}

var secondMark = regexp.MustCompile(`^(?:[-+*]|\d{1,3}[.)])(?:\s|$)`)

func isMarkAgain(line []byte) bool { return secondMark.Match(line) }

// isDeep reports whether no list or quote may begin in a block.
func isDeep(block ast.Node) bool {
	depth := 0
	for ; block != nil; block = block.Parent() {
		if kind := block.Kind(); kind == ast.KindBlockquote || kind == ast.KindList {
			depth++
		}
	}
	return depth >= maxDepth
}

type fences struct{ parser.BlockParser }

// language matches what may stand after an opening fence.
var language = regexp.MustCompile(`^[\w+#./-]{0,32}$`)

// Open implements parser.BlockParser. What stands after a fence and names no language would be lost.
// A fence may also end code that begins within a line; and one without code is no mark.
func (f fences) Open(parent ast.Node, reader text.Reader, pc parser.Context) (ast.Node, parser.State) {
	line, segment := reader.PeekLine()
	fence := bytes.TrimLeft(line, " ")
	info := bytes.TrimSpace(bytes.TrimLeft(fence, "`~"))
	if !language.Match(info) || isEmptyFrom(reader.Source()[segment.Stop:], fence[:1]) || isIn(pc, parent) && fence[0] == '`' && hasOpenCode(pc, reader.Source()) {
		return nil, parser.NoChildren
	}
	return f.BlockParser.Open(parent, reader, pc)
}

// isEmptyFrom reports whether there is no code after an opening fence.
func isEmptyFrom(source, fence []byte) bool {
	source = bytes.TrimLeft(source, "\n\r \t")
	return len(source) == 0 || bytes.HasPrefix(source, bytes.Repeat(fence, 3))
}

// maxOpenCode is how many lines code has at most that begins within a line.
const maxOpenCode = 30

// hasOpenCode reports whether the paragraph that is open has a row of backticks for code that is
// not closed.
func hasOpenCode(pc parser.Context, source []byte) bool {
	lines, rows := pc.LastOpenedBlock().Node.Lines(), 0
	for i := max(0, lines.Len()-maxOpenCode); i < lines.Len(); i++ {
		line := lines.At(i)
		rows += bytes.Count(line.Value(source), []byte("```"))
	}
	return rows%2 == 1
}
