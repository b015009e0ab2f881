package handlers

import (
	"cmp"
	"io"
	"net/http"

	"github.com/go-json-experiment/json"

	"plainchat/chat"
)

// maxSmallBody is the largest body of the requests that have a few short members, in bytes.
const maxSmallBody = 16 << 10

// readSmall reads a small body whole.
func readSmall(w http.ResponseWriter, r *http.Request) (string, error) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxSmallBody))
	if err != nil {
		return "", unreadable(err)
	}
	return string(body), checkUTF8(body)
}

// readJSON reads a small object of JSON, strictly. The sentence says what to send.
func readJSON(w http.ResponseWriter, r *http.Request, into any, sentence string) error {
	body, err := readSmall(w, r)
	if err != nil {
		return err
	}
	if err := json.Unmarshal([]byte(body), into, json.RejectUnknownMembers(true)); err != nil {
		p := malformed(sentence)
		p.cause = err
		return p
	}
	return nil
}

// roomSettings are what a request sets of a room; what it leaves out stays.
type roomSettings struct {
	Topic    *string `json:"topic"`
	Archived *bool   `json:"archived"`
}

// putRoom sets the topic of a room, and whether it is archived.
func (s *Server) putRoom(w http.ResponseWriter, r *http.Request) error {
	if _, err := roomOf(r); err != nil {
		return err
	}
	var wanted roomSettings
	if err := readJSON(w, r, &wanted, "problem.not_settings"); err != nil {
		return err
	}
	ev, duplicate, err := s.setRoom(r, wanted)
	return writeAct(w, ev, duplicate, err)
}

func (s *Server) setRoom(r *http.Request, wanted roomSettings) (chat.Event, bool, error) {
	room, err := roomOf(r)
	if err != nil {
		return chat.Event{}, false, err
	}
	state, err := s.settings(room, wanted)
	if err != nil {
		return chat.Event{}, false, err
	}
	return s.act(r, room, "", state)
}

// settings returns what is set of a room once it is as wanted.
func (s *Server) settings(room chat.Room, wanted roomSettings) (state chat.RoomState, err error) {
	state = s.Service.Facts.Room(room)
	state.Archived = *cmp.Or(wanted.Archived, &state.Archived)
	if wanted.Topic != nil {
		state.Topic, err = chat.ParseTopic(*wanted.Topic)
	}
	return state, err
}
