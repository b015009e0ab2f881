package views

import (
	"context"
	"slices"
	"strings"

	"plainchat/chat"
	"plainchat/richtext"
)

// MaxQuoteLength is the longest text of a quote, in characters (Unicode code points).
const MaxQuoteLength = 100

// Quote is what is told of a message by one that answers it.
type Quote struct {
	ID      chat.ID
	From    chat.Name
	Text    string // the first line, as it stands now, as far as it has room
	Deleted bool   // then there is no text
}

// reading is one page while it is put together, in the order of reading.
type reading struct {
	*Messages
	page    Page
	written []written // the messages as they were written, if they have sizes
	total   int       // of them
	done    []Message
	size    int // of those done
}

// written is what was found out about a message as it was written.
type written struct {
	size int
	tree richtext.Tree
}

// fits reports whether a message as it was written has room in the page: most have not changed.
func (r *reading) fits(ev chat.Event) bool {
	if r.page.Size == nil {
		return true
	}
	m := newMessage(ev)
	size := r.page.Size(&m)
	r.written = append(r.written, written{size, m.Tree()})
	r.total += size
	return len(r.written) == 1 || r.total <= r.page.Bytes
}

// merge adds to the events what has become of them, as far as they have room then.
func (r *reading) merge(ctx context.Context, events []chat.Event) error {
	r.done = make([]Message, 0, len(events))
	for step := range slices.Chunk(events, mergeStep) {
		quoted, err := r.quoted(ctx, step)
		if err != nil {
			return err
		}
		found, err := r.find(ctx, step, quoted)
		if err != nil {
			return err
		}
		for _, ev := range step {
			m := newMessage(ev)
			if r.page.Size != nil {
				m.tree, m.parsed = r.written[len(r.done)].tree, true
			}
			changed := m.apply(found[ev.ID.Seq])
			if target, ok := quoted[ev.Body.Target()]; ok {
				m.Quote, changed = newQuote(target, found[target.ID.Seq]), true
			}
			if !r.add(m, changed) {
				return nil
			}
		}
	}
	return nil
}

// add takes a message into the page if it has room there.
func (r *reading) add(m Message, changed bool) bool {
	if r.page.Size != nil {
		size := r.written[len(r.done)].size
		if changed {
			size = r.page.Size(&m)
		}
		if len(r.done) > 0 && r.size+size > r.page.Bytes {
			return false
		}
		r.size += size
	}
	r.done = append(r.done, m)
	return true
}

// quoted reads the messages that others answer, by their positions.
func (r *reading) quoted(ctx context.Context, step []chat.Event) (map[uint64]chat.Event, error) {
	var seqs []uint64
	for _, ev := range step {
		if target := ev.Body.Target(); target != 0 {
			seqs = append(seqs, target)
		}
	}
	if len(seqs) == 0 {
		return nil, nil
	}
	events, err := r.log.At(ctx, seqs...)
	if err != nil {
		return nil, err
	}
	quoted := make(map[uint64]chat.Event, len(events))
	for _, ev := range events {
		quoted[ev.ID.Seq] = ev
	}
	return quoted, nil
}

// find asks for what has become of messages. Where nobody knows, nothing has.
func (r *reading) find(ctx context.Context, step []chat.Event, quoted map[uint64]chat.Event) (map[uint64]*Change, error) {
	if r.changes == nil {
		return nil, nil
	}
	seqs := make([]uint64, 0, len(step)+len(quoted))
	for _, ev := range step {
		seqs = append(seqs, ev.ID.Seq)
	}
	for seq := range quoted {
		seqs = append(seqs, seq)
	}
	found, err := r.changes.of(ctx, r.page.Asker, seqs)
	if err != nil && ctx.Err() == nil {
		return nil, nil
	}
	return found, err
}

// newMessage is a message of which nothing has become but that it may be deleted.
func newMessage(ev chat.Event) Message {
	_, erased := ev.Body.(chat.Erased)
	return Message{Event: ev, Deleted: erased}
}

// apply adds what has become of a message, and reports whether that is anything. The log
// knows of a deletion first.
func (m *Message) apply(c *Change) (changed bool) {
	switch {
	case c == nil || m.Deleted:
		return false
	case c.Deleted:
		m.Body, m.Deleted = chat.Erased{Was: m.Kind()}, true
		m.tree = nil
		return true
	case !c.Edited.IsZero():
		m.Body, m.Edited = chat.Message{Text: c.Text, ReplyTo: m.Body.Target()}, c.Edited
		m.parsed = false
	}
	m.Status, m.Versions = c.Status, c.Versions
	m.Pinned, m.Reactions, m.Replies, m.Ask = c.Pinned, c.Reactions, c.Replies, c.Ask
	return true
}

func newQuote(target chat.Event, c *Change) *Quote {
	m := newMessage(target)
	m.apply(c)
	return m.AsQuote()
}

// AsQuote returns what is told of a message elsewhere.
func (m *Message) AsQuote() *Quote {
	return &Quote{ID: m.ID, From: m.From.Name, Text: firstLine(m.Plain()), Deleted: m.Deleted}
}

// firstLine returns the first line of a text that is not empty, as far as a quote has room.
func firstLine(text string) string {
	line := strings.TrimSpace(text)
	if end := strings.IndexAny(line, "\n\v\f\r\x1c\x1d\x1e\u0085\u2028\u2029"); end >= 0 {
		line = line[:end]
	}
	n := 0
	for i := range line {
		if n == MaxQuoteLength {
			return line[:i]
		}
		n++
	}
	return line
}
