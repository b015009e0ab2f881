package handlers

import (
	"errors"
	"net/http"

	"plainchat/chat"
	"plainchat/views"
)

// putRead tells how far somebody has read a room.
func (s *Server) putRead(w http.ResponseWriter, r *http.Request) error {
	var given struct {
		ID string `json:"id"`
	}
	if err := readJSON(w, r, &given, "problem.not_position"); err != nil {
		return err
	}
	room, err := roomOf(r)
	if err != nil {
		return err
	}
	upto, err := s.reference("id", given.ID)
	if err != nil {
		return err
	}
	s.seen(r, upto)
	ev, duplicate, err := s.act(r, room, "", chat.Read{Upto: upto})
	return writeAct(w, ev, duplicate, err)
}

// roomReads is how far people have read a room.
type roomReads struct {
	Room      chat.Room  `json:"room"`
	Count     int        `json:"count"`
	Positions []readUpto `json:"positions"`
	Me        *chat.ID   `json:"me,omitempty"` // nil where the caller has not told
}

type readUpto struct {
	UserName chat.Name `json:"user_name"`
	ID       chat.ID   `json:"id"`
}

var errNoReads = busy("unavailable", "5", "problem.no_reads")

// getRead tells how far people have read a room.
func (s *Server) getRead(w http.ResponseWriter, r *http.Request) error {
	room, c, err := s.roomReader(r)
	if err != nil {
		return err
	}
	ctx, cancel := steady(r)
	defer cancel()
	reads, err := s.readList.Of(ctx, room, asker(c))
	if errors.Is(err, views.ErrNotReady) {
		return errNoReads
	} else if err != nil {
		return err
	}
	answer := roomReads{Room: room, Count: reads.Count, Positions: make([]readUpto, len(reads.Newest))}
	for i, p := range reads.Newest {
		answer.Positions[i] = readUpto{p.Name, chat.ID{Epoch: s.Store.Epoch(), Seq: p.Upto}}
	}
	if reads.Own > 0 {
		answer.Me = &chat.ID{Epoch: s.Store.Epoch(), Seq: reads.Own}
	}
	return s.sendJSON(w, r, answer)
}

// lastRead is the id of the last message of a room that somebody has read, for the page; empty
// for strangers, and where they have not told.
func (s *Server) lastRead(r *http.Request, room chat.Room, asker string) string {
	if seq := s.readList.Own(r.Context(), room, asker); seq > 0 {
		return chat.ID{Epoch: s.Store.Epoch(), Seq: seq}.String()
	}
	return ""
}

// hasRead tells that somebody who has written by the form of the page has read what is above it:
// without script nothing else does. Of strangers nothing is told.
func (s *Server) hasRead(r *http.Request, ev chat.Event) {
	c, err := s.caller(r)
	if err != nil || c.Person.ID == "" {
		return
	}
	from := chat.Person{ID: c.Person.ID, Name: ev.From.Name}
	_, _, _ = s.send(r, c, chat.Draft{Room: ev.Room, From: from, Body: chat.Read{Upto: ev.ID.Seq}}) // the message is stored all the same
}
