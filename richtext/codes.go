package richtext

import (
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
)

// codes finds code between rows of backticks. goldmark looks for the closing row up to the end of the
// block, for each row anew; here that is done once for all rows of a length.
type codes struct{ parser.InlineParser }

var unclosedKey = parser.NewContextKey()

// unclosed has the lengths of rows that nothing closes from some place in a block on.
type unclosed struct {
	block   ast.Node
	lengths map[int]bool
}

func (c codes) Parse(parent ast.Node, block text.Reader, pc parser.Context) ast.Node {
	line, start := block.PeekLine()
	length := 0
	for length < len(line) && line[length] == '`' {
		length++
	}
	known, ok := pc.Get(unclosedKey).(unclosed)
	if !ok || known.block != parent {
		known = unclosed{parent, map[int]bool{}}
		pc.Set(unclosedKey, known)
	}
	if known.lengths[length] {
		block.Advance(length)
		return ast.NewTextSegment(start.WithStop(start.Start + length))
	}
	span := c.InlineParser.Parse(parent, block, pc)
	if _, isText := span.(*ast.Text); isText {
		known.lengths[length] = true
	}
	return span
}
