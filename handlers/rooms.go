package handlers

import (
	"crypto/rand"
	"net/http"

	"plainchat/chat"
	"plainchat/views"
)

// getHome shows the lobby to a browser, and to all others how to use the server.
func (s *Server) getHome(w http.ResponseWriter, r *http.Request) error {
	w.Header().Add("Vary", "Accept")
	describe(w)
	if wantsHTML(r) {
		return s.showRoom(w, r, chat.Lobby)
	}
	if _, err := parseQuery(r); err != nil {
		return err
	}
	return s.sendUsage(w, r)
}

// getRoom shows a room: to a browser as the chat page, to all others as a
// readable transcript.
func (s *Server) getRoom(w http.ResponseWriter, r *http.Request) error {
	w.Header().Add("Vary", "Accept")
	room, err := roomOf(r)
	if err != nil {
		return err
	}
	if wantsHTML(r) {
		return s.showRoom(w, r, room)
	}
	return s.transcript(w, r)
}

func (s *Server) showRoom(w http.ResponseWriter, r *http.Request, room chat.Room) error {
	view, err := s.roomView(r, room)
	if err != nil {
		return err
	}
	s.welcome(w, r)
	w.Header().Set("Cache-Control", "no-store")
	return s.sendRoom(w, r, http.StatusOK, view)
}

// sendRoom answers with the page of a room.
func (s *Server) sendRoom(w http.ResponseWriter, r *http.Request, status int, view roomView) error {
	release, err := s.hold(r, view.Size)
	if err != nil {
		return err
	}
	defer release()
	return s.pages.room(w, r, status, view)
}

// roomView gathers what the chat page shows.
func (s *Server) roomView(r *http.Request, room chat.Room) (roomView, error) {
	q, err := parseQuery(r)
	if err != nil {
		return roomView{}, err
	}
	_, last, err := s.Store.Bounds(r.Context())
	if err != nil {
		return roomView{}, err
	}
	p, err := s.shownPage(r, q, room, last)
	if err != nil {
		return roomView{}, err
	}
	view := roomView{
		Room: room, Searchable: s.Search != nil, UserName: rememberedName(r), History: p.Messages, Size: p.Size,
		Since: chat.ID{Epoch: s.Store.Epoch(), Seq: min(last, p.Upto)}.String(),
		URL:   s.baseURL(r) + room.Path(), ClientID: rand.Text(),
	}
	view.Rooms = s.navigation(r.Context(), r, p.reader, room)
	if err := s.roomState(r, &view, last); err != nil {
		return roomView{}, err
	}
	s.judgeName(&view, p.reader)
	view.Place = p.here
	switch {
	case p.thread.Seq > 0: // who has read it has not read the room
		view.Thread, view.Answered = p.thread.String(), p.answered()
	case p.live:
		view.LastRead = s.lastRead(r, room, asker(p.reader))
	default:
		view.LastRead, view.Newest = s.lastRead(r, room, asker(p.reader)), room.Path()
	}
	if p.older != "" {
		view.Older = room.Path() + p.older
	}
	if p.newer != "" {
		view.Newer = room.Path() + p.newer
	}
	view.Chosen, err = s.chosen(r, q, room)
	return view, err
}

// shownPins is how many pinned messages a page lists, the newest. The script has the same number.
const shownPins = 10

// roomState adds what is set of the room, as of a position at which the stream of the page begins.
func (s *Server) roomState(r *http.Request, view *roomView, upto uint64) error {
	ctx, cancel := steady(r)
	defer cancel()
	if err := s.Service.Facts.Await(ctx, upto); err != nil {
		return err
	}
	state := s.Service.Facts.Room(view.Room)
	view.Topic, view.Archived = state.Topic, state.Archived
	pinned, err := s.messages.At(ctx, s.Service.Facts.Pins(view.Room, shownPins)...)
	if err != nil {
		return err
	}
	for i := range pinned {
		if m := &pinned[i]; !m.Deleted {
			view.Pinned = append(view.Pinned, pinView{*m.AsQuote(), view.Path()})
			view.Size += changeMarkup + escapedSize(m.Text())
		}
	}
	return nil
}

// chosen reads what the query says that is being done to a message.
func (s *Server) chosen(r *http.Request, q query, room chat.Room) (c chosen, err error) {
	var reply uint64
	for name, id := range map[string]*string{"message": &c.Acting, "edit": &c.Editing, "reply": &c.ReplyTo} {
		seq, err := s.position(q, name)
		if err != nil {
			return c, err
		}
		if *id = q.get(name); name == "reply" {
			reply = seq
		}
	}
	if reply > 0 {
		c.Quote, err = s.quoteOf(r, room, reply)
	}
	return c, err
}

// quoteOf is what is told of a message that is answered; nil if there is none in the room.
func (s *Server) quoteOf(r *http.Request, room chat.Room, seq uint64) (*views.Quote, error) {
	answered, err := s.messages.At(r.Context(), seq)
	if err != nil || len(answered) == 0 || answered[0].Room != room {
		return nil, err
	}
	return answered[0].AsQuote(), nil
}
