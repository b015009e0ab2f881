package handlers

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"strings"

	"plainchat/chat"
	"plainchat/hooks"
	"plainchat/identity"
	"plainchat/internal/limits"
	"plainchat/policy"
	"plainchat/service"
	"plainchat/store"
)

const (
	// maxHookBody is the largest body of a hook's request. Forges send hundreds of kilobytes of which a
	// line is shown, and do not send less when they are refused.
	maxHookBody = 1 << 20
	// hookBodyCost is how many bytes of memory a byte of JSON takes while it is read.
	hookBodyCost = 4
	// maxRefusedBody is the largest body that is read of a request that is refused whatever it says: to know
	// the dialect in which its sender understands that.
	maxRefusedBody = 16 << 10
)

// postHookRequest takes what another program sends to the address of a hook, and answers as that program
// expects.
func (s *Server) postHookRequest(w http.ResponseWriter, r *http.Request) error {
	token, secret := s.hookBySecret(param(r, "secret"))
	_, below, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, hookPath), "/")
	return s.takeHookRequest(w, r, hookCall{token: token, secret: secret, path: strings.Trim(below, "/")})
}

// hookCall is a request to a hook.
type hookCall struct {
	token   *chat.Token // nil for a hook that is not known
	secret  identity.Secret
	path    string         // below the hook's address
	dialect *hooks.Dialect // nil: by what comes
	body    []byte         // if it was read
}

// takeHookRequest answers a request to a hook.
func (s *Server) takeHookRequest(w http.ResponseWriter, r *http.Request, call hookCall) error {
	w.Header().Set("Cache-Control", "no-store")
	req := &hooks.Request{Method: r.Method, Path: call.path, Header: r.Header, Query: r.URL.Query(), Body: call.body, Secret: string(call.secret)}
	err := s.mayCall(r, call)
	longest := int64(maxHookBody)
	if err != nil {
		longest = maxRefusedBody
	}
	if call.body == nil {
		release, readErr := s.readHookBody(w, r, req, longest)
		defer release()
		if err == nil {
			err = readErr
		}
	}
	dialect := call.dialect
	if dialect == nil {
		dialect = hooks.Of(req)
	}
	var sent []hooks.Sent
	if err == nil {
		sent, err = s.postAll(r, call, dialect, req)
	}
	if err != nil {
		answerHook(w, dialect.Refuse(s.refusal(w, r, err)))
		return nil
	}
	answerHook(w, dialect.Accept(req, sent))
	return nil
}

// mayCall returns why a request to a hook is refused, whatever it says.
func (s *Server) mayCall(r *http.Request, call hookCall) error {
	if call.token != nil {
		return s.hookRates.take(call.token.ID)
	}
	if wait := s.sends.Take(clientOf(r), 1); wait > 0 { // whoever guesses
		return rateLimited("problem.sending_too_fast", wait)
	}
	return hooks.NoHook
}

// readHookBody reads the body, which counts meanwhile and until release.
func (s *Server) readHookBody(w http.ResponseWriter, r *http.Request, req *hooks.Request, longest int64) (release func(), err error) {
	release = func() {}
	switch coding := r.Header.Get("Content-Encoding"); {
	case coding != "" && !strings.EqualFold(coding, "identity"):
		return release, hooks.Malformed
	case r.ContentLength > longest:
		return release, errTooLarge
	case r.ContentLength < 0 || r.ContentLength > smallBody:
		client, size := clientOf(r), longest*hookBodyCost
		if r.ContentLength >= 0 {
			size = r.ContentLength * hookBodyCost
		}
		switch err := s.received.Take(client, size); {
		case errors.Is(err, limits.ErrClient):
			return release, errClientBodies
		case err != nil:
			return release, errBodies
		}
		release = func() { s.received.Return(client, size) }
	}
	var body bytes.Buffer
	if _, err := io.Copy(&body, http.MaxBytesReader(w, r.Body, longest)); err != nil {
		return release, unreadable(err)
	}
	req.Body = body.Bytes()
	return release, nil
}

// postAll writes what a request says.
func (s *Server) postAll(r *http.Request, call hookCall, dialect *hooks.Dialect, req *hooks.Request) (sent []hooks.Sent, err error) {
	posts, err := dialect.Read(req)
	if err != nil {
		return nil, err
	}
	c := policy.Caller{Person: call.token.Person(), Token: call.token}
	for _, post := range posts {
		ev, err := s.post(r, c, call.token.Room, post)
		switch {
		case errors.Is(err, policy.Deleted): // somebody wants to see no more of it
			continue
		case err != nil:
			return nil, err
		}
		sent = append(sent, hooks.Sent{ID: ev.ID.String(), Seq: ev.ID.Seq, Time: ev.Time, Path: messagePath(ev), Room: string(ev.Room)})
	}
	return sent, nil
}

// post writes a post: a message, or news of an incident in the message that there is of it.
func (s *Server) post(r *http.Request, c policy.Caller, room chat.Room, post hooks.Post) (chat.Event, error) {
	key := post.ID
	if post.Incident != "" {
		key = post.Incident
	}
	draft, err := chat.NewMessage(room, string(c.Person.Name), post.Text, key)
	if err != nil {
		return chat.Event{}, err
	}
	draft.From.ID = c.Person.ID
	ev, _, err := s.recorded(r, func(ctx context.Context) (ev chat.Event, duplicate bool, err error) {
		switch {
		case post.Incident == "":
			ev, duplicate, err = s.Service.Send(ctx, c, draft)
		case post.State == "":
			ev, _, err = s.Service.Put(ctx, c, draft, chat.Status{})
		default:
			ev, _, err = s.Service.Report(ctx, c, draft, chat.Status{State: chat.Condition(post.State)})
		}
		if errors.Is(err, service.ErrUnchanged) {
			return ev, true, nil
		}
		return ev, duplicate, err
	})
	if reused, ok := errors.AsType[*store.KeyReused](err); ok { // a delivery that is made again, told otherwise
		return chat.Event{ID: reused.First, Room: room, From: draft.From, Body: draft.Body}, nil
	}
	return ev, err
}

// refusal is an error as a dialect tells of it. An error of the server's own is logged.
func (s *Server) refusal(w http.ResponseWriter, r *http.Request, err error) hooks.Refusal {
	if why, ok := errors.AsType[hooks.Refusal](err); ok {
		return why
	}
	switch p := s.report(w, r, err); p.Status {
	case http.StatusTooManyRequests:
		return hooks.TooFast
	case http.StatusRequestEntityTooLarge:
		return hooks.TooLarge
	case http.StatusForbidden, http.StatusNotFound, http.StatusConflict:
		return hooks.Denied
	case http.StatusUnprocessableEntity, http.StatusBadRequest:
		return hooks.Malformed
	default:
		return hooks.Busy
	}
}

func answerHook(w http.ResponseWriter, a hooks.Answer) {
	h := w.Header()
	if a.Type != "" {
		h.Set("Content-Type", a.Type)
	}
	if a.Location != "" {
		h.Set("Location", a.Location)
	}
	w.WriteHeader(a.Status)
	_, _ = io.WriteString(w, a.Body) // the client has gone
}
