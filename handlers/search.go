package handlers

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"plainchat/chat"
	"plainchat/locale"
	"plainchat/policy"
	"plainchat/store"
	"plainchat/views"
	"plainchat/views/search"
)

// How many messages a page of results has, unless the client says, and at most; and how many of
// those around each come with it at most.
const (
	defaultHits = 20
	maxHits     = 100
	maxContext  = 3
)

// searchRequest is what somebody looks for.
type searchRequest struct {
	search.Query
	query   query
	context int // how many messages around each hit are wanted, on either side
}

// hit is a message that was found, with those around it in its room.
type hit struct {
	views.Message
	Excerpt       []search.Part
	Before, After []views.Message
}

// found is a page of results, the newest first.
type found struct {
	hits []hit
	next string // the id to go on before; empty at the end
	size int    // about how many bytes they are in memory
}

// getSearch answers with the messages that a query finds: to a browser as a page.
func (s *Server) getSearch(w http.ResponseWriter, r *http.Request) error {
	w.Header().Add("Vary", "Accept")
	html := wantsHTML(r)
	q, err := s.parseSearch(r, html)
	if err != nil {
		return s.failSearch(w, r, q, err)
	}
	if html && q.Text == "" && q.From == "" {
		return s.pages.search(w, r, http.StatusOK, searchView{Rooms: q.Rooms})
	}
	results, err := s.find(r, q)
	if err != nil {
		return s.failSearch(w, r, q, err)
	}
	release, err := s.hold(r, results.size)
	if err != nil {
		return err
	}
	defer release()
	w.Header().Set("Cache-Control", "no-store")
	address := q.next(r, results.next)
	if html {
		return s.pages.search(w, r, http.StatusOK, newSearchView(q, results, address))
	}
	if address != "" {
		w.Header().Set("Link", fmt.Sprintf(`<%s>; rel="next"`, address))
	}
	w.Header()["Content-Type"] = ackType
	_, _ = newPieces(w, pieceTimeout).Write(results.appendJSON(nil, q.context > 0)) // the client has gone
	return nil
}

// parseSearch reads what is looked for.
func (s *Server) parseSearch(r *http.Request, html bool) (req searchRequest, err error) {
	q, err := parseStreamQuery(r)
	if err != nil {
		return req, err
	}
	req.query, req.Text, req.Limit = q, q.get("q"), defaultHits
	if req.Rooms, err = searchRooms(q); err != nil {
		return req, err
	}
	if from := q.get("from"); from != "" {
		if req.From, err = chat.ParseName(from); err != nil {
			return req, err
		}
	}
	if req.Before, err = s.before(q); err != nil {
		return req, err
	}
	if req.After, err = s.after(r, q.get("since")); err != nil {
		return req, err
	}
	if html {
		req.context = 1
	}
	if err := number(q, "limit", 1, maxHits, &req.Limit); err != nil {
		return req, err
	}
	return req, number(q, "context", 0, maxContext, &req.context)
}

func searchRooms(q query) (rooms []chat.Room, err error) {
	for _, given := range q["room"] {
		if given == "" && len(q["room"]) == 1 { // as the form of the page has it
			return nil, nil
		}
		room, err := chat.ParseRoom(given)
		if err != nil {
			return nil, err
		}
		rooms = append(rooms, room)
	}
	if len(rooms) > maxStreamRooms {
		return nil, badField("room", "too_many", "problem.search_rooms")
	}
	return rooms, nil
}

// after turns what a client gave as the beginning into a position: 0 for none.
func (s *Server) after(r *http.Request, given string) (uint64, error) {
	since, err := chat.ParseSince(given, time.Now())
	if err != nil {
		return 0, badField("since", "not_a_time", "problem.since")
	}
	if t, ok := since.Time(); ok {
		return s.Store.Since(r.Context(), t)
	}
	if id, ok := since.ID(); ok {
		return s.reference("since", id.String())
	}
	return 0, nil
}

// number reads a parameter that is a number.
func number(q query, name string, least, most int, into *int) error {
	given := q.get(name)
	if given == "" {
		return nil
	}
	n, err := strconv.Atoi(given)
	if err != nil || n < least || n > most {
		return badField(name, "out_of_range", "problem.out_of_range", "name", name, "least", least, "most", most)
	}
	*into = n
	return nil
}

// find looks up a query, and reads what it finds as it stands now. What was deleted meanwhile, or
// is not for the caller, is left out.
func (s *Server) find(r *http.Request, q searchRequest) (results found, err error) {
	if s.Search == nil {
		return results, errSearchOff
	}
	c, err := s.reader(r, q.Rooms...)
	if err != nil {
		return results, err
	}
	if len(q.Rooms) == 0 { // a token may be for one room, or for none to read
		var room chat.Room
		if c.Token != nil && c.Token.Room != "" {
			room = c.Token.Room
			q.Rooms = []chat.Room{room}
		}
		if err := policy.Listen(c, room); err != nil {
			return results, err
		}
	}
	ctx, cancel := steady(r)
	defer cancel()
	seqs, more, err := s.index.Find(ctx, q.Query)
	if err != nil {
		return results, s.explainSearch(ctx, err)
	}
	messages, err := s.messages.At(ctx, seqs...)
	if err != nil {
		return results, err
	}
	for _, m := range slices.Backward(messages) {
		lags := !m.Edited.IsZero() && !q.Holds(m.Text()) // found by words that it had before
		if m.Deleted || lags || len(q.Rooms) > 0 && !slices.Contains(q.Rooms, m.Room) {
			continue
		}
		h, err := s.around(ctx, m, q.context)
		if err != nil {
			return results, err
		}
		h.Excerpt = excerpt(&q.Query, &m)
		results.hits = append(results.hits, h)
		results.size += h.memory()
	}
	if more {
		results.next = chat.ID{Epoch: s.Store.Epoch(), Seq: seqs[len(seqs)-1]}.String()
	}
	s.reads.Charge(clientOf(r), results.size)
	return results, nil
}

// around reads the messages around one.
func (s *Server) around(ctx context.Context, m views.Message, n int) (hit, error) {
	h := hit{Message: m}
	if n == 0 {
		return h, nil
	}
	before, err := s.messages.Page(ctx, views.Page{Page: store.Page{Room: m.Room, Before: m.ID.Seq, Limit: n}, Bytes: answerBytes})
	if err != nil {
		return h, err
	}
	after, err := s.messages.Page(ctx, views.Page{Page: store.Page{Room: m.Room, After: m.ID.Seq, Forward: true, Limit: n}, Bytes: answerBytes})
	h.Before, h.After = before.Messages, after.Messages
	return h, err
}

// excerpt returns the part of a message that a query finds, without the marks in it; unless what was
// found is in the marks, such as in the address of a link.
func excerpt(q *search.Query, m *views.Message) []search.Part {
	if plain := m.Plain(); q.Text == "" || q.Holds(plain) {
		return q.Excerpt(plain)
	}
	return q.Excerpt(m.Text())
}

func (h *hit) memory() int {
	size := h.Memory()
	for _, around := range [][]views.Message{h.Before, h.After} {
		for i := range around {
			size += around[i].Memory()
		}
	}
	return size
}

var errSearchOff = newProblem(http.StatusNotFound, "search_off", "problem.search_off")

// explainSearch says what is wrong with a search.
func (s *Server) explainSearch(ctx context.Context, err error) error {
	switch {
	case errors.Is(err, search.ErrNoWords):
		return badField("q", "empty", "problem.search_empty")
	case errors.Is(err, search.ErrTooLong):
		return badField("q", "too_long", "problem.search_too_long")
	case errors.Is(err, views.ErrNotReady):
		p := busy("search_building", "10", "problem.search_building")
		if percent, known := s.indexed(ctx); known {
			p.said = locale.NewError("problem.search_building_part", "percent", percent)
		}
		return p
	}
	return err
}

// indexed returns how much of the log is in the index, in percent, if that is known.
func (s *Server) indexed(ctx context.Context) (percent uint64, known bool) {
	status, err := s.Search.Status(ctx)
	if err != nil || status.Last == 0 {
		return 0, false
	}
	return 100 * status.Position / status.Last, true
}

// next is the address of the page that follows, or empty.
func (req searchRequest) next(r *http.Request, before string) string {
	if before == "" {
		return ""
	}
	query := url.Values{}
	for _, name := range []string{"q", "room", "from", "since", "limit", "context"} {
		if req.query.has(name) {
			query[name] = req.query[name]
		}
	}
	query.Set("before", before)
	return r.URL.EscapedPath() + "?" + query.Encode()
}

// appendJSON appends the wire form.
func (f found) appendJSON(dst []byte, context bool) []byte {
	dst = append(dst, `{"messages":[`...)
	for i, h := range f.hits {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = h.AppendJSON(dst)
		dst = appendExcerpt(append(dst[:len(dst)-1], `,"excerpt":`...), h.Excerpt)
		if context {
			dst = append(dst, `,"before":`...)
			dst = appendMessages(dst, h.Before)
			dst = append(dst, `,"after":`...)
			dst = appendMessages(dst, h.After)
		}
		dst = append(dst, '}')
	}
	dst = append(dst, `],"more":`...)
	return append(strconv.AppendBool(dst, f.next != ""), "}\n"...)
}

func appendExcerpt(dst []byte, parts []search.Part) []byte {
	dst = append(dst, '[')
	for i, p := range parts {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = chat.AppendQuoted(append(dst, `{"text":`...), p.Text)
		if p.Match {
			dst = append(dst, `,"match":true`...)
		}
		dst = append(dst, '}')
	}
	return append(dst, ']')
}

func appendMessages(dst []byte, messages []views.Message) []byte {
	dst = append(dst, '[')
	for i, m := range messages {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = m.AppendJSON(dst)
	}
	return append(dst, ']')
}
