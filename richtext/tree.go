package richtext

import (
	"strconv"
	"unsafe"

	"plainchat/chat"
)

// Tree is a text as blocks: Paragraph, Pre, Quote, Bullets, Numbers. It must not be changed.
type Tree []Node

// Type is what a Node is.
type Type uint8

// The types, with what a node of each has beside its children.
const (
	Text      Type = iota // Value is what it says; it has no children
	Paragraph             // of spans; Big if it is nothing but a few emoji
	Pre                   // of Text and Token; Value is the language that was named, or empty
	Quote                 // of blocks
	Bullets               // of Item
	Numbers               // of Item; Start is the number of the first
	Item                  // of blocks
	Emphasis              // of spans, as the next two
	Strong
	Strike
	Code    // of one Text
	Link    // of spans but links; Value is the address, Host where it leads if that must be told
	Mention // of one Text; Value is the name, which may go on in the Text that follows
	Token   // of one Text; Value is the class: see highlight.go
)

// names are the types on the wire.
var names = [...]string{
	Paragraph: "p", Pre: "pre", Quote: "quote", Bullets: "ul", Numbers: "ol", Item: "li", Emphasis: "em",
	Strong: "strong", Strike: "del", Code: "code", Link: "a", Mention: "mention", Token: "s",
}

// attributes are the members of the wire form that have a node's Value.
var attributes = [...]string{Pre: "lang", Link: "href", Mention: "name", Token: "k"}

// Node is a block, a span or a text.
type Node struct {
	Type     Type
	Big      bool
	Start    int
	Value    string
	Host     string
	Children []Node
}

// Memory returns about how many bytes a tree takes, beside the text itself.
func (t Tree) Memory() (size int) {
	for i := range t {
		size += int(unsafe.Sizeof(Node{})) + Tree(t[i].Children).Memory()
	}
	return size
}

// AppendJSON appends the wire form: an array of the blocks. A text is a string; all else is
// {"t":type,"c":[children]} with the members that it has.
func (t Tree) AppendJSON(dst []byte) []byte { return appendNodes(dst, t) }

func appendNodes(dst []byte, nodes []Node) []byte {
	dst = append(dst, '[')
	for i := range nodes {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = nodes[i].append(dst)
	}
	return append(dst, ']')
}

func (n *Node) append(dst []byte) []byte {
	if n.Type == Text {
		return chat.AppendQuoted(dst, n.Value)
	}
	dst = append(append(append(dst, `{"t":"`...), names[n.Type]...), '"')
	if n.Value != "" {
		dst = append(append(append(dst, `,"`...), attributes[n.Type]...), `":`...)
		dst = chat.AppendQuoted(dst, n.Value)
	}
	if n.Host != "" {
		dst = chat.AppendQuoted(append(dst, `,"host":`...), n.Host)
	}
	if n.Big {
		dst = append(dst, `,"big":true`...)
	}
	if n.Type == Numbers {
		dst = strconv.AppendInt(append(dst, `,"start":`...), int64(n.Start), 10)
	}
	return append(appendNodes(append(dst, `,"c":`...), n.Children), '}')
}
