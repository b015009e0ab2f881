package richtext

import "strings"

// Plain returns what a text says, of which this is the tree, without the marks in it.
func (t Tree) Plain(text string) string {
	if t == nil {
		return text
	}
	var b strings.Builder
	writeText(&b, t)
	return strings.TrimSuffix(b.String(), "\n")
}

// writeText writes what nodes say, each block on lines of its own.
func writeText(b *strings.Builder, nodes []Node) {
	for i := range nodes {
		switch n := &nodes[i]; n.Type {
		case Text:
			b.WriteString(n.Value)
		case Paragraph, Pre:
			writeText(b, n.Children)
			b.WriteByte('\n')
		default:
			writeText(b, n.Children)
		}
	}
}
