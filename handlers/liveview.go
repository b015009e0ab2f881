package handlers

import (
	"fmt"
	"html/template"
	"net/http"
	"strconv"
	"strings"
	"time"

	"plainchat/chat"
	"plainchat/views"
)

// liveView is what stands around the messages of a page without end.
type liveView struct {
	roomView
	Wall     bool   // for a screen in a hall
	Frame    bool   // the frame of the room's page, which the page itself follows in
	Embedded bool   // the page itself there: links lead out of it
	Theme    string // "light", "dark", or empty for the browser's own
}

// Slots are the places in which the page shows its rows; see liveRows.
func (liveView) Slots() template.HTML { return slots }

var slots = func() template.HTML {
	var all strings.Builder
	for i := range liveRowsMost {
		fmt.Fprintf(&all, `<slot name="%d"></slot>`, i)
	}
	return template.HTML(all.String()) // #nosec G203 -- numbers
}()

// liveEnd is why a page ends.
type liveEnd struct {
	Again      bool // it only begins again
	Restarting bool // the server does
	Detail     string
}

// liveView reads what a request wants of the page.
func (s *Server) liveView(r *http.Request) (v liveView, err error) {
	q, err := parseQuery(r)
	if err != nil {
		return v, err
	}
	v.Wall, v.Theme = q.has("wall"), q.get("theme")
	v.Embedded = q.get("embedded") == "now"
	v.Frame = q.has("embedded") && !v.Embedded
	if v.Theme != "" && v.Theme != "light" && v.Theme != "dark" {
		return v, badField("theme", "unknown", "problem.theme")
	}
	if v.Room, err = roomOf(r); err != nil {
		return v, err
	}
	state := s.Service.Facts.Room(v.Room)
	v.Topic, v.Archived = state.Topic, state.Archived
	v.URL, v.UserName = s.baseURL(r)+v.Room.Path(), rememberedName(r)
	c, err := s.caller(r)
	v.OwnNames = s.Service.Facts.Names(c.Person.ID, time.Now())
	return v, err
}

// Host is the beginning of the room's address as people type it, without its scheme, in the pieces
// that stay whole.
func (v liveView) Host() []string {
	_, host, _ := strings.Cut(strings.TrimSuffix(v.URL, v.Path()), "://")
	return strings.SplitAfter(host, ".")
}

// ShownPath follows Host.
func (v liveView) ShownPath() string { return "/rooms/" + string(v.Room) }

// here makes the links of a message lead to the room's page.
func (v liveView) here() string { return v.Path() + "?" }

// liveRows are the rows of a page that can only grow. To change one, it is written again, for the
// slot in which it stands: the page's shadow root has a slot for each message, and shows what was
// written for it in the order of the slots. The row before is hidden by the style sheet: both
// have a radio button of the same name, and of those the browser checks the last.
type liveRows struct {
	view    liveView
	asker   string
	rows    map[uint64]liveRow // by position
	groups  grouping
	written int // rows
}

// liveRow is what has to be known of a row to write it again.
type liveRow struct {
	slot      int
	answers   uint64 // the position of the message that it answers, or 0
	edited    time.Time
	continued bool
}

func newLiveRows(v liveView, asker string) *liveRows {
	return &liveRows{view: v, asker: asker, rows: make(map[uint64]liveRow)}
}

// changedBy returns the positions of the messages that are to be written because of an event: its
// own, or one that is on the page and those that quote it.
func (l *liveRows) changedBy(ev chat.Event) (seqs []uint64) {
	if ev.IsMessage() {
		if _, shown := l.rows[ev.ID.Seq]; shown {
			return nil // the history had it
		}
		return []uint64{ev.ID.Seq}
	}
	target := ev.Body.Target()
	if l.isGrowing(ev) {
		return nil
	}
	if _, shown := l.rows[target]; shown {
		seqs = append(seqs, target)
	}
	switch ev.Body.(type) {
	case chat.Edit, chat.Update, chat.Delete:
		for seq, row := range l.rows {
			if row.answers == target {
				seqs = append(seqs, seq)
			}
		}
	}
	return seqs
}

// growthPause is how often a message that grows is written again: each time the page has all of it anew.
const growthPause = 2 * time.Second

// isGrowing reports whether a message only goes on growing, and has been written a moment ago. How it is later
// will be written too: whoever makes it grow gives a sign of life, or is lost.
func (l *liveRows) isGrowing(ev chat.Event) bool {
	u, ok := ev.Body.(chat.Update)
	row := l.rows[ev.Body.Target()]
	return ok && u.Status.State == chat.Running && ev.Time.Sub(row.edited) < growthPause
}

// add returns the row of a message: a new one, or one in the place of an earlier.
func (l *liveRows) add(m *views.Message) messageView {
	l.written++
	row, again := l.rows[m.ID.Seq]
	shown := l.view.message(newMessageView(m))
	if !again {
		row = liveRow{slot: len(l.rows), answers: m.Body.Target()}
		shown.StartsDay, row.continued = l.groups.next(m)
	}
	row.edited = m.Edited
	l.rows[m.ID.Seq] = row
	shown.Slot, shown.Again = strconv.Itoa(row.slot), again
	shown.Continued, shown.Here = row.continued, l.view.here()
	return shown
}
