package handlers

import (
	"errors"
	"net/http"
	"net/url"

	"github.com/go-chi/chi/v5"

	"plainchat/chat"
	"plainchat/policy"
	"plainchat/service"
)

// messagePath is the address of a message.
func messagePath(ev chat.Event) string { return ev.Room.Path() + "/messages/" + ev.ID.String() }

// param returns a part of the path, decoded.
func param(r *http.Request, name string) string {
	value := chi.URLParam(r, name)
	if r.URL.RawPath == "" {
		return value
	}
	if decoded, err := url.PathUnescape(value); err == nil {
		return decoded
	}
	return value
}

// reference reads an id of this log from a field of the request, as a position.
func (s *Server) reference(field, given string) (uint64, error) {
	id, err := chat.ParseID(given)
	switch {
	case err != nil || id.Seq == 0:
		return 0, badField(field, "not_an_id", "problem.field_not_id", "name", field)
	case id.Epoch != s.Store.Epoch():
		return 0, badField(field, "other_log", "problem.field_other_log", "name", field)
	}
	return id.Seq, nil
}

// addressed returns the room and the position of the message that a path names. What cannot be
// one is not found.
func (s *Server) addressed(r *http.Request) (chat.Room, uint64, error) {
	room, err := roomOf(r)
	if err != nil {
		return "", 0, err
	}
	id, err := chat.ParseID(param(r, "id"))
	if err != nil || id.Seq == 0 || id.Epoch != s.Store.Epoch() {
		return "", 0, policy.NotFound
	}
	s.seen(r, id.Seq)
	return room, id.Seq, nil
}

// change sends what somebody does to the message that the path names.
func (s *Server) change(r *http.Request, key string, body func(of uint64) (chat.Body, error)) (chat.Event, bool, error) {
	room, of, err := s.addressed(r)
	if err != nil {
		return chat.Event{}, false, err
	}
	b, err := body(of)
	if err != nil {
		return chat.Event{}, false, err
	}
	if err := chat.CheckKey(key); err != nil {
		return chat.Event{}, false, err
	}
	return s.act(r, room, key, b)
}

// act sends what somebody does that is no message.
func (s *Server) act(r *http.Request, room chat.Room, key string, body chat.Body) (chat.Event, bool, error) {
	c, err := s.caller(r)
	if err != nil {
		return chat.Event{}, false, err
	}
	from, err := changer(r, c, body)
	if err != nil {
		return chat.Event{}, false, err
	}
	return s.send(r, c, chat.Draft{Room: room, From: from, Key: key, Body: body})
}

// writeAct answers with the event of what act has sent, with nothing if it would change nothing,
// or returns why it was not sent.
func writeAct(w http.ResponseWriter, ev chat.Event, duplicate bool, err error) error {
	switch {
	case err == nil:
		writeAck(w, http.StatusOK, ev, duplicate)
	case errors.Is(err, service.ErrUnchanged):
		w.Header()["Cache-Control"] = ackCache
		w.WriteHeader(http.StatusNoContent)
		err = nil
	}
	return err
}

// changer returns who changes something. The author of a message need not name themselves;
// of the others a script may say who they are, and a browser does by its cookie.
func changer(r *http.Request, c policy.Caller, body chat.Body) (chat.Person, error) {
	from := c.Person
	switch body.(type) {
	case chat.Edit, chat.Update, chat.Delete:
		return from, nil
	}
	if from.Name != "" {
		return from, nil
	}
	q, err := parseQuery(r)
	if err != nil {
		return from, err
	}
	name, err := q.userName()
	if err != nil {
		return from, err
	}
	if name == "" {
		if name, err = userNameHeader(r); err != nil {
			return from, err
		}
	}
	if name == "" {
		name = rememberedName(r)
	}
	if name == "" {
		name = string(chat.Anonymous)
	}
	from.Name, err = chat.ParseName(name)
	return from, err
}

// patchMessage gives a message another text.
func (s *Server) patchMessage(w http.ResponseWriter, r *http.Request) error {
	in, err := s.receiveMessage(w, r)
	if err != nil {
		return err
	}
	ev, duplicate, err := s.change(r, in.clientID, edit(in.text))
	return writeAct(w, ev, duplicate, err)
}

func edit(given string) func(of uint64) (chat.Body, error) {
	return func(of uint64) (chat.Body, error) {
		text, err := chat.ParseText(given)
		return chat.Edit{Of: of, Text: text}, err
	}
}

// deleteMessage deletes a message.
func (s *Server) deleteMessage(w http.ResponseWriter, r *http.Request) error {
	return s.answerChange(w, r, deletion)
}

func deletion(of uint64) (chat.Body, error) { return chat.Delete{Of: of}, nil }

func (s *Server) putReaction(w http.ResponseWriter, r *http.Request) error {
	return s.answerChange(w, r, reaction(param(r, "emoji"), false))
}

func (s *Server) deleteReaction(w http.ResponseWriter, r *http.Request) error {
	return s.answerChange(w, r, reaction(param(r, "emoji"), true))
}

func reaction(given string, removed bool) func(of uint64) (chat.Body, error) {
	return func(of uint64) (chat.Body, error) {
		emoji, err := chat.ParseEmoji(given)
		return chat.Reaction{Of: of, Emoji: emoji, Removed: removed}, err
	}
}

func (s *Server) putPin(w http.ResponseWriter, r *http.Request) error {
	return s.answerChange(w, r, pin(false))
}

func (s *Server) deletePin(w http.ResponseWriter, r *http.Request) error {
	return s.answerChange(w, r, pin(true))
}

func pin(removed bool) func(of uint64) (chat.Body, error) {
	return func(of uint64) (chat.Body, error) { return chat.Pin{Of: of, Removed: removed}, nil }
}

// answerChange makes a change and answers with its event, once that is durable.
func (s *Server) answerChange(w http.ResponseWriter, r *http.Request, body func(of uint64) (chat.Body, error)) error {
	key, err := idempotencyKey(r)
	if err != nil {
		return err
	}
	ev, duplicate, err := s.change(r, key, body)
	return writeAct(w, ev, duplicate, err)
}
