package richtext

import (
	"unicode"
	"unicode/utf8"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"

	"plainchat/chat"
)

func spanParsers() []util.PrioritizedValue {
	return []util.PrioritizedValue{
		util.Prioritized(codes{parser.NewCodeSpanParser()}, 100),
		util.Prioritized(links{parser.NewLinkParser()}, 200),
		util.Prioritized(parser.NewAutoLinkParser(), 300),
		util.Prioritized(addresses{}, 400),
		util.Prioritized(emphasis{parser.NewEmphasisParser()}, 500),
		util.Prioritized(strikes{extension.NewStrikethroughParser()}, 500),
	}
}

// done is a span that is in the form of the tree already.
type done struct {
	ast.BaseInline
	node Node
}

var kindDone = ast.NewNodeKind("Done")

func (*done) Kind() ast.NodeKind { return kindDone }
func (*done) Dump([]byte, int)   {}
func newDone(node Node) *done    { return &done{node: node} }
func shown(s string) []Node      { return []Node{{Value: s}} }

// What there may be so much of in a text.
var (
	delimiters = budget{parser.NewContextKey(), maxDelimiters}
	brackets   = budget{parser.NewContextKey(), maxBrackets}
	mentions   = budget{parser.NewContextKey(), maxMentions}
	steps      = budget{parser.NewContextKey(), maxSteps}
)

type budget struct {
	key  parser.ContextKey
	most int
}

// spend takes some, and reports whether there was any left.
func (b budget) spend(pc parser.Context, some int) bool {
	spent, _ := pc.Get(b.key).(int)
	pc.Set(b.key, spent+some)
	return spent < b.most
}

// links leaves images out, and links that lead elsewhere than to the schemes, or have a title.
type links struct{ parser.InlineParser }

func (links) Trigger() []byte { return []byte{'[', ']'} }

// CloseBlock implements parser.CloseBlocker.
func (l links) CloseBlock(parent ast.Node, block text.Reader, pc parser.Context) {
	l.InlineParser.(parser.CloseBlocker).CloseBlock(parent, block, pc)
}

func (l links) Parse(parent ast.Node, block text.Reader, pc parser.Context) ast.Node {
	_, start := block.Position()
	if block.Peek() == '[' && !brackets.spend(pc, 1) {
		return nil
	}
	node := l.InlineParser.Parse(parent, block, pc)
	link, ok := node.(*ast.Link)
	if !ok {
		return node
	}
	if address := linkAddress(unescapeAddress(link.Destination)); address != "" && link.Title == nil && link.FirstChild() != nil {
		link.Destination = []byte(address)
		return link
	}
	_, end := block.Position()
	return asTyped(link, string(block.Source()[start.Start:end.Start]))
}

// typed is what would be a link.
type typed struct {
	ast.BaseInline
	after string // from the bracket that closes its text on
}

var kindTyped = ast.NewNodeKind("Typed")

func (*typed) Kind() ast.NodeKind { return kindTyped }
func (*typed) Dump([]byte, int)   {}

func asTyped(link ast.Node, after string) ast.Node {
	t := &typed{after: after}
	for child := link.FirstChild(); child != nil; child = link.FirstChild() {
		t.AppendChild(t, child)
	}
	return t
}

// unescapeAddress takes out the backslashes that stand before punctuation.
func unescapeAddress(address []byte) string { return string(util.UnescapePunctuations(address)) }

// addresses finds bare addresses and mentions by a character in the middle or at the beginning.
type addresses struct{}

func (addresses) Trigger() []byte { return []byte{':', '.', '@'} }

func (addresses) Parse(parent ast.Node, block text.Reader, pc parser.Context) ast.Node {
	line, segment := block.PeekLine()
	found, looked := find(textBefore(parent, block.Source(), segment.Start), line, steps.spend(pc, 0))
	steps.spend(pc, looked)
	if found.size == 0 && line[0] == '@' && mentions.spend(pc, 1) {
		found = mention(block.PrecendingCharacter(), string(line[:min(len(line), maxName)]))
	}
	if found.size == 0 {
		return nil
	}
	if found.back > 0 {
		last := parent.LastChild().(*ast.Text)
		last.Segment = last.Segment.WithStop(last.Segment.Stop - found.back)
	}
	block.Advance(found.size)
	return newDone(found.node)
}

// textBefore returns the text directly before a place, as far as it is in the same line and without
// marks.
func textBefore(parent ast.Node, source []byte, place int) []byte {
	last, ok := parent.LastChild().(*ast.Text)
	if !ok || last.Segment.Stop != place || last.SoftLineBreak() || last.HardLineBreak() {
		return nil
	}
	return source[max(last.Segment.Start, place-maxName):place]
}

func mention(before rune, line string) (m found) {
	if name, size := chat.QuotedMentionAt(before, line[1:]); size > 0 {
		return found{node: Node{Type: Mention, Value: string(name), Children: shown("@" + string(name))}, size: 1 + size}
	}
	end := len(line)
	for i := 1; i < len(line); i++ {
		if c := line[i]; c < utf8.RuneSelf && isAroundMention[c] {
			end = i
			break
		}
	}
	name, size := chat.MentionAt(before, line[1:end])
	if size == 0 {
		return m
	}
	m.node = Node{Type: Mention, Value: string(name), Children: shown(line[:1+size])}
	m.size = 1 + size
	return m
}

// isAroundMention has the marks that end a mention.
var isAroundMention = [utf8.RuneSelf]bool{'*': true, '~': true, '`': true, '[': true, ']': true, '(': true, ')': true, '<': true, '>': true}

// emphasis adapts the rules of CommonMark for which asterisks open and close.
type emphasis struct{ parser.InlineParser }

func (e emphasis) Parse(parent ast.Node, block text.Reader, pc parser.Context) ast.Node {
	if !delimiters.spend(pc, 1) {
		return nil
	}
	before := block.PrecendingCharacter()
	line, _ := block.PeekLine()
	d, ok := e.InlineParser.Parse(parent, block, pc).(*parser.Delimiter)
	if !ok {
		return nil
	}
	if d.Char == '*' {
		after, _ := utf8.DecodeRune(line[d.OriginalLength:])
		d.CanOpen, d.CanClose = asterisks(before, after, d.CanOpen, d.CanClose)
	}
	return d
}

// asterisks tells whether asterisks between two characters open or close emphasis. Next to a letter
// of a script without spaces between words, or with particles after them, it is as next to
// punctuation.
func asterisks(before, after rune, opens, closes bool) (canOpen, canClose bool) {
	if before < utf8.RuneSelf && after < utf8.RuneSelf && isWordRune(before) && isWordRune(after) {
		return false, false
	}
	return opens || isEastAsian(before) && !unicode.IsSpace(after) && after != utf8.RuneError,
		closes || isEastAsian(after) && !unicode.IsSpace(before)
}

func isEastAsian(r rune) bool {
	return unicode.In(r, unicode.Hangul, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Bopomofo)
}

// strikes takes two tildes alone, and none that follow a letter or digit to open.
type strikes struct{ parser.InlineParser }

func (s strikes) Parse(parent ast.Node, block text.Reader, pc parser.Context) ast.Node {
	if !delimiters.spend(pc, 1) {
		return nil
	}
	before := block.PrecendingCharacter()
	line, _ := block.PeekLine()
	if len(line) < 2 || line[1] != '~' || len(line) > 2 && line[2] == '~' {
		return nil
	}
	d, ok := s.InlineParser.Parse(parent, block, pc).(*parser.Delimiter)
	if !ok {
		return nil
	}
	d.CanOpen = d.CanOpen && !isWordRune(before)
	return d
}
