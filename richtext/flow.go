package richtext

import (
	"bytes"
	"strings"

	"github.com/yuin/goldmark/ast"
	extension "github.com/yuin/goldmark/extension/ast"
)

// flow gathers spans into paragraphs, with the blocks between them.
type flow struct {
	*converter
	done []Node // blocks
	open []Node // the spans of the paragraph that is open
	said []byte // the text that follows them
}

// text adds text to the paragraph, which becomes one with the text before it.
func (f *flow) text(s string) { f.said = append(f.said, s...) }

// span adds a span to the paragraph.
func (f *flow) span(n Node) { f.open = append(f.spans(), n) }

// spans returns the spans of the paragraph.
func (f *flow) spans() []Node {
	if len(f.said) > 0 {
		f.open = append(f.open, Node{Value: string(f.said)})
		f.said = f.said[:0]
	}
	return f.open
}

// block adds a block.
func (f *flow) block(block Node) {
	f.closeParagraph()
	f.done = append(f.done, block)
}

func (f *flow) closeParagraph() {
	f.open = f.spans()
	begins := "\n"
	if len(f.done) > 0 { // it begins within a line
		begins = " \n"
	}
	trimEdge(&f.open, 0, func(s string) string { return strings.TrimLeft(s, begins) })
	trimEdge(&f.open, len(f.open)-1, func(s string) string { return strings.TrimRight(s, " \t\n") })
	if len(f.open) > 0 {
		f.done = append(f.done, f.made(Node{Type: Paragraph, Children: f.open}))
	}
	f.open = nil
}

// trimEdge trims the text at one end of spans.
func trimEdge(spans *[]Node, at int, trim func(string) string) {
	if at < 0 || at >= len(*spans) || (*spans)[at].Type != Text {
		return
	}
	if (*spans)[at].Value = trim((*spans)[at].Value); (*spans)[at].Value == "" {
		*spans = append((*spans)[:at], (*spans)[at+1:]...)
	}
}

func (f *flow) end() []Node {
	f.closeParagraph()
	return f.done
}

// convert adds a span of goldmark, in a depth that begins with 1.
func (f *flow) convert(span ast.Node, depth int) {
	switch s := span.(type) {
	case *ast.Text:
		f.text(f.typed(s))
	case *done:
		f.add(s.node)
	case *ast.CodeSpan:
		f.codeSpan(s)
	case *ast.AutoLink:
		f.autoLink(s)
	case *typed:
		f.text("[")
		f.children(s, depth)
		f.text(s.after)
	case *ast.Emphasis:
		f.nest([]Type{Emphasis, Strong}[min(s.Level, 2)-1], s, depth)
	case *extension.Strikethrough:
		f.nest(Strike, s, depth)
	case *ast.Link:
		f.link(s, depth)
	}
}

func (f *flow) add(n Node) { f.span(f.made(n)) }

func (f *flow) children(span ast.Node, depth int) {
	for child := span.FirstChild(); child != nil; child = child.NextSibling() {
		f.convert(child, depth)
	}
}

// inside returns the spans in a span.
func (f *flow) inside(span ast.Node, depth int) []Node {
	inner := flow{converter: f.converter}
	inner.children(span, depth+1)
	return inner.spans()
}

// nest adds a span with what is in it; if that is too deep, what is in it alone.
func (f *flow) nest(t Type, span ast.Node, depth int) {
	if depth > maxDepth {
		f.children(span, depth)
		return
	}
	if inside := f.inside(span, depth); len(inside) > 0 {
		f.add(Node{Type: t, Children: inside})
	}
}

func (f *flow) link(link *ast.Link, depth int) {
	inside := withoutLinks(f.inside(link, depth))
	address := string(link.Destination)
	f.add(Node{Type: Link, Value: address, Host: hostToTell(address, plainText(inside)), Children: inside})
}

// withoutLinks puts in the place of links and mentions what is in them, as a link has none in it.
func withoutLinks(spans []Node) []Node {
	inner := flow{}
	for _, s := range spans {
		switch {
		case s.Type == Text:
			inner.text(s.Value)
		case s.Type == Link || s.Type == Mention:
			for _, child := range withoutLinks(s.Children) {
				if child.Type == Text {
					inner.text(child.Value)
				} else {
					inner.span(child)
				}
			}
		default:
			s.Children = withoutLinks(s.Children)
			inner.span(s)
		}
	}
	return inner.spans()
}

// plainText is what nodes say.
func plainText(nodes []Node) string {
	var text strings.Builder
	for _, n := range nodes {
		if n.Type == Text {
			text.WriteString(n.Value)
		} else {
			text.WriteString(plainText(n.Children))
		}
	}
	return text.String()
}

// autoLink adds what is in angle brackets.
func (f *flow) autoLink(link *ast.AutoLink) {
	shown, address := string(link.Label(f.source)), string(link.URL(f.source))
	if link.AutoLinkType == ast.AutoLinkEmail && !strings.HasPrefix(address, "mailto:") {
		address = "mailto:" + address
	}
	if address = linkAddress(address); address == "" {
		f.text("<" + shown + ">")
		return
	}
	f.add(linkTo(address, shown))
}

func (f *flow) codeSpan(span *ast.CodeSpan) {
	code := f.codeOf(span)
	if strings.TrimSpace(code) == "" {
		row := strings.Repeat("`", f.row(span))
		f.text(row + code + row)
		return
	}
	f.add(Node{Type: Code, Children: shown(code)})
}

// codeOf returns the code in a span, with its line breaks.
func (c *converter) codeOf(span *ast.CodeSpan) string {
	var code strings.Builder
	for child := span.FirstChild(); child != nil; child = child.NextSibling() {
		segment := child.(*ast.Text).Segment
		code.Write(segment.Value(c.source))
	}
	return code.String()
}

// row returns how many backticks a span of code begins with.
func (c *converter) row(span *ast.CodeSpan) int {
	marks := c.source[span.Pos():]
	return len(marks) - len(bytes.TrimLeft(marks, "`"))
}

// isBlock reports whether code within a paragraph has lines of its own.
func (c *converter) isBlock(span *ast.CodeSpan) bool {
	code := c.codeOf(span)
	return c.row(span) >= 3 && strings.Contains(code, "\n") && strings.TrimSpace(code) != ""
}

// codeBlock returns such code as a block. The first line may name the language.
func (c *converter) codeBlock(span *ast.CodeSpan) Node {
	code := c.codeOf(span)
	named, rest, _ := strings.Cut(code, "\n")
	if !language.MatchString(named) || languages[strings.ToLower(named)] == nil {
		named, rest = "", code
	}
	return c.code(named, strings.Trim(rest, "\n"))
}

// shrug has a backslash that is an arm.
const shrug = `\_(ツ)`

// typed returns a text without the backslashes by which marks were made none, and with the line break
// that follows it.
func (c *converter) typed(t *ast.Text) string {
	segment := t.Segment
	said := segment.Value(c.source)
	if bytes.IndexByte(said, '\\') >= 0 {
		said = unescape(said, segment.Start == lineStart(c.source, segment.Start))
	}
	switch {
	case t.HardLineBreak() && segment.Stop < len(c.source) && c.source[segment.Stop] == '\\':
		return string(said) + "\\\n" // a command goes on in the next line
	case t.SoftLineBreak() || t.HardLineBreak():
		return string(said) + "\n"
	}
	return string(said)
}

func unescape(said []byte, beginsLine bool) []byte {
	kept := make([]byte, 0, len(said))
	for i := 0; i < len(said); i++ {
		if said[i] != '\\' || i+1 == len(said) {
			kept = append(kept, said[i])
			continue
		}
		marks := "*_~`@"
		if beginsLine {
			marks += marksAfter(said[:i])
		}
		if strings.IndexByte(marks, said[i+1]) < 0 || bytes.HasPrefix(said[i:], []byte(shrug)) {
			kept = append(kept, said[i])
		}
		kept = append(kept, said[i+1])
		i++
	}
	return kept
}

// marksAfter returns the marks that begin a list or a quote after the beginning of a line.
func marksAfter(start []byte) string {
	switch rest := bytes.TrimLeft(start, " "); {
	case len(rest) == 0:
		return ">-+"
	case len(bytes.TrimLeft(rest, "0123456789")) == 0:
		return ".)"
	}
	return ""
}
