package handlers

import (
	"context"
	"crypto/rand"
	"net/http"
	"time"

	"plainchat/chat"
	"plainchat/policy"
	"plainchat/views"
)

// asksPath is the address of the question that a message asks.
func asksPath(ev chat.Event) string { return ev.Room.Path() + "/asks/" + ev.ID.String() }

// postAsk appends a message, and that it is a question. A request that was cut short between the two is
// completed when it is sent again with the same client_id.
func (s *Server) postAsk(w http.ResponseWriter, r *http.Request) error {
	room, err := roomOf(r)
	if err != nil {
		return err
	}
	in, err := s.receiveAsk(w, r)
	if err != nil {
		return err
	}
	ask, err := in.ask()
	if err != nil {
		return err
	}
	c, draft, err := s.draftAsk(r, room, in)
	if err != nil {
		return err
	}
	ev, duplicate, err := s.send(r, c, draft)
	if err != nil {
		return err
	}
	ask.Of = ev.ID.Seq
	if in.Wait > 0 { // counted from the message, so that it is the same question when it is sent again
		ask.Until = ev.Time.Add(time.Duration(in.Wait)).UnixMilli()
	}
	asked := chat.Draft{Room: room, From: ev.From, Key: askKey(c, ev), Body: ask}
	if _, _, err := s.send(r, c, asked); err != nil {
		return err
	}
	w.Header().Set("Location", asksPath(ev))
	writeAsked(w, http.StatusCreated, ev, duplicate, s.standing(r, c, ask))
	return nil
}

// draftAsk returns the message that asks, with who sends it. Somebody without an id is its author by the secret
// that they show, or else by their client_id, which is told to nobody then.
func (s *Server) draftAsk(r *http.Request, room chat.Room, in askInput) (policy.Caller, chat.Draft, error) {
	q, err := parseQuery(r)
	if err != nil {
		return policy.Caller{}, chat.Draft{}, err
	}
	message := input{userName: in.UserName, text: in.Message, clientID: in.ClientID, replyTo: in.ReplyTo}
	if err := message.complete(r, q); err != nil {
		return policy.Caller{}, chat.Draft{}, err
	}
	c, draft, err := s.draft(r, room, message)
	switch {
	case err != nil || draft.From.ID != "":
	case c.Author == "":
		c.Author = askAuthor(draft.Key)
		draft.Key = chat.AuthorKey(c.Author)
	case draft.Key != chat.AuthorKey(c.Author):
		err = badField("client_id", "conflict", "problem.author_key")
	}
	return c, draft, err
}

// askKey is the key under which a message becomes a question. Under a name that nobody owns it is one that nobody can
// guess, or somebody could use it before.
func askKey(c policy.Caller, ev chat.Event) string {
	if ev.From.ID == "" && c.Author != "" {
		return chat.AuthorKey("ask: " + c.Author)
	}
	return "ask-" + ev.ID.String()
}

// askAuthor returns the secret by which somebody is the author of the question with a client id; if there is
// none, one that nobody knows.
func askAuthor(clientID string) string {
	if clientID == "" {
		return rand.Text()
	}
	return "client_id of a question: " + clientID
}

// standing returns how it stands with a question; as it was asked, where nobody knows now.
func (s *Server) standing(r *http.Request, c policy.Caller, ask chat.Ask) *views.Question {
	ctx, cancel := steady(r)
	defer cancel()
	if q, err := s.asks.Of(ctx, ask.Of, asker(c)); err == nil && q != nil {
		return q
	}
	return &views.Question{Ask: ask}
}

// writeAsked answers with an event, and how it stands with the question that it is about.
func writeAsked(w http.ResponseWriter, status int, ev chat.Event, duplicate bool, q *views.Question) {
	body := ev.AppendJSON(nil)
	body = q.AppendJSON(append(body[:len(body)-1], `,"ask":`...))
	if duplicate {
		w.Header()["Idempotent-Replayed"] = replayed
		body = append(body, `,"duplicate":true}`...)
	} else {
		body = append(body, `,"duplicate":false}`...)
	}
	w.Header()["Content-Type"] = ackType
	w.Header()["Cache-Control"] = ackCache
	w.WriteHeader(status)
	_, _ = w.Write(append(body, '\n')) // #nosec G705 -- JSON, and said to be; the client has gone
}

// getAsks lists the open questions of a room, as messages.
func (s *Server) getAsks(w http.ResponseWriter, r *http.Request) error {
	room, c, err := s.roomReader(r)
	if err != nil {
		return err
	}
	open, err := s.openAsks(r, c, room)
	if err != nil {
		return err
	}
	body := []byte(`{"asks":[`)
	for i := range open {
		if i > 0 {
			body = append(body, ',')
		}
		body = open[i].AppendJSON(body)
	}
	return s.sendBody(w, r, "application/json", append(body, "]}\n"...))
}

// openAsks returns the messages of a room whose questions are open, the oldest first.
func (s *Server) openAsks(r *http.Request, c policy.Caller, room chat.Room) (open []views.Message, err error) {
	ctx, cancel := steady(r)
	defer cancel()
	seqs, err := s.asks.Open(ctx, room)
	if err != nil {
		return nil, err
	}
	messages, err := s.messages.For(ctx, asker(c), seqs...)
	for _, m := range messages {
		if m.Ask != nil && m.Ask.State() == views.Open {
			open = append(open, m)
		}
	}
	return open, err
}

// getAsk answers with a question as it stands: at once, when it is answered, or line by line. A browser is
// led to its place on the page.
func (s *Server) getAsk(w http.ResponseWriter, r *http.Request) error {
	w.Header().Add("Vary", "Accept")
	if wantsHTML(r) {
		return s.getMessage(w, r)
	}
	q, err := parseQuery(r)
	if err != nil {
		return err
	}
	var wait waitTime
	if q.has("wait") {
		if wait, err = parseWait(q.get("wait")); err != nil {
			return err
		}
	}
	a, err := s.readAsked(r)
	if err != nil {
		return err
	}
	switch {
	case quality(r, typeText) > 0:
		return s.untilAnswered(w, r, a)
	case wait > 0 && a.Ask.State() == views.Open:
		if err := s.pollAnswer(w, r, &a, min(time.Duration(wait), longestPoll)); err != nil {
			return err
		}
	}
	return s.sendBody(w, r, "application/json", append(a.AppendJSON(nil), '\n'))
}

// question is a message that asks something, as it stood after an event.
type question struct {
	views.Message
	upto   chat.ID
	reader policy.Caller
}

// readAsked reads the question that the path names.
func (s *Server) readAsked(r *http.Request) (a question, err error) {
	if a.Message, a.upto, err = s.readMessage(r); err != nil {
		return a, err
	}
	if a.reader, err = s.caller(r); err != nil {
		return a, err
	}
	switch {
	case a.Deleted:
		return a, policy.Deleted
	case a.Ask == nil:
		return a, s.noQuestion(r.Context(), a.ID.Seq)
	}
	return a, nil
}

// noQuestion tells a message that asks nothing from one of which that is not known now.
func (s *Server) noQuestion(ctx context.Context, seq uint64) error {
	if q, err := s.asks.Of(ctx, seq, ""); err != nil {
		return err
	} else if q != nil { // just made one
		return errNoAsks
	}
	return policy.NoQuestion
}
