package e2e

import (
	"encoding/json"
	"fmt"
	"net/http"
)

// What robots do at random: tell of an incident or of a program in one message, and ask.

// tellByKey gives a message another text and another status.
func (s *story) tellByKey() {
	state := pick(s.rng, []string{"", "state=firing", "state=firing", "state=resolved", "state=running", "state=ended&exit=0&ms=93000", "state=ended&exit=2", "state=lost"})
	robot := s.people[3]
	at := fmt.Sprintf("/messages/by-key/k-%d?%s", s.rng.IntN(3), state)
	status, answer := s.want(robot, http.MethodPut, at, map[string]string{"message": s.text()}, http.StatusOK, http.StatusCreated, http.StatusGone, http.StatusForbidden)
	if status == http.StatusCreated {
		s.keep(robot, answer)
	}
}

// ask puts a question to all, to somebody, or as a poll.
func (s *story) ask() {
	if len(s.messages) == storyMessages {
		return
	}
	robot := s.people[3]
	question := map[string]any{"message": s.text() + "?", "choices": []string{"yes", "no", "차 <b>"}, "wait": "1h"}
	switch s.rng.IntN(4) {
	case 0:
		question["from"] = []string{"Ben"}
	case 1, 2:
		question["poll"] = true
	default:
		question["default"] = "no"
	}
	_, answer := s.want(robot, http.MethodPost, "/asks", question, http.StatusCreated)
	s.asks = append(s.asks, s.keep(robot, answer))
}

// answerAsk answers a question; others may have been faster.
func (s *story) answerAsk() {
	if len(s.asks) == 0 {
		return
	}
	p, asked := pick(s.rng, s.people), pick(s.rng, s.asks)
	body := map[string]string{"user_name": p.name, "choice": pick(s.rng, []string{"yes", "no", "차 <b>"})}
	s.want(p, http.MethodPost, "/asks/"+asked.id+"/answer", body, http.StatusOK, http.StatusCreated, http.StatusForbidden, http.StatusNotFound, http.StatusConflict, http.StatusGone, http.StatusUnprocessableEntity)
}

// keep takes a message that was written.
func (s *story) keep(author *person, answer []byte) *written {
	s.server.t.Helper()
	var ev struct{ ID string }
	if err := json.Unmarshal(answer, &ev); err != nil {
		s.server.t.Fatal(err)
	}
	m := &written{id: ev.ID, author: author}
	s.messages = append(s.messages, m)
	return m
}
