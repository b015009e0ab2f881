package views

import (
	"cmp"
	"context"
	"errors"
	"math"
	"slices"
	"time"

	"plainchat/chat"
	"plainchat/richtext"
	"plainchat/store"
)

// Message is a message as it stands now: its event has the text that it was edited to last,
// or is a chat.Erased.
type Message struct {
	chat.Event
	Edited    time.Time // when it was edited last; zero if it never was
	Deleted   bool      // then it has nothing of what follows
	Status    chat.Status
	Versions  int // how many earlier texts Versions tells
	Pinned    bool
	Ask       *Question  // what it asks; nil if it is no question
	Reactions []Reaction // in the order in which they came, at most ShownEmoji
	Replies   int        // how many messages answer it
	Quote     *Quote     // of the message that it answers; nil if there is none, or it is gone

	tree   richtext.Tree
	parsed bool // tree is that of the text
}

// Tree returns what the marks in the text mean, nil for a plain one. It is parsed when it is first
// asked for, so that messages may not be asked at the same time.
func (m *Message) Tree() richtext.Tree {
	if !m.parsed {
		m.tree, m.parsed = richtext.Parse(m.Text()), true
	}
	return m.tree
}

// Plain returns the text without the marks in it.
func (m *Message) Plain() string { return m.Tree().Plain(m.Text()) }

// IsPlain reports whether nothing has become of a message, and it answers none.
func (m *Message) IsPlain() bool {
	return m.Edited.IsZero() && !m.Deleted && !m.Pinned && m.Ask == nil && len(m.Reactions) == 0 && m.Replies == 0 && m.Quote == nil
}

// Memory returns about how many bytes a message takes beside the struct.
func (m *Message) Memory() int {
	size := len(m.Text()) + m.tree.Memory()
	for _, r := range m.Reactions {
		size += len(r.Emoji)
		for _, name := range r.Names {
			size += len(name)
		}
	}
	if m.Ask != nil {
		size += m.Ask.memory()
	}
	if m.Quote != nil {
		size += len(m.Quote.Text)
	}
	return size
}

// Page asks for part of a room's history.
type Page struct {
	store.Page // without Fits
	// Around is the position of a message that the page has in its middle; 0 for none. Then After
	// has no meaning, and half of Limit is for what is newer.
	Around uint64
	// Thread is the position of a message whose thread the page has, from its beginning or after
	// After; 0 for none. Then Before has no meaning.
	Thread uint64
	Asker  string // who asks, as a chat.Person.Key, for Reaction.Mine; empty for nobody
	// Size, unless it is nil, tells how much of Bytes a message takes. The page ends before
	// the message, in the order of reading, with which it would be larger; it has one at least.
	Size  func(*Message) int
	Bytes int
}

// awaitTime is how long a reader waits for what is in the log already. It is behind for longer only
// where the machine has too much to do.
const awaitTime = 2 * time.Second

// mergeStep is how many messages are put together with their changes at a time, since
// those can be long, and not have room in the page.
const mergeStep = 50

// MessageLog is what Messages reads; store.Log and store.History have these methods.
type MessageLog interface {
	Page(ctx context.Context, p store.Page) (events []chat.Event, more bool, err error)
	At(ctx context.Context, seqs ...uint64) ([]chat.Event, error)
	Updates(ctx context.Context, of uint64, most int) ([]chat.Event, error)
	LastChange() uint64
}

// Messages reads messages as they stand now: the log has them, and the Timeline what has
// become of them. While that is being built, or is damaged, they are as they were
// written; only those that were deleted are not. All methods may be called concurrently.
type Messages struct {
	log     MessageLog
	changes *changes
}

// NewMessages takes a projector that keeps a Timeline. Without one, nil, all messages are as
// they were written.
func NewMessages(log MessageLog, p *Projector) *Messages {
	m := &Messages{log: log}
	if p != nil {
		m.changes = newChanges(p)
	}
	return m
}

// History is a page of messages, in log order.
type History struct {
	Messages []Message
	More     bool // the page ends before its room or its range does; around a message, on the older side
	Newer    bool // around a message: the same on the newer side
	Size     int  // what Page.Size tells of all together
	// Upto is a position up to which it is known what has become of the messages; of later
	// events there may be some. Whoever goes on from the page begins no later.
	Upto uint64
}

// ErrNoMessage is the position of no message of the room.
var ErrNoMessage = errors.New("views: there is no such message in the room")

// Page reads a page. Whoever has appended an event reads it. Its errors are those of the log; and
// with Around or Thread ErrNoMessage, and with Thread ErrNotReady while the view is being built.
func (m *Messages) Page(ctx context.Context, p Page) (History, error) {
	upto := m.await(ctx)
	switch {
	case p.Around > 0:
		return m.around(ctx, p, upto)
	case p.Thread > 0:
		return m.thread(ctx, p, upto)
	}
	return m.plain(ctx, p, upto)
}

// plain reads a page that follows the room.
func (m *Messages) plain(ctx context.Context, p Page, upto uint64) (h History, err error) {
	r := reading{Messages: m, page: p}
	p.Fits = r.fits
	events, more, err := m.log.Page(ctx, p.Page)
	if err != nil {
		return h, err
	}
	if !p.Forward {
		slices.Reverse(events)
	}
	if err := r.merge(ctx, events); err != nil {
		return h, err
	}
	if !p.Forward {
		slices.Reverse(r.done)
	}
	return History{Messages: r.done, More: more || len(r.done) < len(events), Size: r.size, Upto: upto}, nil
}

// Message returns the message at a position, or none. While the view is being built, Upto is 0.
func (m *Messages) Message(ctx context.Context, seq uint64, asker string) (h History, err error) {
	upto := m.await(ctx)
	if m.changes != nil && !m.changes.views.Ready() {
		upto = 0
	}
	events, err := m.log.At(ctx, seq)
	if err != nil || len(events) == 0 || !events[0].IsMessage() {
		return h, err
	}
	r := reading{Messages: m, page: Page{Asker: asker}}
	if err := r.merge(ctx, events); err != nil {
		return h, err
	}
	return History{Messages: r.done, Upto: upto}, nil
}

// At returns the messages at positions, in the order of the log; those that are gone are left
// out.
func (m *Messages) At(ctx context.Context, seqs ...uint64) ([]Message, error) {
	return m.For(ctx, "", seqs...)
}

// For is At for an asker, a chat.Person.Key or empty.
func (m *Messages) For(ctx context.Context, asker string, seqs ...uint64) ([]Message, error) {
	if len(seqs) == 0 {
		return nil, nil
	}
	m.await(ctx)
	events, err := m.log.At(ctx, seqs...)
	if err != nil {
		return nil, err
	}
	events = slices.DeleteFunc(events, func(ev chat.Event) bool { return !ev.IsMessage() })
	r := reading{Messages: m, page: Page{Asker: asker}}
	if err := r.merge(ctx, events); err != nil {
		return nil, err
	}
	slices.SortFunc(r.done, func(a, b Message) int { return cmp.Compare(a.ID.Seq, b.ID.Seq) })
	return r.done, nil
}

// await waits until the view has what is in the log now, a moment at the most, and returns
// what it has. While it is being built, nobody is to wait for it, or to go back for it.
func (m *Messages) await(ctx context.Context) (upto uint64) {
	if m.changes == nil {
		return math.MaxUint64
	}
	waiting, cancel := context.WithTimeout(ctx, awaitTime)
	defer cancel()
	if err := m.changes.views.Await(waiting, m.log.LastChange()); err == nil || errors.Is(err, ErrNotReady) {
		return math.MaxUint64
	}
	return m.changes.views.reachedSoFar()
}

// Stands returns the text and the status of a message as they stand now. Its errors are those of the log;
// ErrNotReady while the view is being built; and ErrNoMessage.
func (m *Messages) Stands(ctx context.Context, of uint64) (text string, s chat.Status, err error) {
	h, err := m.Message(ctx, of, "")
	switch {
	case err != nil:
		return "", s, err
	case len(h.Messages) == 0:
		return "", s, ErrNoMessage
	case h.Upto == 0:
		return "", s, ErrNotReady
	}
	return h.Messages[0].Text(), h.Messages[0].Status, nil
}
