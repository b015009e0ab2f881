package handlers

import (
	"net/http"
	"strings"

	"plainchat/broker"
	"plainchat/chat"
	"plainchat/locale"
)

// maxPeople is how many people a list has at the most.
const maxPeople = 1000

// peopleJSON is who listens in a room.
type peopleJSON struct {
	Room   chat.Room    `json:"room"`
	Online int          `json:"online"`
	People []personJSON `json:"people"` // those who came first
}

type personJSON struct {
	UserName chat.Name `json:"user_name"`
	Idle     bool      `json:"idle"`
	Since    string    `json:"since,omitempty"` // since when they are idle
}

// getPeople lists who listens in a room.
func (s *Server) getPeople(w http.ResponseWriter, r *http.Request) error {
	room, err := roomOf(r)
	if err != nil {
		return err
	}
	if _, err := parseQuery(r); err != nil {
		return err
	}
	if _, err := s.reader(r, room); err != nil {
		return err
	}
	online, people := s.Broker.People(room, maxPeople)
	w.Header().Add("Vary", "Accept")
	if quality(r, typeText) > 0 {
		inLanguage(w, languageOf(r))
		return s.sendBody(w, r, "text/plain; charset=utf-8", textOfPeople(languageOf(r), online, people))
	}
	list := peopleJSON{Room: room, Online: online, People: make([]personJSON, len(people))}
	for i, person := range people {
		list.People[i] = personJSON{UserName: person.Name, Idle: person.Idle}
		if person.Idle {
			list.People[i].Since = chat.FormatTime(person.Since)
		}
	}
	return s.sendJSON(w, r, list)
}

// textOfPeople is the list to read in a terminal: a name a line.
func textOfPeople(language *locale.Catalogue, online int, people []broker.Person) []byte {
	var text strings.Builder
	for _, person := range people {
		text.WriteString(chat.LineForTerminal(string(person.Name)))
		if person.Idle {
			text.WriteString(" (" + language.Text("text.idle") + ")")
		}
		text.WriteByte('\n')
	}
	if more := online - len(people); more > 0 {
		text.WriteString(language.Text("text.more", "n", more) + "\n")
	}
	return []byte(text.String())
}

// postIdle makes somebody idle in a room, or active again.
func (s *Server) postIdle(w http.ResponseWriter, r *http.Request) error {
	in, err := readSignal(w, r)
	if err != nil {
		return err
	}
	if in.Idle == nil {
		return badField("idle", "empty", "problem.idle_missing")
	}
	c, room, name, err := s.signaller(r, in)
	if err != nil {
		return err
	}
	if err := s.Service.MayAttend(c, room, name); err != nil {
		return err
	}
	s.Broker.SetIdle(room, name, *in.Idle)
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// postTyping tells a room that somebody types there.
func (s *Server) postTyping(w http.ResponseWriter, r *http.Request) error {
	in, err := readSignal(w, r)
	if err != nil {
		return err
	}
	if in.Idle != nil {
		return badField("idle", "unknown", "problem.idle_elsewhere")
	}
	c, room, name, err := s.signaller(r, in)
	if err != nil {
		return err
	}
	if err := s.Service.MayWrite(c, room, name); err != nil {
		return err
	}
	s.Broker.Typing(room, name)
	w.WriteHeader(http.StatusNoContent)
	return nil
}
