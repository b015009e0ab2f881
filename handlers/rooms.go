package handlers

import (
	"crypto/rand"
	"net/http"

	"plainchat/chat"
	"plainchat/store"
)

// getHome shows the lobby to a browser, and to all others how to use the server.
func (s *Server) getHome(w http.ResponseWriter, r *http.Request) error {
	w.Header().Add("Vary", "Accept")
	if wantsHTML(r) {
		return s.showRoom(w, r, chat.Lobby)
	}
	if _, err := parseQuery(r); err != nil {
		return err
	}
	return writeText(w, usage(s.baseURL(r)))
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
	w.Header().Set("Cache-Control", "no-store")
	return s.pages.room(w, http.StatusOK, view)
}

// roomView gathers what the chat page shows.
func (s *Server) roomView(r *http.Request, room chat.Room) (roomView, error) {
	q, err := parseQuery(r)
	if err != nil {
		return roomView{}, err
	}
	page := store.Page{Room: room, Limit: defaultLimit}
	_, last, err := s.Store.Bounds(r.Context())
	if err != nil {
		return roomView{}, err
	}
	if page.Before, err = s.before(q); err != nil {
		return roomView{}, err
	}
	live := page.Before == 0
	if live {
		page.Before = last + 1 // what is said meanwhile comes by the stream alone
	}
	ctx, cancel := steady(r)
	defer cancel()
	events, more, err := s.Store.Page(ctx, page)
	if err != nil {
		return roomView{}, err
	}
	view := roomView{
		Room: room, UserName: rememberedName(r), Events: events,
		Since: chat.ID{Epoch: s.Store.Epoch(), Seq: last}.String(),
		URL:   s.baseURL(r) + room.Path(), ClientID: rand.Text(),
	}
	if !live {
		view.Newest = room.Path()
	}
	if more {
		view.Older = room.Path() + "?before=" + events[0].ID.String()
	}
	return view, nil
}
