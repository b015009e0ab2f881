package handlers

import (
	"encoding/json"
	"net/url"
	"time"

	"plainchat/chat"
	"plainchat/views"
)

// groupWithin is how long after the first of a group the messages of the same person
// still belong to it, under one name. The page's script is told, so as to do the same.
const groupWithin = 5 * time.Minute

// nameHues is how many colours the names are spread over; message.css has them.
const nameHues = 8

// messageView is one message on a page.
type messageView struct {
	ID, ClientID   string
	Seq            uint64
	UserName, Text string
	Hue            int    // which of the colours the name has
	Time           string // as on the wire
	ShortTime      string // as it is read without the script, which knows the reader's time zone
	FullTime       string
	Own            bool // said by the reader
	Continued      bool // belongs to the group of the message before

	Edited     string // when, as on the wire; empty if it never was
	FullEdited string
	Deleted    bool // then there is no text, and nothing of what follows
	Pinned     bool
	ReplyTo    string       // the id of the message that it answers, or empty
	Quote      *views.Quote // of that; nil where it is gone
	Reactions  []reactionView

	Path    string // the room's
	Here    string // the address of the page, up to a further parameter
	Acting  bool   // its actions are shown
	Editing bool   // it is being edited
	Draft   string // the text to go on editing with
}

// pinView is an entry of the list of pinned messages.
type pinView struct {
	views.Quote
	Path string // the room's
}

// reactionView is an emoji under a message.
type reactionView struct {
	views.Reaction
	Address string // of the form that toggles it
}

// NamesJSON is the names for the script.
func (r reactionView) NamesJSON() (string, error) {
	names, err := json.Marshal(r.Names)
	return string(names), err
}

// chosen is what a reader without script is about to do to a message.
type chosen struct {
	Acting, Editing, ReplyTo string       // ids, or empty
	Draft                    string       // of the edit, if it was sent and refused
	Quote                    *views.Quote // of the message that is answered, or nil
}

// quickEmoji are offered under every message.
var quickEmoji = []string{"👍", "❤️", "😂", "🎉", "👀"}

// QuickEmoji are the emoji that the actions offer.
func (messageView) QuickEmoji() []string { return quickEmoji }

// Address is where what is done to the message goes.
func (m messageView) Address() string { return m.Path + "/messages/" + m.ID }

// Messages are those of History as the page shows them.
func (v roomView) Messages() []messageView {
	messages := make([]messageView, len(v.History))
	first := 0 // of the group
	for i := range v.History {
		m := &v.History[i]
		messages[i] = v.message(newMessageView(m))
		if messages[i].Continued = i > 0 && continues(&v.History[first], &v.History[i-1], m); !messages[i].Continued {
			first = i
		}
	}
	return messages
}

// message adds to a message what depends on who reads it, and where.
func (v roomView) message(m messageView) messageView {
	m.Own = m.UserName == v.UserName && !v.NameTaken
	m.Path, m.Here = v.Path(), v.here()
	m.Acting = m.ID == v.Chosen.Acting && !m.Deleted
	m.Editing = m.ID == v.Chosen.Editing && !m.Deleted
	if m.Draft = m.Text; m.Editing && v.Chosen.Draft != "" {
		m.Draft = v.Chosen.Draft
	}
	for i := range m.Reactions {
		m.Reactions[i].Address = m.Address() + "/react"
	}
	return m
}

// here begins the addresses of the same page with something chosen.
func (v roomView) here() string {
	if v.Before != "" {
		return "?" + url.Values{"before": {v.Before}}.Encode() + "&"
	}
	return "?"
}

// Blank is the message that the script copies and fills.
func (v roomView) Blank() messageView { return messageView{Path: v.Path(), Here: v.here()} }

// BlankPin is the entry of the list of pins that the script copies and fills.
func (v roomView) BlankPin() pinView { return pinView{Path: v.Path()} }

// Parts is a message with all that few messages have, for the script to copy from.
func (v roomView) Parts() messageView {
	return messageView{
		Path: v.Path(), Here: v.here(), Edited: "-", Pinned: true, ReplyTo: "-",
		Reactions: []reactionView{{}}, Acting: true, Editing: true, Own: true,
	}
}

func newMessageView(m *views.Message) messageView {
	t := m.Time.UTC()
	view := messageView{
		ID: m.ID.String(), ClientID: m.Key, Seq: m.ID.Seq,
		UserName: string(m.From.Name), Text: m.Text(), Hue: hue(m.From.Name),
		Time:      chat.FormatTime(t),
		ShortTime: t.Format("15:04 UTC"),
		FullTime:  t.Format(fullTime),
		Quote:     m.Quote, Deleted: m.Deleted, Pinned: m.Pinned,
	}
	if target := m.Body.Target(); target != 0 {
		view.ReplyTo = chat.ID{Epoch: m.ID.Epoch, Seq: target}.String()
	}
	if !m.Edited.IsZero() {
		view.Edited, view.FullEdited = chat.FormatTime(m.Edited), m.Edited.UTC().Format(fullTime)
	}
	for _, r := range m.Reactions {
		view.Reactions = append(view.Reactions, reactionView{Reaction: r})
	}
	return view
}

// fullTime is how a time is written where there is room.
const fullTime = "Monday, 2 January 2006, 15:04:05 UTC"

// continues reports whether a message belongs to the group that begins with first and ends
// with prev so far. A clock that went back ends a group. grouping.js has the same.
func continues(first, prev, next *views.Message) bool {
	return prev.From.Name == next.From.Name && !next.Time.Before(prev.Time) && next.Time.Sub(first.Time) < groupWithin
}

func hue(name chat.Name) int {
	sum := 0
	for _, r := range name {
		sum += int(r)
	}
	return sum % nameHues
}
