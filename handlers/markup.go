package handlers

import "plainchat/views"

// messageMarkup is how many bytes a message takes on a page beside its name and its text,
// at the most.
const messageMarkup = 640

// changeMarkup is how many bytes each of what a plain message does not have takes beside its
// names and its text: that it is edited, pinned, answered or deleted, a quote, a reaction.
const changeMarkup = 512

// nameMarkup is how many bytes a name of a reaction takes beside itself.
const nameMarkup = len(`, `)

// htmlSize is about how many bytes a message takes on a page: once for people, once for the script.
func htmlSize(m *views.Message) int {
	size := messageMarkup + formatScript.size(m) + escapedSize(string(m.From.Name)) + escapedSize(m.Text())
	if tree := m.Tree(); tree != nil {
		size += len(tree.HTML())
	}
	if !m.IsPlain() {
		size += changeMarkup + changesSize(m)
	}
	return size
}

func changesSize(m *views.Message) (size int) {
	path := len(m.Room.Path())
	if q := m.Quote; q != nil {
		size += changeMarkup + path + escapedSize(string(q.From)) + escapedSize(q.Text)
	}
	if q := m.Ask; q != nil {
		size += changeMarkup + path + escapedSize(q.From) + escapedSize(q.Default) + escapedSize(q.Choice) + escapedSize(string(q.By))
		for _, choice := range q.List() {
			size += changeMarkup + 2*escapedSize(choice)
		}
		for _, vote := range q.Votes {
			for _, name := range vote.Names {
				size += nameMarkup + escapedSize(name)
			}
		}
	}
	for _, r := range m.Reactions {
		size += changeMarkup + path
		for _, name := range r.Names {
			size += nameMarkup + escapedSize(name)
		}
	}
	return size
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
