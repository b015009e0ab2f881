package handlers

import (
	"errors"
	"net/http"
	"strings"

	"plainchat/chat"
	"plainchat/service"
)

// postEdit takes the form by which a page without JavaScript edits a message: the field
// message. A form has no other method than POST.
func (s *Server) postEdit(w http.ResponseWriter, r *http.Request) error {
	if err := parseForm(w, r); err != nil {
		return err
	}
	text := r.PostForm.Get("message")
	err := s.changeByForm(w, r, edit(text))
	if err != nil && wantsHTML(r) {
		return s.failEdit(w, r, text, err)
	}
	return err
}

// failEdit shows the room again, with what went wrong and the text still in the form that edits
// the message.
func (s *Server) failEdit(w http.ResponseWriter, r *http.Request, text string, cause error) error {
	room, seq, err := s.addressed(r)
	if err != nil {
		return cause
	}
	view, err := s.roomView(r, room)
	if err != nil {
		return cause
	}
	p := s.report(w, r, cause)
	view.Chosen.Editing, view.Chosen.Draft = chat.ID{Epoch: s.Store.Epoch(), Seq: seq}.String(), text
	view.Size += len(text)
	view.Problem = &problemView{Status: p.Status, Title: languageOf(r).Text("problem.page_title.unedited"), Detail: p.Detail}
	return s.sendRoom(w, r, p.Status, view)
}

// postDelete takes the form that deletes a message.
func (s *Server) postDelete(w http.ResponseWriter, r *http.Request) error {
	return s.changeByForm(w, r, deletion)
}

// postReact takes the form of a reaction: the field emoji, and removed to take it back.
func (s *Server) postReact(w http.ResponseWriter, r *http.Request) error {
	if err := parseForm(w, r); err != nil {
		return err
	}
	emoji := strings.TrimSpace(r.PostForm.Get("emoji")) // typed, perhaps with a space after it
	return s.changeByForm(w, r, reaction(emoji, r.PostForm.Has("removed")))
}

// postPin takes the form that pins a message: the field removed takes it back.
func (s *Server) postPin(w http.ResponseWriter, r *http.Request) error {
	if err := parseForm(w, r); err != nil {
		return err
	}
	return s.changeByForm(w, r, pin(r.PostForm.Has("removed")))
}

// changeByForm makes a change and answers with the way back to the message.
func (s *Server) changeByForm(w http.ResponseWriter, r *http.Request, body func(uint64) (chat.Body, error)) error {
	room, of, err := s.addressed(r)
	if err != nil {
		return err
	}
	if _, _, err := s.change(r, "", body); err != nil && !errors.Is(err, service.ErrUnchanged) {
		return err
	}
	s.leadTo(w, r, room, of)
	return nil
}

// leadTo leads the page with a form back to a message.
func (s *Server) leadTo(w http.ResponseWriter, r *http.Request, room chat.Room, seq uint64) {
	target := chat.ID{Epoch: s.Store.Epoch(), Seq: seq}
	http.Redirect(w, r, room.Path()+threadQuery(s.threadOf(r))+"#m-"+target.String(), http.StatusSeeOther) // #nosec G710 -- a path of this server, begun by us
}

// postSettings takes the form of a room's settings.
func (s *Server) postSettings(w http.ResponseWriter, r *http.Request) error {
	if err := parseForm(w, r); err != nil {
		return err
	}
	var wanted roomSettings
	if r.PostForm.Has("topic") {
		topic := r.PostForm.Get("topic")
		wanted.Topic = &topic
	}
	room, err := roomOf(r)
	if err != nil {
		return err
	}
	if _, _, err := s.setRoom(r, wanted); err != nil && !errors.Is(err, service.ErrUnchanged) {
		return err
	}
	http.Redirect(w, r, room.Path(), http.StatusSeeOther) // #nosec G710 -- a path of this server, begun by us
	return nil
}

func parseForm(w http.ResponseWriter, r *http.Request) error {
	r.Body = http.MaxBytesReader(w, r.Body, maxBody)
	if err := r.ParseForm(); err != nil {
		return unreadable(err)
	}
	return nil
}
