package handlers

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"plainchat/broker"
	"plainchat/chat"
	"plainchat/locale"
	"plainchat/policy"
	"plainchat/service"
	"plainchat/store"
)

// problem is an error as a client reads it: RFC 9457 problem details, with a
// code that stays the same from version to version.
type problem struct {
	Title  string       `json:"title"`
	Status int          `json:"status"`
	Detail string       `json:"detail"` // a sentence that says what to do
	Code   string       `json:"code"`
	Errors []fieldError `json:"errors,omitempty"`
	ID     *chat.ID     `json:"id,omitempty"` // the message that is in the way
	// Alternative is a name that is free, where one is taken.
	Alternative chat.Name `json:"alternative,omitempty"`

	retryAfter string // seconds; empty for no Retry-After
	routine    bool   // nothing that the operator needs to look at
	cause      error  // for our log alone
}

// fieldError is one field of an input that breaks a rule.
type fieldError struct {
	Field  string `json:"field"`  // as it is called on the wire: "user_name"
	Code   string `json:"code"`   // stable, for programs: "too_long"
	Detail string `json:"detail"` // a sentence that says what to do
}

func (p *problem) Error() string {
	switch {
	case p.cause != nil:
		return fmt.Sprintf("%s: %v", p.Code, p.cause)
	case len(p.Errors) > 0:
		return fmt.Sprintf("%s: %s: %s", p.Code, p.Errors[0].Field, p.Errors[0].Code)
	}
	return p.Code
}

// newProblem makes a problem with the status's own title.
func newProblem(status int, code, detail string) *problem {
	return &problem{Title: http.StatusText(status), Status: status, Code: code, Detail: detail}
}

// malformed is an input that cannot be read at all.
func malformed(detail string) *problem {
	return newProblem(http.StatusBadRequest, "malformed", detail)
}

// badField is an input of which one field breaks a rule.
func badField(field, code, detail string) error {
	return invalid([]fieldError{{field, code, detail}})
}

// invalid is an input of which some fields break rules. A sentence that several of them share
// is in its detail once.
func invalid(fields []fieldError) *problem {
	details := make([]string, len(fields))
	for i, f := range fields {
		details[i] = f.Detail
	}
	p := newProblem(http.StatusUnprocessableEntity, "invalid", strings.Join(slices.Compact(details), " "))
	p.Errors = fields
	return p
}

// inSentences is what package chat finds wrong, for people.
func inSentences(found []chat.FieldError) []fieldError {
	fields := make([]fieldError, len(found))
	for i, f := range found {
		fields[i] = fieldError{f.Field, f.Code, locale.English.Field(f)}
	}
	return fields
}

var (
	errNotFound  = newProblem(http.StatusNotFound, "not_found", "There is nothing at this address; the rooms are at /rooms/NAME.")
	errMethod    = newProblem(http.StatusMethodNotAllowed, "method_not_allowed", "This address does not answer that method; see the Allow header for those it does.")
	errHost      = newProblem(http.StatusMisdirectedRequest, "host_not_allowed", "The server was not started for this host name; use the address it printed at its start, or start it with --public-url or --allowed-hosts.")
	errOrigin    = newProblem(http.StatusForbidden, "cross_origin", "A page of another site may not send messages or be announced here; open the chat itself.")
	errTooLarge  = newProblem(http.StatusRequestEntityTooLarge, "too_large", "The request is larger than 128 KiB; send the message in parts.")
	errMediaType = newProblem(http.StatusUnsupportedMediaType, "unsupported_media_type", "Send the message as application/json, application/x-www-form-urlencoded or text/plain, not compressed.")
	errLogFull   = &problem{
		Title: http.StatusText(http.StatusInsufficientStorage), Status: http.StatusInsufficientStorage, Code: "log_full", retryAfter: "60", // as often as retention removes
		routine: true, // the store has logged it, once
		Detail:  "The server holds as many messages as its operator allows, and this one was not stored; keep it and send it again later. The operator can raise --max-size, or have old messages removed with --retention.",
	}
	errDraining = busy("shutting_down", "2", "The server is restarting; send again in a few seconds.")

	errStreams       = busy("too_many_streams", "10", "As many event streams are open as this server can hold; wait for the seconds in Retry-After and listen again.")
	errClientStreams = busy("too_many_streams", "10", "Your address has as many event streams open as this server allows one client; close some, or name several rooms in one stream.")
	errRooms         = busy("too_many_streams", "10", "The event streams of this server listen to as many rooms as it can hold; wait for the seconds in Retry-After and listen again, or name fewer rooms.")
	errClientRooms   = busy("too_many_streams", "10", "The event streams of your address listen to as many rooms as this server allows one client; close some, or name fewer rooms.")

	errBodies        = busy("unavailable", "5", "The server is receiving as many long messages as it can hold; keep yours and send it again in a few seconds.")
	errClientBodies  = busy("unavailable", "5", "Your address is sending as many long messages at a time as this server receives from one client; finish some, and send this one again.")
	errAnswers       = busy("too_many_answers", "5", "As many answers wait to be read as this server can hold; wait for the seconds in Retry-After and ask again.")
	errClientAnswers = busy("too_many_answers", "5", "Your address has as many answers to read as this server holds for one client; read them, or wait for the seconds in Retry-After, and ask again.")
)

// busy is a refusal by a server that is well: no error of its own.
func busy(code, retryAfter, detail string) *problem {
	p := newProblem(http.StatusServiceUnavailable, code, detail)
	p.retryAfter, p.routine = retryAfter, true
	return p
}

// problemOf says how any error is put to a client. This is the one place where
// errors become statuses.
func problemOf(err error) *problem {
	if p, ok := errors.AsType[*problem](err); ok {
		return p
	}
	if found, ok := errors.AsType[*chat.Invalid](err); ok {
		return invalid(inSentences(found.Fields))
	}
	if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return errTooLarge
	}
	if reused, ok := errors.AsType[*store.KeyReused](err); ok {
		return keyReused(reused.First)
	}
	if gone, ok := errors.AsType[*store.Deleted](err); ok {
		p := denied(policy.Deleted)
		p.ID = &gone.First
		return p
	}
	if code, ok := errors.AsType[policy.Code](err); ok {
		p := denied(code)
		if taken, ok := errors.AsType[*service.NameTaken](err); ok {
			p.Alternative = taken.Alternative
		}
		return p
	}
	switch {
	case errors.Is(err, store.ErrClosed), errors.Is(err, broker.ErrClosed):
		return errDraining
	case errors.Is(err, store.ErrMaxSize):
		return errLogFull
	case errors.Is(err, store.ErrFull):
		return &problem{
			Title: http.StatusText(http.StatusInsufficientStorage), Status: http.StatusInsufficientStorage, Code: "disk_full", retryAfter: "10", cause: err,
			Detail: "The server's disk is full and the message was not stored; keep it and send it again later.",
		}
	}
	return &problem{
		Title: http.StatusText(http.StatusServiceUnavailable), Status: http.StatusServiceUnavailable, Code: "unavailable", retryAfter: "5", cause: err,
		routine: errors.Is(err, store.ErrFilesLost), // the store has logged it, once
		Detail:  "The server cannot reach its storage just now; keep what you were sending and try again in a few seconds.",
	}
}

// denied is what policy does not allow.
func denied(code policy.Code) *problem {
	status := http.StatusForbidden
	switch code {
	case policy.NameTaken, policy.NameReserved, policy.TooManyEmoji:
		status = http.StatusConflict
	case policy.NotFound:
		status = http.StatusNotFound
	case policy.Deleted:
		status = http.StatusGone
	}
	return newProblem(status, string(code), locale.English.Denied(code))
}

const codeKeyReused = "key_reused"

// keyReused is a message whose client id belongs to another one.
func keyReused(first chat.ID) *problem {
	p := newProblem(http.StatusUnprocessableEntity, codeKeyReused,
		fmt.Sprintf("The message was not stored: its client_id (Idempotency-Key) belongs to message %s, which has another text. Send it with a new client_id.", first))
	p.ID = &first
	return p
}

// handle adapts a handler that returns an error. A handler that returns one has
// not written anything.
func (s *Server) handle(h func(http.ResponseWriter, *http.Request) error) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		err := h(w, r)
		switch {
		case err == nil:
		case errors.Is(err, context.Canceled) && r.Context().Err() != nil:
			panic(http.ErrAbortHandler) // the client has gone, or looks so: anything but a 200 by default
		default:
			s.fail(w, r, err)
		}
	}
}

// fail answers with an error: to a browser as a page, to all others as problem
// details.
func (s *Server) fail(w http.ResponseWriter, r *http.Request, err error) {
	p := s.report(w, r, err)
	if wantsHTML(r) {
		s.failPage(w, r, p)
		return
	}
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(p.Status)
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	_ = enc.Encode(p) // the client has gone
}

// report does what goes with an error however its answer looks: the record of one that
// needs a look, and the header.
func (s *Server) report(w http.ResponseWriter, r *http.Request, err error) *problem {
	p := problemOf(err)
	if p.Status >= http.StatusInternalServerError && !p.routine {
		s.Logger.Error("request failed", "method", r.Method, "path", loggedPath(r), "status", p.Status, "err", err)
	}
	if p.retryAfter != "" {
		w.Header().Set("Retry-After", p.retryAfter)
	}
	if p.Status == http.StatusUnauthorized {
		w.Header().Set("WWW-Authenticate", `Bearer realm="plainchat"`)
	}
	w.Header().Set("Cache-Control", "no-store")
	return p
}

// plainTitle says to a person what has happened; the details say what to do.
func plainTitle(r *http.Request, p *problem) string {
	switch {
	case r.Method == http.MethodPost && strings.HasSuffix(r.URL.Path, "messages"):
		return "The message was not sent"
	case r.Method == http.MethodPost:
		return "Nothing was changed"
	case p.Status == http.StatusNotFound:
		return "No such page"
	}
	return "This page cannot be shown"
}

func (s *Server) failPage(w http.ResponseWriter, r *http.Request, p *problem) {
	view := problemView{Status: p.Status, Title: plainTitle(r, p), Detail: p.Detail, Back: "/"}
	if room, err := roomOf(r); err == nil {
		view.Back = room.Path()
	}
	if err := s.pages.problem(w, r, view); err != nil {
		s.Logger.Error("page failed", "path", loggedPath(r), "err", err)
	}
}
