package handlers

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"plainchat/broker"
	"plainchat/chat"
	"plainchat/locale"
	"plainchat/policy"
	"plainchat/service"
	"plainchat/store"
	"plainchat/views"
)

// problem is an error as a client reads it: RFC 9457 problem details, with a
// code that stays the same from version to version.
type problem struct {
	Title  string       `json:"title"` // this and Detail are empty until the language is known
	Status int          `json:"status"`
	Detail string       `json:"detail"` // a sentence that says what to do
	Code   string       `json:"code"`
	Errors []fieldError `json:"errors,omitempty"`
	ID     *chat.ID     `json:"id,omitempty"` // the message that is in the way
	// Alternative is a name that is free, where one is taken.
	Alternative chat.Name   `json:"alternative,omitempty"`
	Answer      *answerJSON `json:"answer,omitempty"` // the one that counts, where another came too late

	said       *locale.Error // where there are no Errors, each of which says its own
	retryAfter string        // seconds; empty for no Retry-After
	routine    bool          // nothing that the operator needs to look at
	cause      error         // for our log alone
}

// fieldError is one field of an input that breaks a rule.
type fieldError struct {
	Field  string `json:"field"`  // as it is called on the wire: "user_name"
	Code   string `json:"code"`   // stable, for programs: "too_long"
	Detail string `json:"detail"` // a sentence that says what to do

	said *locale.Error
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

// newProblem makes a problem of a sentence: its key, and the names and values for its places.
func newProblem(status int, code, key string, values ...any) *problem {
	return &problem{Status: status, Code: code, said: locale.NewError(key, values...)}
}

// malformed is an input that cannot be read at all.
func malformed(key string, values ...any) *problem {
	return newProblem(http.StatusBadRequest, "malformed", key, values...)
}

// badField is an input of which one field breaks a rule.
func badField(field, code, key string, values ...any) error {
	return invalid([]fieldError{{Field: field, Code: code, said: locale.NewError(key, values...)}})
}

// invalid is an input of which some fields break rules.
func invalid(fields []fieldError) *problem {
	return &problem{Status: http.StatusUnprocessableEntity, Code: "invalid", Errors: fields}
}

var (
	errNotFound  = newProblem(http.StatusNotFound, "not_found", "problem.not_found")
	errMethod    = newProblem(http.StatusMethodNotAllowed, "method_not_allowed", "problem.method_not_allowed")
	errHost      = newProblem(http.StatusMisdirectedRequest, "host_not_allowed", "problem.host_not_allowed")
	errOrigin    = newProblem(http.StatusForbidden, "cross_origin", "problem.cross_origin")
	errTooLarge  = newProblem(http.StatusRequestEntityTooLarge, "too_large", "problem.too_large")
	errMediaType = newProblem(http.StatusUnsupportedMediaType, "unsupported_media_type", "problem.media_type")
	errLogFull   = &problem{
		Status: http.StatusInsufficientStorage, Code: "log_full", said: locale.NewError("problem.log_full"),
		retryAfter: "60", // as often as retention removes
		routine:    true, // the store has logged it, once
	}
	errDraining = busy("shutting_down", "2", "problem.shutting_down")

	errStreams       = busy("too_many_streams", "10", "problem.streams")
	errClientStreams = busy("too_many_streams", "10", "problem.client_streams")
	errRooms         = busy("too_many_streams", "10", "problem.stream_rooms_all")
	errClientRooms   = busy("too_many_streams", "10", "problem.stream_rooms_client")

	errLives       = busy("too_many_lives", "10", "problem.lives")
	errClientLives = busy("too_many_lives", "10", "problem.client_lives")

	errBodies        = busy("unavailable", "5", "problem.bodies")
	errClientBodies  = busy("unavailable", "5", "problem.client_bodies")
	errAnswers       = busy("too_many_answers", "5", "problem.answers")
	errClientAnswers = busy("too_many_answers", "5", "problem.client_answers")
)

// busy is a refusal by a server that is well: no error of its own.
func busy(code, retryAfter, key string) *problem {
	p := newProblem(http.StatusServiceUnavailable, code, key)
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
		fields := make([]fieldError, len(found.Fields))
		for i, f := range found.Fields {
			fields[i] = fieldError{f.Field, f.Code, "", locale.OfRule(f.Field, f.Code, f.Limit)}
		}
		return invalid(fields)
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
		if late, ok := errors.AsType[*service.Answered](err); ok {
			p.tellAnswer(late)
		}
		return p
	}
	if p := troubleOf(err); p != nil {
		return p
	}
	switch {
	case errors.Is(err, store.ErrClosed), errors.Is(err, broker.ErrClosed):
		return errDraining
	case errors.Is(err, views.ErrNotReady):
		return errNoAsks
	case errors.Is(err, store.ErrMaxSize):
		return errLogFull
	case errors.Is(err, store.ErrFull):
		p := newProblem(http.StatusInsufficientStorage, "disk_full", "problem.disk_full")
		p.retryAfter, p.cause = "10", err
		return p
	}
	p := newProblem(http.StatusServiceUnavailable, "unavailable", "problem.unavailable")
	p.retryAfter, p.cause = "5", err
	p.routine = errors.Is(err, store.ErrFilesLost) // the store has logged it, once
	return p
}

// denied is what policy does not allow.
func denied(code policy.Code) *problem {
	status := http.StatusForbidden
	switch code {
	case policy.NameTaken, policy.NameReserved, policy.TooManyEmoji, policy.AskedBefore, policy.Answered, policy.Expired:
		status = http.StatusConflict
	case policy.NotFound, policy.NoQuestion:
		status = http.StatusNotFound
	case policy.NoChoice:
		status = http.StatusUnprocessableEntity
	case policy.Deleted:
		status = http.StatusGone
	}
	return newProblem(status, string(code), "denied."+string(code))
}

const codeKeyReused = "key_reused"

// keyReused is a message whose client id belongs to another one.
func keyReused(first chat.ID) *problem {
	p := newProblem(http.StatusUnprocessableEntity, codeKeyReused, "problem.key_reused", "id", first)
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
	inLanguage(w, languageOf(r))
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(p.Status)
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	_ = enc.Encode(p) // the client has gone
}

// report does what goes with an error however its answer looks: the record of one that
// needs a look, and the header. The problem is in the language of the request.
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
	return p.in(languageOf(r))
}

// plainTitle says to a person what has happened; the details say what to do.
func plainTitle(r *http.Request, p *problem) string {
	return languageOf(r).Text(titleOf(r, p))
}

func titleOf(r *http.Request, p *problem) string {
	switch {
	case r.Method == http.MethodPost && strings.HasSuffix(r.URL.Path, "messages"):
		return "problem.page_title.unsent"
	case r.Method == http.MethodPost:
		return "problem.page_title.unchanged"
	case p.Code == string(policy.NotFound) && param(r, "id") != "":
		return "problem.page_title.no_message"
	case p.Status == http.StatusNotFound:
		return "problem.page_title.missing"
	}
	return "problem.page_title.unshown"
}

func (s *Server) failPage(w http.ResponseWriter, r *http.Request, p *problem) {
	view := problemView{Status: p.Status, Title: plainTitle(r, p), Detail: p.Detail, Nearest: nearestRoom(r)}
	if room, err := roomOf(r); err == nil && param(r, "room") != "" {
		view.Room = room
	}
	if err := s.pages.problem(w, r, view); err != nil {
		s.Logger.Error("page failed", "path", loggedPath(r), "err", err)
	}
}
