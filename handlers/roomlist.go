package handlers

import (
	"cmp"
	"errors"
	"net/http"
	"slices"

	"github.com/go-json-experiment/json"

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
	Unread   int         `json:"unread"`
	Mentions int         `json:"mentions"`
}

type listedLast struct {
	ID   chat.ID `json:"id"`
	Time string  `json:"time"` // as chat.FormatTime has it
}

// getRooms lists the rooms that the caller may read, those with the newest messages first.
func (s *Server) getRooms(w http.ResponseWriter, r *http.Request) error {
	q, err := parseQuery(r)
	if err != nil {
		return err
	}
	c, err := s.reader(r)
	if err != nil {
		return err
	}
	person, err := listedFor(r, q, c)
	if err != nil {
		return err
	}
	if s.Views == nil {
		return errNoList
	}
	ctx, cancel := steady(r)
	defer cancel()
	summaries, err := s.rooms.For(ctx, person)
	if errors.Is(err, views.ErrNotReady) {
		return errNoList
	} else if err != nil {
		return err
	}
	body, err := json.Marshal(struct {
		Rooms []listedRoom `json:"rooms"`
	}{s.listed(c, summaries)})
	if err != nil {
		return err
	}
	return s.sendList(w, r, append(body, '\n'), summaries)
}

// listedFor returns whose read positions and mentions count. A guest is mentioned by the name
// that their browser remembers.
func listedFor(r *http.Request, q query, c policy.Caller) (chat.Person, error) {
	given, err := q.userName()
	if err != nil || c.Person.Name != "" {
		return c.Person, err
	}
	person := c.Person
	if person.Name = chat.Name(rememberedName(r)); given != "" {
		person.Name, err = chat.ParseName(given)
	}
	return person, err
}

// listed joins what was written in the rooms with what is set of them. Rooms in which nothing
// was written come last, by their names.
func (s *Server) listed(c policy.Caller, summaries []views.RoomSummary) []listedRoom {
	rooms := make([]listedRoom, 0, len(summaries))
	states := s.Service.Facts.Rooms()
	add := func(room listedRoom) {
		state := states[room.Room]
		room.Topic, room.Archived = state.Topic, state.Archived
		delete(states, room.Room)
		if policy.Listen(c, room.Room) == nil {
			rooms = append(rooms, room)
		}
	}
	for _, sum := range summaries {
		last := &listedLast{chat.ID{Epoch: s.Store.Epoch(), Seq: sum.Last}, chat.FormatTime(sum.Time)}
		add(listedRoom{Room: sum.Room, Last: last, Unread: sum.Unread, Mentions: sum.Mentions})
	}
	written := len(rooms)
	for room := range states {
		add(listedRoom{Room: room})
	}
	slices.SortFunc(rooms[written:], func(a, b listedRoom) int { return cmp.Compare(a.Room, b.Room) })
	return rooms
}

// sendList answers with the list. To count what is unread costs as reading does.
func (s *Server) sendList(w http.ResponseWriter, r *http.Request, body []byte, summaries []views.RoomSummary) error {
	cost := len(body)
	for _, sum := range summaries {
		cost += countCost * (sum.Unread + sum.Mentions)
	}
	s.reads.Charge(clientOf(r), cost)
	release, err := s.hold(r, len(body))
	if err != nil {
		return err
	}
	defer release()
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	_, _ = newPieces(w, pieceTimeout).Write(body) // the client has gone
	return nil
}

// countCost is what counting a message costs a client, in bytes of an answer.
const countCost = 100
