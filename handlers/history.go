package handlers

import (
	"fmt"
	"net/http"
	"net/url"
	"strconv"

	"plainchat/chat"
	"plainchat/store"
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
func (s *Server) sendHistory(w http.ResponseWriter, r *http.Request, page store.Page, f format) error {
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
	w.Header().Set("Cache-Control", "no-store")
	_ = f.write(newPieces(w, pieceTimeout), h.Messages) // the client has gone
	return nil
}

// page returns the page of history that is asked for, by before, after and limit.
func (s *Server) page(r *http.Request, q query) (store.Page, error) {
	room, err := roomOf(r)
	if err != nil {
		return store.Page{}, err
	}
	page := store.Page{Room: room, Limit: defaultLimit}
	if page.Before, err = s.before(q); err != nil {
		return page, err
	}
	if page.After, err = s.position(q, "after"); err != nil {
		return page, err
	}
	page.Forward = q.get("after") != "" && page.Before == 0
	if given := q.get("limit"); given != "" {
		page.Limit, err = strconv.Atoi(given)
		if err != nil || page.Limit < 1 || page.Limit > maxLimit {
			return page, badField("limit", "out_of_range", "problem.out_of_range", "name", "limit", "least", 1, "most", maxLimit)
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
func linkPages(w http.ResponseWriter, r *http.Request, page store.Page, h history) {
	if len(h.Messages) == 0 {
		return
	}
	link := func(rel, param string, id chat.ID) {
		query := url.Values{param: {id.String()}, "limit": {strconv.Itoa(page.Limit)}}
		w.Header().Add("Link", fmt.Sprintf(`<%s?%s>; rel="%s"`, r.URL.EscapedPath(), query.Encode(), rel))
	}
	if h.More && !page.Forward || page.After != 0 {
		link("prev", "before", h.Messages[0].ID)
	}
	if h.More && page.Forward || page.Before != 0 {
		link("next", "after", h.Messages[len(h.Messages)-1].ID)
	}
}
