package handlers

import (
	"html/template"
	"slices"
	"strings"
	"time"

	"plainchat/chat"
	"plainchat/views"
)

// messageView is one message on a page.
type messageView struct {
	ID, ClientID   string
	Seq            uint64
	UserName, Text string
	Body           template.HTML // the text with what its marks mean; empty where it has none
	Long           bool          // the text is folded
	Initials       string
	Hue            int       // which of the colours the name has
	At             time.Time // in UTC: the script alone knows the reader's time zone
	Time           string    // the same, as on the wire
	StartsDay      bool      // it is the first of its day
	Own            bool      // said by the reader
	Continued      bool      // belongs to the group of the message before

	Robot     bool      // written with a token, or by a hook
	Edited    time.Time // zero if it never was
	Status    chat.Status
	Versions  int      // how many texts it had before
	Ask       *askView // what it asks, or nil
	Deleted   bool     // then there is no text, and nothing of what follows
	Pinned    bool
	ReplyTo   string       // the id of the message that it answers, or empty
	Quote     *views.Quote // of that; nil where it is gone
	Reactions []reactionView
	Replies   int // how many messages answer it

	Path    string // the room's
	Back    string // the query of the thread that is shown, or empty
	Here    string // the address of the page, up to a further parameter
	Acting  bool   // its actions are shown
	Editing bool   // it is being edited
	Draft   string // the text to go on editing with

	Slot  string // on a page that can only grow, where it stands; else empty
	Again bool   // there it takes the place of an earlier row
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

// Sign is what the looks of its status go by, or empty.
func (m messageView) Sign() string { return statusSign(m.Status) }

// Marked reports whether something stands under it.
func (m messageView) Marked() bool { return !m.Edited.IsZero() || m.Pinned }

// ReplyAddress is the page on which the message is answered.
func (m messageView) ReplyAddress() string {
	if m.Back != "" {
		return m.Path + m.Back + "&reply=" + m.ID + "#composer"
	}
	return m.Path + "?reply=" + m.ID + "#composer"
}

// Rows are the messages of History as the page shows them. rows.js has the same rules, with the
// days of the reader's time zone.
func (v roomView) Rows() []messageView {
	rows := make([]messageView, len(v.History))
	var g grouping
	for i := range v.History {
		rows[i] = v.message(newMessageView(&v.History[i]))
		rows[i].StartsDay, rows[i].Continued = g.next(&v.History[i])
	}
	return rows
}

// HistoryJSON is the messages of History for the script.
func (v roomView) HistoryJSON() (template.JS, error) {
	var list strings.Builder
	err := formatScript.write(&list, slices.Clone(v.History))
	return template.JS(list.String()), err // #nosec G203 -- JSON made by us, in which nothing ends the element
}

// message adds to a message what depends on who reads it, and where.
func (v roomView) message(m messageView) messageView {
	m.Own = m.UserName == v.UserName && !v.NameTaken || slices.Contains(v.OwnNames, chat.Name(m.UserName))
	m.Path, m.Back, m.Here = v.Path(), v.Back(), v.here()
	if m.ReplyTo == v.Thread { // which stands above it
		m.ReplyTo = ""
	}
	m.Acting = m.ID == v.Chosen.Acting && !m.Deleted
	m.Editing = m.ID == v.Chosen.Editing && !m.Deleted
	if m.Draft = m.Text; m.Editing && v.Chosen.Draft != "" {
		m.Draft = v.Chosen.Draft
	}
	if m.Ask != nil {
		m.Ask.Address = m.Path + "/asks/" + m.ID + "/answer" + m.Back
		m.Ask.Shut = !v.mayAnswer(m.Ask.asked)
	}
	for i := range m.Reactions {
		m.Reactions[i].Address = m.Address() + "/react" + m.Back
	}
	return m
}

// here begins the addresses of the same page with something chosen.
func (v roomView) here() string {
	if v.Place != "" {
		return "?" + v.Place + "&"
	}
	return "?"
}

// Blank is the message that the script copies and fills.
func (v roomView) Blank() messageView {
	return messageView{Path: v.Path(), Back: v.Back(), Here: v.here()}
}

// BlankPin is the entry of the list of pins that the script copies and fills.
func (v roomView) BlankPin() pinView { return pinView{Path: v.Path()} }

// Parts is a message with all that few messages have, for the script to copy from.
func (v roomView) Parts() messageView {
	return messageView{
		Path: v.Path(), Back: v.Back(), Here: v.here(), Robot: true, Edited: time.Unix(0, 0), Versions: 2, Pinned: true, ReplyTo: "-", Long: true, Replies: 2,
		Reactions: []reactionView{{}}, Acting: true, Editing: true, Own: true,
	}
}

func newMessageView(m *views.Message) messageView {
	t := m.Time.UTC()
	view := messageView{
		ID: m.ID.String(), ClientID: m.Key, Seq: m.ID.Seq,
		UserName: string(m.From.Name), Text: m.Text(), Body: m.Tree().HTML(), Long: isLong(m.Text()), Initials: initials(m.From.Name), Hue: hue(m.From.Name),
		At: t, Time: chat.FormatTime(t),
		Robot: m.From.Robot(), Edited: m.Edited, Status: m.Status, Versions: m.Versions, Ask: newAskView(m), Replies: m.Replies, Quote: m.Quote, Deleted: m.Deleted, Pinned: m.Pinned,
	}
	if target := m.Body.Target(); target != 0 {
		view.ReplyTo = chat.ID{Epoch: m.ID.Epoch, Seq: target}.String()
	}
	for _, r := range m.Reactions {
		view.Reactions = append(view.Reactions, reactionView{Reaction: r})
	}
	return view
}
