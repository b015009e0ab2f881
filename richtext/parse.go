package richtext

import "plainchat/chat"

// Parse returns the tree of a text, or nil for a plain one: without marks, and not of emoji alone.
// It may be called concurrently.
func Parse(text string) Tree {
	if mayBeEmoji(text) {
		if big := bigEmoji(text); big != nil {
			return big
		}
	}
	if isPlain(text) {
		return nil
	}
	return markdown(text)
}

// AppendEvent appends the wire form of an event, with the tree of its text as the member "body", if
// it has one.
func AppendEvent(dst []byte, ev chat.Event) []byte {
	return AppendBody(ev.AppendJSON(dst), Parse(ev.Text()))
}

// AppendBody adds a tree to the JSON object that ends dst, as the member "body"; nothing for nil.
func AppendBody(dst []byte, t Tree) []byte {
	if t == nil {
		return dst
	}
	dst = append(dst[:len(dst)-len("}")], `,"body":`...)
	return append(t.AppendJSON(dst), '}')
}
