package handlers

import (
	"net/http"
	"time"
)

// roomsView is what the page of the list of rooms shows.
type roomsView struct {
	Rooms []listedRoom
	Query string // what their names contain, or empty
	Next  string // address of the page after this one, or empty
}

// Path is the address of the room.
func (r listedRoom) Path() string { return r.Room.Path() }

// When is when something was written last.
func (l listedLast) When() time.Time { return l.at }

// sendRoomsPage answers with the list as a page.
func (s *Server) sendRoomsPage(w http.ResponseWriter, r *http.Request, req roomRequest, page roomPage) error {
	size := 0
	for _, room := range page.Rooms {
		size += roomMarkup + escapedSize(room.Topic)
	}
	s.reads.Charge(clientOf(r), size)
	release, err := s.hold(r, size)
	if err != nil {
		return err
	}
	defer release()
	s.welcome(w, r)
	w.Header().Set("Cache-Control", "no-store")
	return s.pages.write(w, r, http.StatusOK, "rooms", roomsView{Rooms: page.Rooms, Query: req.query.get("q"), Next: page.Next})
}

// roomMarkup is about what a room takes on the page of the list, in bytes.
const roomMarkup = 700
