package handlers

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"plainchat/chat"
	"plainchat/policy"
	"plainchat/views"
)

var errNoList = busy("unavailable", "5", "problem.no_list")

// listedRoom is a room in the list.
type listedRoom struct {
	Room     chat.Room   `json:"room"`
	Topic    string      `json:"topic"`
	Archived bool        `json:"archived"`
	Last     *listedLast `json:"last,omitempty"` // nil where nothing was written, or kept
	Visited  bool        `json:"visited"`        // the caller has read messages there
	Read     *chat.ID    `json:"read,omitempty"` // up to this one; nil for none
	Unread   int         `json:"unread"`
	Mentions int         `json:"mentions"`
}

type listedLast struct {
	ID       chat.ID   `json:"id"`
	Time     string    `json:"time"` // as chat.FormatTime has it
	UserName chat.Name `json:"user_name,omitempty"`
	Message  string    `json:"message"` // the first line
	Deleted  bool      `json:"deleted,omitzero"`
	at       time.Time // Time
}

// roomPage is a page of the list.
type roomPage struct {
	Rooms []listedRoom `json:"rooms"`
	Next  string       `json:"next,omitempty"` // address of the page that follows; empty at the end
	cost  int          // of counting, in bytes of an answer
}

// roomRequest is what somebody asks of the list.
type roomRequest struct {
	views.RoomQuery
	caller policy.Caller
	query  query
	silent bool      // only rooms without messages
	past   chat.Room // and of those, only the ones after this
}

// countCost is what counting a message costs a client, in bytes of an answer.
const countCost = 100

// getRooms lists the rooms that the caller may read, those with the newest messages first.
func (s *Server) getRooms(w http.ResponseWriter, r *http.Request) error {
	w.Header().Add("Vary", "Accept")
	q, err := parseQuery(r)
	if err != nil {
		return err
	}
	if q.has("open") {
		return openRoom(w, q.get("open"))
	}
	req, err := s.parseRooms(r, q)
	if err != nil {
		return err
	}
	ctx, cancel := steady(r)
	defer cancel()
	page, err := s.listRooms(ctx, req)
	if errors.Is(err, views.ErrNotReady) {
		return errNoList
	} else if err != nil {
		return err
	}
	s.reads.Charge(clientOf(r), page.cost)
	if page.Next != "" {
		w.Header().Set("Link", "<"+page.Next+`>; rel="next"`)
	}
	switch {
	case wantsHTML(r):
		return s.sendRoomsPage(w, r, req, page)
	case quality(r, typeText) > 0:
		return s.sendBody(w, r, "text/plain; charset=utf-8", page.text())
	}
	return s.sendJSON(w, r, page)
}

// openRoom leads to the room of a name as somebody has typed it.
func openRoom(w http.ResponseWriter, typed string) error {
	room, err := chat.ParseRoom(strings.Join(strings.Fields(typed), "-"))
	if err != nil {
		return err
	}
	w.Header().Set("Location", room.Path())
	w.WriteHeader(http.StatusSeeOther)
	return nil
}

// parseRooms reads what is asked of the list.
func (s *Server) parseRooms(r *http.Request, q query) (req roomRequest, err error) {
	if req.caller, err = s.reader(r); err != nil {
		return req, err
	}
	req.query = q
	if req.Person, req.Names, err = s.listedFor(r, q, req.caller); err != nil {
		return req, err
	}
	if req.Before, err = s.before(q); err != nil {
		return req, err
	}
	req.Containing, req.Limit = chat.FoldRoom(q.get("q")), views.MaxRooms
	if err := number(q, "limit", 1, views.MaxRooms, &req.Limit); err != nil {
		return req, err
	}
	if t := req.caller.Token; t != nil {
		req.Only = t.Room
	}
	if req.silent = q.has("past"); req.silent && q.get("past") != "" {
		req.past, err = chat.ParseRoom(q.get("past"))
	}
	return req, err
}

// listedFor returns whose read positions count, and mentions of which names. A guest is mentioned
// by the names that are theirs, and by the one that their browser remembers, unless that is
// somebody else's.
func (s *Server) listedFor(r *http.Request, q query, c policy.Caller) (person string, names []string, err error) {
	given, err := q.userName()
	if err != nil {
		return "", nil, err
	}
	name := chat.Name(rememberedName(r))
	if given != "" {
		if name, err = chat.ParseName(given); err != nil {
			return "", nil, err
		}
	}
	now := time.Now()
	own := s.Service.Facts.Names(c.Person.ID, now)
	switch {
	case c.Person.Name != "":
		own = append(own, c.Person.Name)
	case name != "" && (c.Person.ID == "" || !s.Service.Facts.Taken(name, c.Person.ID, now)):
		own = append(own, name)
	}
	for _, name := range own {
		if key := name.MentionKey(); !slices.Contains(names, key) {
			names = append(names, key)
		}
	}
	if c.Person.ID != "" || name != "" {
		person = chat.Person{ID: c.Person.ID, Name: name}.Key()
	}
	return person, names, nil
}

// listRooms reads a page of the list: first the rooms with messages, and then those of which only
// something is set, by their names.
func (s *Server) listRooms(ctx context.Context, req roomRequest) (page roomPage, err error) {
	page.Rooms = []listedRoom{}
	if policy.Listen(req.caller, req.Only) != nil { // a token may be for writing alone
		return page, nil
	}
	left, more := answerBytes, false
	if !req.silent {
		if more, err = s.addSpoken(ctx, req, &page, &left); err != nil {
			return page, err
		}
		if more {
			last := page.Rooms[len(page.Rooms)-1].Last.ID
			page.Next = req.next("before", last.String())
			return page, nil
		}
	}
	spoken := len(page.Rooms)
	if more, err = s.addSilent(ctx, req, &page, &left); err != nil {
		return page, err
	}
	if more {
		past := req.past
		if len(page.Rooms) > spoken {
			past = page.Rooms[len(page.Rooms)-1].Room
		}
		page.Next = req.next("past", string(past))
	}
	return page, nil
}

// addSpoken adds rooms with messages, as far as there is room in the answer.
func (s *Server) addSpoken(ctx context.Context, req roomRequest, page *roomPage, left *int) (more bool, err error) {
	summaries, more, err := s.rooms.For(ctx, req.RoomQuery)
	if err != nil {
		return false, err
	}
	lasts, err := s.lastMessages(ctx, summaries)
	if err != nil {
		return false, err
	}
	for _, sum := range summaries {
		room := s.listed(sum.Room)
		room.Last = &listedLast{ID: chat.ID{Epoch: s.Store.Epoch(), Seq: sum.Last}, Time: chat.FormatTime(sum.Time), at: sum.Time}
		if quote := lasts[sum.Last]; quote != nil {
			room.Last.UserName, room.Last.Message, room.Last.Deleted = quote.From, quote.Text, quote.Deleted
		}
		if room.Unread, room.Mentions = sum.Unread, sum.Mentions; sum.Read > 0 {
			room.Visited, room.Read = true, &chat.ID{Epoch: s.Store.Epoch(), Seq: sum.Read}
		}
		if !page.add(room, left) {
			return true, nil
		}
		page.cost += countCost * (sum.Unread + sum.Mentions)
	}
	return more, nil
}

// lastMessages returns the last message of each room, by its position, as it stands now.
func (s *Server) lastMessages(ctx context.Context, summaries []views.RoomSummary) (map[uint64]*views.Quote, error) {
	seqs := make([]uint64, len(summaries))
	for i, sum := range summaries {
		seqs[i] = sum.Last
	}
	messages, err := s.messages.At(ctx, seqs...)
	if err != nil {
		return nil, err
	}
	lasts := make(map[uint64]*views.Quote, len(messages))
	for i := range messages {
		lasts[messages[i].ID.Seq] = messages[i].AsQuote()
	}
	return lasts, nil
}

// addSilent adds rooms in which nothing was written, as far as there is room in the answer.
func (s *Server) addSilent(ctx context.Context, req roomRequest, page *roomPage, left *int) (more bool, err error) {
	var set []chat.Room
	for room := range s.Service.Facts.Rooms() {
		if room > req.past && strings.Contains(string(room), req.Containing) && (req.Only == "" || req.Only == room) {
			set = append(set, room)
		}
	}
	silent, err := s.rooms.Silent(ctx, set)
	for _, room := range silent {
		if len(page.Rooms) == req.Limit || !page.add(s.listed(room), left) {
			return true, nil
		}
	}
	return false, err
}

// listed is a room with what is set of it.
func (s *Server) listed(room chat.Room) listedRoom {
	state := s.Service.Facts.Room(room)
	return listedRoom{Room: room, Topic: state.Topic, Archived: state.Archived}
}

// add adds a room if it has room in the answer, of which so much is left. There is always some
// for the first.
func (p *roomPage) add(room listedRoom, left *int) bool {
	const around = 320 // about what a room takes beside its strings, which may be escaped
	size := around + 2*(len(room.Room)+len(room.Topic))
	if room.Last != nil {
		size += 2 * (len(room.Last.UserName) + len(room.Last.Message))
	}
	if size > *left && len(p.Rooms) > 0 {
		return false
	}
	*left -= size
	p.Rooms = append(p.Rooms, room)
	return true
}

// next is the address of the page that follows.
func (req roomRequest) next(name, value string) string {
	query := url.Values{name: {value}}
	for _, name := range []string{"q", "limit", "user_name"} {
		if req.query.has(name) {
			query[name] = req.query[name]
		}
	}
	return "/rooms?" + query.Encode()
}

// text is the list to read in a terminal, or to cut by its tabs: the name of a room, how much of it
// is unread, how often the reader is mentioned, when something was written last, and the topic.
func (p *roomPage) text() []byte {
	var text strings.Builder
	for _, room := range p.Rooms {
		last, topic := "-", chat.LineForTerminal(room.Topic)
		if room.Last != nil {
			last = room.Last.Time
		}
		if room.Archived {
			topic = strings.TrimRight("(archived) "+topic, " ")
		}
		text.WriteString(strings.Join([]string{string(room.Room), strconv.Itoa(room.Unread), strconv.Itoa(room.Mentions), last, topic}, "\t"))
		text.WriteByte('\n')
	}
	return []byte(text.String())
}
