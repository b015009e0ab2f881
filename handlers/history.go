package handlers

import (
	"fmt"
	"net/http"
	"net/url"
	"strconv"

	"plainchat/chat"
	"plainchat/policy"
	"plainchat/views"
)

// How many messages a page of history has, unless the client says, and at most.
const (
	defaultLimit = 50
	maxLimit     = 1000
)

// getMessages answers with a page of a room's history: the newest, or what the
// query asks for.
func (s *Server) getMessages(w http.ResponseWriter, r *http.Request) error {
	q, err := parseQuery(r)
	if err != nil {
		return err
	}
	page, err := s.page(r, q)
	if err != nil {
		return err
	}
	if quality(r, typeNDJSON) > 0 {
		return s.sendHistory(w, r, page, formatNDJSON)
	}
	return s.sendHistory(w, r, page, formatJSON)
}

// sendHistory answers with a page in a format.
func (s *Server) sendHistory(w http.ResponseWriter, r *http.Request, page views.Page, f format) error {
	h, err := s.readHistory(r, page, f.size)
	if err != nil {
		return err
	}
	release, err := s.hold(r, h.memory)
	if err != nil {
		return err
	}
	defer release()
	linkPages(w, r, page, h)
	w.Header().Set("Content-Type", f.contentType)
	if f.language != nil {
		inLanguage(w, f.language)
	}
	w.Header().Set("Cache-Control", "no-store")
	_ = f.write(newPieces(w, pieceTimeout), h.Messages) // the client has gone
	return nil
}

// page returns the page of history that is asked for, by before, after, around, thread and limit.
func (s *Server) page(r *http.Request, q query) (page views.Page, err error) {
	if page.Room, err = roomOf(r); err != nil {
		return page, err
	}
	if page, err = s.place(q, page.Room); err != nil {
		return page, err
	}
	s.seen(r, max(page.After, page.Around, page.Thread))
	return page, number(q, "limit", 1, maxLimit, &page.Limit)
}

// place reads where in a room a page is.
func (s *Server) place(q query, room chat.Room) (page views.Page, err error) {
	page.Room, page.Limit = room, defaultLimit
	if page.Before, err = s.before(q); err != nil {
		return page, err
	}
	for name, seq := range map[string]*uint64{"after": &page.After, "around": &page.Around, "thread": &page.Thread} {
		if *seq, err = s.position(q, name); err != nil {
			return page, err
		}
	}
	page.Forward = q.get("after") != "" && page.Before == 0
	for _, name := range []string{"around", "thread"} {
		if q.get(name) == "" {
			continue
		}
		if page.Around == 0 && page.Thread == 0 { // position 0 is no message's
			return page, policy.NotFound
		}
		for _, other := range []string{"before", "after", "thread", "around"} {
			if other != name && q.get(other) != "" && (name != "thread" || other != "after") {
				return page, badField(name, "conflict", "problem.places", "name", name, "other", other)
			}
		}
	}
	return page, nil
}

// position reads an id from the query; 0 if it has none.
func (s *Server) position(q query, name string) (uint64, error) {
	given := q.get(name)
	if given == "" {
		return 0, nil
	}
	id, err := chat.ParseID(given)
	if err != nil {
		return 0, badField(name, "not_an_id", "problem.parameter_not_id", "name", name)
	}
	if id.Epoch != s.Store.Epoch() {
		return 0, badField(name, "other_log", "problem.parameter_other_log", "name", name)
	}
	return id.Seq, nil
}

// before reads the parameter before as a bound: 0 for none.
func (s *Server) before(q query) (uint64, error) {
	seq, err := s.position(q, "before")
	if err == nil && q.get("before") != "" {
		seq = max(seq, 1) // before the first position and before the first event is the same
	}
	return seq, err
}

// linkPages says in Link headers (RFC 8288) where the neighbouring pages are:
// prev is older, next is newer.
func linkPages(w http.ResponseWriter, r *http.Request, page views.Page, h history) {
	if len(h.Messages) == 0 {
		return
	}
	link := func(rel, param string, id chat.ID) {
		query := url.Values{param: {id.String()}, "limit": {strconv.Itoa(page.Limit)}}
		if page.Thread != 0 {
			query.Set("thread", chat.ID{Epoch: id.Epoch, Seq: page.Thread}.String())
		}
		w.Header().Add("Link", fmt.Sprintf(`<%s?%s>; rel="%s"`, r.URL.EscapedPath(), query.Encode(), rel))
	}
	forward := page.Forward || page.Thread != 0
	if h.More && !forward || page.After != 0 && page.Thread == 0 {
		link("prev", "before", h.Messages[0].ID)
	}
	if h.More && forward || h.Newer || page.Before != 0 {
		link("next", "after", h.Messages[len(h.Messages)-1].ID)
	}
}
