package handlers

import (
	"net/http"
	"net/url"
	"slices"

	"plainchat/chat"
	"plainchat/views"
)

// shownPage is the part of a room's history that the page shows: the newest messages, those before
// or after one, those around one, or a thread.
type shownPage struct {
	history
	live         bool    // it ends with the room's newest message
	older, newer string  // addresses of the pages beside this one, or empty
	here         string  // the query that leads to this page again; empty if that is live
	thread       chat.ID // of the thread that is shown, the message with which it begins; or zero
}

// mostOfThread is how many messages of a thread a page has.
const mostOfThread = 500

// shownPage reads what the query asks the page of a room to show. The log ends at last.
func (s *Server) shownPage(r *http.Request, q query, room chat.Room, last uint64) (p shownPage, err error) {
	page, err := s.place(q, room)
	if err != nil {
		return p, err
	}
	if page.Thread != 0 {
		page.Limit = mostOfThread
	}
	before := page.Before
	if before == 0 {
		page.Before = last + 1 // what is said meanwhile comes by the stream alone
	}
	if p.history, err = s.readHistory(r, page, htmlSize); err != nil {
		return p, err
	}
	if beyond := page.Forward || before != 0; beyond && page.Thread == 0 && len(p.Messages) == 0 { // there is nothing newer, or nothing older
		before, page.Before = 0, last+1
		page.After, page.Forward = 0, false
		if p.history, err = s.readHistory(r, page, htmlSize); err != nil {
			return p, err
		}
	}
	if seq := s.chosenBefore(q, page, p.Messages); seq != 0 {
		page.Around = seq
		if p.history, err = s.readHistory(r, page, htmlSize); err != nil {
			return p, err
		}
	}
	p.thread = s.root(page, p.Messages)
	p.live = before == 0 && page.Thread == 0 && !p.Newer && !(page.Forward && p.More)
	if p.older = p.olderThan(page); !p.live {
		p.here = "before=" + chat.ID{Epoch: s.Store.Epoch(), Seq: before}.String()
	}
	if n := len(p.Messages); n > 0 && !p.live {
		p.lead(page, p.Messages[n-1].ID, before)
	}
	return p, nil
}

// chosenBefore is the position of the message that the query says something is done to, if it comes
// before the newest and these are shown; else 0.
func (s *Server) chosenBefore(q query, page views.Page, newest []views.Message) uint64 {
	if page.Around != 0 || page.Thread != 0 || page.Forward || q.get("before") != "" || len(newest) == 0 {
		return 0
	}
	for _, name := range []string{"message", "edit"} {
		if seq, err := s.position(q, name); err == nil && seq > 0 && seq < newest[0].ID.Seq {
			return seq
		}
	}
	return 0
}

// root is the id of the message with which the thread of a page begins. A page that continues one
// has been led there by its root.
func (s *Server) root(page views.Page, messages []views.Message) chat.ID {
	switch {
	case page.Thread == 0:
		return chat.ID{}
	case page.Forward || len(messages) == 0:
		return chat.ID{Epoch: s.Store.Epoch(), Seq: page.Thread}
	}
	return messages[0].ID
}

// answered is the id of the message that is answered by what is written in the thread: the first
// that has not been deleted.
func (p *shownPage) answered() string {
	first := slices.IndexFunc(p.Messages, func(m views.Message) bool { return !m.Deleted })
	if first > 0 && p.Messages[0].ID == p.thread {
		return p.Messages[first].ID.String()
	}
	return p.thread.String()
}

// olderThan is the query of the page of older messages, or empty.
func (p *shownPage) olderThan(page views.Page) string {
	if len(p.Messages) == 0 || page.Thread != 0 || !p.More && !page.Forward {
		return ""
	}
	return "?before=" + p.Messages[0].ID.String()
}

// lead tells where to go on from a page that is not live, and how it is found again.
func (p *shownPage) lead(page views.Page, end chat.ID, before uint64) {
	after := url.Values{"after": {end.String()}}
	switch {
	case page.Thread != 0:
		p.here = "thread=" + p.thread.String()
		after.Set("thread", p.thread.String())
		if !p.More {
			return
		}
	case before == 0:
		p.here = "before=" + chat.ID{Epoch: end.Epoch, Seq: end.Seq + 1}.String()
	}
	p.newer = "?" + after.Encode()
}
