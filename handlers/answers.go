package handlers

import (
	"context"
	"errors"
	"net/http"
	"strings"

	"plainchat/chat"
	"plainchat/locale"
	"plainchat/policy"
	"plainchat/service"
	"plainchat/views"
)

// errNoAsks is the state of questions while their view is being built.
var errNoAsks = busy("unavailable", "2", "problem.no_asks")

// answerInput is an answer as a client sends it.
type answerInput struct {
	UserName string `json:"user_name"`
	Choice   string `json:"choice"`
	ClientID string `json:"client_id"`
}

// answerJSON is the answer that counts, for those that came too late.
type answerJSON struct {
	Choice   string    `json:"choice"`
	UserName chat.Name `json:"user_name,omitempty"` // empty where the time was over
	Time     string    `json:"time"`
}

// tellAnswer adds what counts to the refusal of an answer.
func (p *problem) tellAnswer(late *service.Answered) {
	p.Answer = &answerJSON{late.Choice, late.By, chat.FormatTime(late.At)}
	switch {
	case !late.Expired:
		p.said = locale.NewError("problem.answered", "name", late.By, "choice", late.Choice)
	case late.Choice != "":
		p.said = locale.NewError("problem.expired_default", "choice", late.Choice)
	}
}

// postAnswer takes an answer to the question that the path names; to a form of a page it answers with the way
// back.
func (s *Server) postAnswer(w http.ResponseWriter, r *http.Request) error {
	in, err := receiveAnswer(w, r)
	if err != nil {
		return err
	}
	room, of, err := s.addressed(r)
	if err != nil {
		return err
	}
	ev, duplicate, q, err := s.answerTo(r, room, of, in)
	if fromPageForm(r) {
		return s.answeredByForm(w, r, room, of, err)
	}
	if err != nil {
		return err
	}
	writeAsked(w, http.StatusOK, ev, duplicate, q)
	return nil
}

// receiveAnswer reads an answer from JSON or a form; bare text is the choice.
func receiveAnswer(w http.ResponseWriter, r *http.Request) (in answerInput, err error) {
	contentType, _, _ := strings.Cut(r.Header.Get("Content-Type"), ";")
	switch strings.TrimSpace(contentType) {
	case "application/json":
		err = readJSON(w, r, &in, "problem.not_answer")
	case typeForm:
		if err = parseForm(w, r); err == nil {
			in = answerInput{r.PostForm.Get("user_name"), r.PostForm.Get("choice"), r.PostForm.Get("client_id")}
		}
	case typeText, "":
		in.Choice, err = readSmall(w, r)
	default:
		return in, errMediaType
	}
	if err != nil {
		return in, err
	}
	key, err := idempotencyKey(r)
	if in.ClientID == "" {
		in.ClientID = key
	}
	if err == nil {
		err = checkUTF8([]byte(in.UserName + in.Choice))
	}
	if err == nil {
		err = chat.CheckKey(in.ClientID)
	}
	return in, err
}

// answerTo answers the question of the message at a position, and returns how it stands with it then. Which choice
// is meant is told by its name, whatever the case.
func (s *Server) answerTo(r *http.Request, room chat.Room, of uint64, in answerInput) (ev chat.Event, duplicate bool, q *views.Question, err error) {
	c, err := s.caller(r)
	if err != nil {
		return ev, false, nil, err
	}
	answer := chat.Answer{Of: of, Choice: in.Choice}
	ctx, cancel := steady(r)
	defer cancel()
	if q, err = s.asks.Of(ctx, of, ""); err != nil {
		return ev, false, nil, err
	}
	if q == nil { // policy says what is there instead
		q = new(views.Question)
	}
	if choice, found := q.Choose(in.Choice); found {
		answer.Choice = choice
	}
	draft := chat.Draft{Room: room, Key: in.ClientID, Body: answer}
	if draft.From, err = answerer(r, c, in.UserName); err != nil {
		return ev, false, nil, err
	}
	ev, duplicate, err = s.send(r, c, draft)
	if errors.Is(err, service.ErrUnchanged) { // who is told the same twice is told the same
		duplicate = true
		ev, err = s.answerOf(ctx, of, draft.From)
	}
	if err != nil {
		return ev, false, nil, err
	}
	return ev, duplicate, s.standing(r, c, q.Ask), nil
}

// answerOf returns the answer that somebody has given to a question before.
func (s *Server) answerOf(ctx context.Context, of uint64, by chat.Person) (chat.Event, error) {
	seq, err := s.asks.AnswerOf(ctx, of, by)
	if err != nil {
		return chat.Event{}, err
	}
	events, err := s.Store.At(ctx, seq)
	if err == nil && len(events) == 0 { // the question was deleted meanwhile
		err = policy.NoQuestion
	}
	if err != nil {
		return chat.Event{}, err
	}
	return events[0], nil
}

// answerer returns who answers: under the name that they give, or as one who changes something.
func answerer(r *http.Request, c policy.Caller, name string) (from chat.Person, err error) {
	if name == "" {
		return changer(r, c, chat.Answer{})
	}
	from = c.Person
	from.Name, err = chat.ParseName(name)
	return from, err
}

// answeredByForm leads whoever has answered with a form back to the question, which says what came of it.
func (s *Server) answeredByForm(w http.ResponseWriter, r *http.Request, room chat.Room, of uint64, err error) error {
	if _, late := errors.AsType[*service.Answered](err); err != nil && !late {
		return err
	}
	s.leadTo(w, r, room, of)
	return nil
}

// answerCommand answers with a text of the composer what the text replies to, or else the newest open question of
// the room.
func (s *Server) answerCommand(r *http.Request, room chat.Room, in input, choice string) (chat.Event, error) {
	of, err := s.questionFor(r, room, in.replyTo)
	if err != nil {
		return chat.Event{}, err
	}
	ev, _, _, err := s.answerTo(r, room, of, answerInput{in.userName, choice, in.clientID})
	if errors.Is(err, policy.NoChoice) {
		return ev, s.noChoice(r, of)
	}
	return ev, err
}

// questionFor returns the position of the message that a command answers.
func (s *Server) questionFor(r *http.Request, room chat.Room, replyTo string) (uint64, error) {
	ctx, cancel := steady(r)
	defer cancel()
	if replyTo != "" {
		of, err := s.reference("reply_to", replyTo)
		if err != nil {
			return 0, err
		}
		if q, err := s.asks.Of(ctx, of, ""); err != nil || q != nil {
			return of, err
		}
	}
	open, err := s.asks.Open(ctx, room)
	if err == nil && len(open) == 0 {
		err = badField("message", "no_question", "problem.command.no_question")
	}
	if err != nil {
		return 0, err
	}
	return open[0], nil
}

// noChoice says what can be answered.
func (s *Server) noChoice(r *http.Request, of uint64) error {
	q, err := s.asks.Of(r.Context(), of, "")
	if err != nil || q == nil {
		return policy.NoChoice
	}
	return badField("message", "no_choice", "problem.command.no_choice", "choices", strings.Join(q.List(), ", "))
}
