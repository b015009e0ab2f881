package handlers

import "plainchat/chat"

// messageMarkup is how many bytes a message takes on a page beside its name and its text,
// at the most.
const messageMarkup = 640

// htmlSize is about how many bytes an event takes on a page.
func htmlSize(ev chat.Event) int {
	return messageMarkup + len(ev.Key) + escapedSize(string(ev.From.Name)) + escapedSize(ev.Text())
}

// escapedSize is how long html/template makes a text.
func escapedSize(s string) int {
	size := len(s)
	for i := range len(s) {
		switch s[i] {
		case '"', '\'', '&', '+':
			size += len("&#34;") - 1
		case '<', '>':
			size += len("&lt;") - 1
		}
	}
	return size
}
