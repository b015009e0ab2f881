package handlers

import (
	"context"
	"crypto/rand"
	"log/slog"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"sync"

	"plainchat/chat"
	"plainchat/policy"
)

// postMessage appends a message to the log and answers with its event once it
// is durable; to a form of the page without JavaScript, with the way back.
func (s *Server) postMessage(w http.ResponseWriter, r *http.Request) error {
	room, err := roomOf(r)
	if err != nil {
		return err
	}
	in, err := s.receiveMessage(w, r)
	if in.form && wantsHTML(r) {
		return s.postForm(w, r, room, in, err)
	}
	if err != nil {
		return err
	}
	ev, duplicate, err := s.write(r, room, in)
	if err != nil {
		return err
	}
	w.Header().Set("Location", messagePath(ev))
	writeAck(w, http.StatusCreated, ev, duplicate)
	return nil
}

// postForm does what was written in a form of the page, unless it could not be received.
func (s *Server) postForm(w http.ResponseWriter, r *http.Request, room chat.Room, in input, err error) error {
	var ev chat.Event
	if err == nil {
		ev, err = s.obey(r, room, in)
	}
	if err != nil {
		return s.failForm(w, r, room, in, err)
	}
	rememberName(w, ev.From.Name)
	return s.ledBack(w, r, ev)
}

// ledBack leads whoever has written in a form to where that was: to the room, which they have read
// then, or to their message in the thread.
func (s *Server) ledBack(w http.ResponseWriter, r *http.Request, ev chat.Event) error {
	to := ev.Room.Path()
	switch thread := s.threadOf(r); {
	case thread != "" && ev.IsMessage():
		to += threadQuery(thread) + "#m-" + ev.ID.String()
	case thread != "":
		to += threadQuery(thread)
	default:
		s.hasRead(r, ev)
	}
	http.Redirect(w, r, to, http.StatusSeeOther) // #nosec G710 -- a path of this server, begun by us
	return nil
}

// threadOf is the id of the message with which the thread begins whose page had a form; empty if it
// was the room's page.
func (s *Server) threadOf(r *http.Request) string {
	q, err := parseQuery(r)
	if err != nil {
		return ""
	}
	if seq, err := s.position(q, "thread"); err != nil || seq == 0 {
		return ""
	}
	return q.get("thread")
}

// write checks a message and sends it.
func (s *Server) write(r *http.Request, room chat.Room, in input) (chat.Event, bool, error) {
	c, draft, err := s.draft(r, room, in)
	if err != nil {
		return chat.Event{}, false, err
	}
	return s.send(r, c, draft)
}

// draft checks a message, and returns it with who sends it.
func (s *Server) draft(r *http.Request, room chat.Room, in input) (policy.Caller, chat.Draft, error) {
	c, err := s.caller(r)
	if err != nil {
		return c, chat.Draft{}, err
	}
	if in.userName == "" || in.anonymous && c.Token != nil {
		in.userName = string(c.Person.Name) // a token's
	}
	if in.clientID == "" && c.Author != "" {
		in.clientID = chat.AuthorKey(c.Author)
	}
	draft, err := chat.NewMessage(room, in.userName, in.text, in.clientID)
	if err != nil {
		return c, draft, err
	}
	if in.replyTo != "" {
		target, err := s.reference("reply_to", in.replyTo)
		if err != nil {
			return c, draft, err
		}
		s.seen(r, target)
		draft.Body = chat.Message{Text: draft.Text(), ReplyTo: target}
	}
	draft.From.ID = c.Person.ID
	return c, draft, nil
}

// send has the service append a draft, and records that.
func (s *Server) send(r *http.Request, c policy.Caller, draft chat.Draft) (chat.Event, bool, error) {
	return s.record(r, draft, func(ctx context.Context) (chat.Event, bool, error) { return s.Service.Send(ctx, c, draft) })
}

// record has the service do something with a draft, and records that.
func (s *Server) record(r *http.Request, draft chat.Draft, do func(context.Context) (ev chat.Event, duplicate bool, err error)) (chat.Event, bool, error) {
	if err := s.limitBytes(r, draft); err != nil {
		return chat.Event{}, false, err
	}
	return s.recorded(r, do)
}

// recorded is admit, and records it.
func (s *Server) recorded(r *http.Request, do func(context.Context) (ev chat.Event, duplicate bool, err error)) (chat.Event, bool, error) {
	ev, duplicate, err := s.admit(r, do)
	if err != nil {
		return chat.Event{}, false, err
	}
	what := "message accepted"
	switch {
	case duplicate:
		what = "message repeated"
	case !ev.IsMessage():
		what = ev.Kind().Name + " accepted"
	}
	s.Logger.LogAttrs(r.Context(), slog.LevelInfo, what, // five attributes; a sixth would cost an allocation
		slog.String("id", ev.ID.String()), slog.String("room", string(ev.Room)),
		slog.String("user_name", string(ev.From.Name)), slog.Int("bytes", len(ev.Text())),
		slog.String("client", clientAddr(r)))
	return ev, duplicate, nil
}

// admit has the service append something, unless the server is about to end.
func (s *Server) admit(r *http.Request, do func(context.Context) (ev chat.Event, duplicate bool, err error)) (chat.Event, bool, error) {
	if !s.sending.TryRLock() { // only Drain ever holds it for writing
		return chat.Event{}, false, errDraining
	}
	defer s.sending.RUnlock()
	ctx, cancel := steady(r)
	defer cancel()
	ev, duplicate, err := do(ctx)
	if s.Shared {
		s.carry(r, err)
	}
	return ev, duplicate, err
}

// Header values of an acknowledgement, shared by all.
var (
	ackType  = []string{"application/json"}
	ackCache = []string{"no-store"}
	replayed = []string{"true"}
)

// acks holds the buffers of acknowledgements.
var acks = sync.Pool{New: func() any { return new([]byte) }}

// writeAck writes the event's JSON with the member "duplicate" added. A repeated message
// has the header that other services with an Idempotency-Key tell it by.
func writeAck(w http.ResponseWriter, status int, ev chat.Event, duplicate bool) {
	buf := acks.Get().(*[]byte)
	defer acks.Put(buf)
	body := ev.AppendJSON((*buf)[:0])
	body = append(body[:len(body)-1], `,"duplicate":`...)
	body = strconv.AppendBool(body, duplicate)
	*buf = append(body, "}\n"...)
	w.Header()["Content-Type"] = ackType
	w.Header()["Cache-Control"] = ackCache
	if duplicate {
		w.Header()["Idempotent-Replayed"] = replayed
	}
	w.WriteHeader(status)
	_, _ = w.Write(*buf) // the client has gone; its retry will be a duplicate
}

// failForm shows the room again, with what went wrong and with the text still in its field;
// without the messages, if those cannot be shown now.
func (s *Server) failForm(w http.ResponseWriter, r *http.Request, room chat.Room, in input, cause error) error {
	p := s.report(w, r, cause)
	view, err := s.roomView(r, room)
	if err != nil {
		view = roomView{Room: room, ClientID: rand.Text(), Thread: s.threadOf(r), Answered: in.replyTo}
	}
	if in.replyTo != view.Answered {
		s.answer(r, &view, in.replyTo)
	}
	view.fill(in, p)
	view.Problem = &problemView{Status: p.Status, Title: plainTitle(r, p), Detail: p.Detail}
	if p.Code == codeKeyReused {
		view.Problem.Detail = languageOf(r).Text("problem.form_repeated")
	}
	if err == nil {
		err = s.sendRoom(w, r, p.Status, view)
	}
	if err != nil {
		return s.sendUnsent(w, r, view, cause)
	}
	return nil
}

// answer has the form of a page answer a message, if there is such a message.
func (s *Server) answer(r *http.Request, view *roomView, id string) {
	target, err := s.reference("reply_to", id)
	if err != nil {
		return
	}
	if quote, err := s.quoteOf(r, view.Room, target); err == nil && quote != nil {
		view.Chosen.ReplyTo, view.Chosen.Quote = id, quote
	}
}

// fill puts what a form had into the form of the page.
func (v *roomView) fill(in input, p *problem) {
	v.UserName, v.Draft = in.userName, in.text
	v.NameTaken, v.FreeName = p.Code == string(policy.NameTaken), p.Alternative
	v.Size += len(in.text)
	badID := slices.ContainsFunc(p.Errors, func(e fieldError) bool { return e.Field == "client_id" })
	if in.clientID != "" && !badID && p.Code != codeKeyReused {
		v.ClientID = in.clientID // the message may have been stored all the same
	}
}

// sendUnsent answers with the form alone and why it failed; or with the latter alone, if the
// server holds as many answers as it can.
func (s *Server) sendUnsent(w http.ResponseWriter, r *http.Request, view roomView, cause error) error {
	release, err := s.hold(r, len(view.Draft))
	if err != nil {
		return cause
	}
	defer release()
	page := *view.Problem
	page.Room, page.Unsent = view.Room, &view
	return s.pages.problem(w, r, page)
}

// nameCookie keeps the user name, for the page's script too.
const nameCookie = "user_name"

func rememberName(w http.ResponseWriter, name chat.Name) {
	const year = 365 * 24 * 60 * 60
	http.SetCookie(w, &http.Cookie{ // #nosec G124 -- no secret, read by the page's script, and set without TLS too
		Name: nameCookie, Value: url.PathEscape(string(name)), Path: "/", MaxAge: year, SameSite: http.SameSiteLaxMode,
	})
}

// rememberedName returns the name in the cookie, or an empty one.
func rememberedName(r *http.Request) string {
	cookie, err := r.Cookie(nameCookie)
	if err != nil {
		return ""
	}
	value, err := url.PathUnescape(cookie.Value)
	if err != nil {
		return ""
	}
	name, err := chat.ParseName(value)
	if err != nil {
		return ""
	}
	return string(name)
}
