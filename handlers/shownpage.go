package handlers

import (
	"net/http"
	"net/url"

	"plainchat/chat"
	"plainchat/views"
)

// shownPage is the part of a room's history that the page shows: the newest messages, those before
// or after one, those around one, or a thread.
type shownPage struct {
	history
	live         bool   // it continues with what is said from now on
	older, newer string // addresses of the pages beside this one, or empty
	here         string // the query that leads to this page again; empty if that is live
}

// shownPage reads what the query asks the page of a room to show. The log ends at last.
func (s *Server) shownPage(r *http.Request, q query, room chat.Room, last uint64) (p shownPage, err error) {
	page, err := s.place(q, room)
	if err != nil {
		return p, err
	}
	before := page.Before
	if before == 0 {
		page.Before = last + 1 // what is said meanwhile comes by the stream alone
	}
	if p.history, err = s.readHistory(r, page, htmlSize); err != nil {
		return p, err
	}
	if page.Forward && page.Thread == 0 && len(p.Messages) == 0 { // there is nothing newer
		page.After, page.Forward = 0, false
		if p.history, err = s.readHistory(r, page, htmlSize); err != nil {
			return p, err
		}
	}
	p.live = before == 0 && page.Thread == 0 && !p.Newer && !(page.Forward && p.More)
	if p.older = p.olderThan(page); !p.live {
		p.here = "before=" + chat.ID{Epoch: s.Store.Epoch(), Seq: before}.String()
	}
	if n := len(p.Messages); n > 0 && !p.live {
		p.lead(page, p.Messages[n-1].ID, before)
	}
	return p, nil
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
		p.here = "thread=" + chat.ID{Epoch: end.Epoch, Seq: page.Thread}.String()
		after.Set("thread", chat.ID{Epoch: end.Epoch, Seq: page.Thread}.String())
		if !p.More {
			return
		}
	case before == 0:
		p.here = "before=" + chat.ID{Epoch: end.Epoch, Seq: end.Seq + 1}.String()
	}
	p.newer = "?" + after.Encode()
}
