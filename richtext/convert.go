package richtext

import (
	"bytes"
	"regexp"
	"strconv"
	"strings"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
)

// commonMark is goldmark with the parsers of this package. It may be used concurrently.
var commonMark = parser.NewParser(parser.WithBlockParsers(blockParsers()...), parser.WithInlineParsers(spanParsers()...))

// markdown returns the tree of a text that may have marks, or nil if it has none.
func markdown(typed string) Tree {
	source := []byte(typed)
	c := converter{source: source}
	document := commonMark.Parse(text.NewReader(source))
	tree := Tree(c.document(document))
	if len(tree) == 0 || len(tree) == 1 && tree[0].Type == Paragraph && isTyped(tree[0].Children, typed) {
		return nil
	}
	return tree
}

// isTyped reports whether spans say what was typed, and no more.
func isTyped(spans []Node, typed string) bool {
	return len(spans) == 1 && spans[0].Type == Text && withoutSpace(spans[0].Value) == withoutSpace(typed)
}

func withoutSpace(s string) string { return strings.Join(strings.Fields(s), "") }

// converter makes a tree of goldmark's.
type converter struct {
	source      []byte
	nodes       int // that were made
	highlighted int // bytes of code
}

// document converts the blocks of a text. From the one on with which there would be too many nodes,
// the text stays as it was typed.
func (c *converter) document(document ast.Node) []Node {
	var done []Node
	for first := document.FirstChild(); first != nil; {
		next := afterParagraphs(first)
		blocks := c.blocks(first, next)
		if c.nodes >= maxNodes {
			rest := string(bytes.TrimRight(c.source[lineStart(c.source, startOf(first)):], " \t\r\n"))
			return append(done, Node{Type: Paragraph, Children: shown(rest)})
		}
		done, first = append(done, blocks...), next
	}
	return done
}

// afterParagraphs returns the block that follows one, or a run of paragraphs.
func afterParagraphs(block ast.Node) ast.Node {
	if !isParagraph(block) {
		return block.NextSibling()
	}
	for block != nil && isParagraph(block) {
		block = block.NextSibling()
	}
	return block
}

func isParagraph(block ast.Node) bool {
	return block.Kind() == ast.KindParagraph || block.Kind() == ast.KindTextBlock
}

func startOf(block ast.Node) int {
	if isParagraph(block) {
		return block.Lines().At(0).Start
	}
	return block.Pos()
}

func lineStart(source []byte, place int) int { return bytes.LastIndexByte(source[:place], '\n') + 1 }

// blocks converts the blocks from one up to another, or the last. A run of paragraphs is one, with
// the empty lines between them.
func (c *converter) blocks(first, end ast.Node) (done []Node) {
	for block := first; block != nil && block != end; {
		next := afterParagraphs(block)
		switch b := block.(type) {
		case *ast.FencedCodeBlock:
			done = append(done, c.fence(b))
		case *ast.Blockquote:
			done = append(done, c.made(Node{Type: Quote, Children: c.blocks(b.FirstChild(), nil)}))
		case *ast.List:
			done = append(done, c.list(b)...)
		default:
			done = append(done, c.paragraphs(block, next)...)
		}
		block = next
	}
	return done
}

// made counts a node.
func (c *converter) made(n Node) Node {
	c.nodes++
	return n
}

// list converts a list. Where the numbers do not count up by one, another list begins, so that each
// is shown as it was typed.
func (c *converter) list(list *ast.List) (lists []Node) {
	expected := 0
	for item := list.FirstChild(); item != nil; item = item.NextSibling() {
		number := 0
		if list.IsOrdered() {
			number = c.number(item)
		}
		if lists == nil || list.IsOrdered() && number != expected {
			next := Node{Type: Bullets}
			if list.IsOrdered() {
				next = Node{Type: Numbers, Start: number}
			}
			lists = append(lists, c.made(next))
		}
		last := &lists[len(lists)-1]
		last.Children = append(last.Children, c.made(Node{Type: Item, Children: c.blocks(item.FirstChild(), nil)}))
		expected = number + 1
	}
	return lists
}

// number returns the number of a list's item.
func (c *converter) number(item ast.Node) int {
	digits := c.source[item.Pos():]
	end := 0
	for end < len(digits) && isDigit(digits[end]) {
		end++
	}
	number, _ := strconv.Atoi(string(digits[:end])) // at most nine digits
	return number
}

var closingFence = regexp.MustCompile("^[> \t]*(?:`{3,}|~{3,})[ \t]*(?:\n|$)")

func (c *converter) fence(block *ast.FencedCodeBlock) Node {
	lines := block.Lines()
	var code strings.Builder
	end := 0
	for i := range lines.Len() {
		line := lines.At(i)
		code.Write(line.Value(c.source))
		end = line.Stop
	}
	said := strings.TrimSuffix(code.String(), "\n")
	if !closingFence.Match(c.source[end:]) { // perhaps it was typed after the last line
		said = strings.TrimSuffix(said, "```")
	}
	return c.code(string(block.Language(c.source)), strings.TrimSuffix(said, "\n"))
}

// code returns a block of code in a language, highlighted if it is known.
func (c *converter) code(language, code string) Node {
	c.highlighted += len(code)
	pre := c.made(Node{Type: Pre, Value: language})
	if c.highlighted <= maxHighlighted {
		pre.Children = highlight(language, code)
	} else {
		pre.Children = shown(code)
	}
	return pre
}

// paragraphs converts a run of paragraphs. Code of several lines in it becomes a block.
func (c *converter) paragraphs(first, end ast.Node) []Node {
	out := flow{converter: c}
	for block := first; block != end; block = block.NextSibling() {
		if block != first {
			out.text(strings.Repeat("\n", bytes.Count(c.source[endOf(block.PreviousSibling()):startOf(block)], []byte("\n"))))
		}
		for span := block.FirstChild(); span != nil; span = span.NextSibling() {
			if code, ok := span.(*ast.CodeSpan); ok && c.isBlock(code) {
				out.block(c.codeBlock(code))
			} else {
				out.convert(span, 1)
			}
		}
	}
	return out.end()
}

func endOf(paragraph ast.Node) int {
	lines := paragraph.Lines()
	return lines.At(lines.Len() - 1).Stop
}
