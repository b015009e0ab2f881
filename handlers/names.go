package handlers

import (
	"net/http"
	"time"

	"plainchat/chat"
	"plainchat/policy"
)

// nameJSON is what somebody is told of a name before they use it.
type nameJSON struct {
	UserName    chat.Name `json:"user_name"` // in the form in which it is stored
	Free        bool      `json:"free"`      // to whoever asks: nobody else's
	Alternative chat.Name `json:"alternative,omitempty"`
}

// getName tells whether a name is free to whoever asks. It may be taken a moment later.
func (s *Server) getName(w http.ResponseWriter, r *http.Request) error {
	name, err := chat.ParseName(param(r, "name"))
	if err != nil {
		return err
	}
	c, err := s.caller(r)
	if err != nil {
		return err
	}
	now := time.Now()
	answer := nameJSON{UserName: name, Free: !s.Service.Facts.Taken(name, c.Person.ID, now)}
	if !answer.Free {
		answer.Alternative = s.Service.Facts.Alternative(name, c.Person.ID, now)
	}
	return writeJSON(w, http.StatusOK, answer)
}

// judgeName says on a page which names are the visitor's, and whether the one that their browser
// remembers still is: after a while it may have become somebody else's.
func (s *Server) judgeName(view *roomView, visitor policy.Caller) {
	now, id := time.Now(), visitor.Person.ID
	view.OwnNames = s.Service.Facts.Names(id, now)
	name := chat.Name(view.UserName)
	if view.NameTaken = name != "" && s.Service.Facts.Taken(name, id, now); view.NameTaken {
		view.FreeName = s.Service.Facts.Alternative(name, id, now)
	}
}

// OfferedName is what the field of the name holds.
func (v roomView) OfferedName() string {
	if v.NameTaken && v.FreeName != "" {
		return string(v.FreeName)
	}
	return v.UserName
}

// Name is who the visitor is; empty if that is to be chosen.
func (v roomView) Name() string {
	if v.NameTaken {
		return ""
	}
	return v.UserName
}
