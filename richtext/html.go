package richtext

import (
	"html"
	"html/template"
	"strconv"
	"strings"
)

// HTML returns a tree as markup, of these elements alone and with all that was typed escaped.
// static/js/body.js makes the same elements; there are no spaces between them, since those would
// be shown.
func (t Tree) HTML() template.HTML {
	return template.HTML(appendMarkup(nil, t)) // #nosec G203 -- every text and attribute passes escape
}

// elements are what the types are in HTML, where that is one element without attributes.
var elements = [...]string{
	Paragraph: "p", Quote: "blockquote", Bullets: "ul", Item: "li", Emphasis: "em", Strong: "strong",
	Strike: "del", Code: "code",
}

func appendMarkup(dst []byte, nodes []Node) []byte {
	for i := range nodes {
		dst = nodes[i].appendMarkup(dst)
	}
	return dst
}

func (n *Node) appendMarkup(dst []byte) []byte {
	switch n.Type {
	case Text:
		return append(dst, escape(n.Value)...)
	case Pre: // is reached by keyboard, to be scrolled
		return n.enclose(dst, `<pre tabindex="0"><code>`, "</code></pre>")
	case Numbers:
		return n.enclose(dst, `<ol start="`+strconv.Itoa(n.Start)+`">`, "</ol>")
	case Link:
		dst = n.enclose(dst, `<a href="`+escape(n.Value)+`" target="_blank" rel="noopener noreferrer nofollow">`, "</a>")
		if n.Host != "" {
			dst = append(dst, ` <span class="host">(`+escape(n.Host)+`)</span>`...)
		}
		return dst
	case Mention:
		return n.enclose(dst, `<span class="mention">`, "</span>")
	case Token:
		return n.enclose(dst, `<span class="code-`+n.Value+`">`, "</span>")
	}
	tag := elements[n.Type]
	if n.Big {
		return n.enclose(dst, "<"+tag+` class="big">`, "</"+tag+">")
	}
	return n.enclose(dst, "<"+tag+">", "</"+tag+">")
}

// enclose appends the children between two tags.
func (n *Node) enclose(dst []byte, begin, end string) []byte {
	return append(appendMarkup(append(dst, begin...), n.Children), end...)
}

// escape also keeps a lone CR, which HTML would read as LF.
func escape(s string) string {
	s = html.EscapeString(s)
	if strings.Contains(s, "\r") {
		s = strings.ReplaceAll(s, "\r", "&#13;")
	}
	return s
}
