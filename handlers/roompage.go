package handlers

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"plainchat/chat"
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
