package handlers

import (
	"net/http"
	"time"

	"plainchat/chat"
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
