package handlers

import (
	"cmp"
	"maps"
	"mime"
	"net/http"
	"net/url"
	"slices"

	"plainchat/chat"
	"plainchat/policy"
)

// signal is what somebody tells of themselves that no log keeps: that they type, or are idle.
type signal struct {
	UserName string `json:"user_name"`
	Idle     *bool  `json:"idle"`
}

const signalSentence = "problem.not_signal"

// readSignal reads a signal from JSON or a form, or from a request without a body.
func readSignal(w http.ResponseWriter, r *http.Request) (in signal, err error) {
	mediaType, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type")) // what is wrong is no type of ours
	switch {
	case r.ContentLength == 0:
		return in, nil
	case mediaType == "application/json":
		err = readJSON(w, r, &in, signalSentence)
		return in, err
	case mediaType != typeForm:
		return in, errMediaType
	}
	if err := parseForm(w, r); err != nil {
		return in, err
	}
	return signalOf(r.PostForm)
}

// signalOf reads a form.
func signalOf(form url.Values) (in signal, err error) {
	for _, name := range slices.Sorted(maps.Keys(form)) { // so that of several faults the same one is told
		value := form.Get(name)
		switch {
		case len(form[name]) > 1:
			return in, malformed("problem.form_twice", "name", clip(name))
		case name == "user_name":
			in.UserName = value
		case name == "idle" && (value == "true" || value == "false"):
			idle := value == "true"
			in.Idle = &idle
		case name == "idle":
			return in, badField("idle", "unknown", "problem.idle_value")
		default:
			return in, badField(clip(name), "unknown", "problem.signal_field")
		}
	}
	return in, checkUTF8([]byte(in.UserName))
}

// signaller returns who sends a signal about a room, under which name: their token's, or the one
// that they give or their browser remembers.
func (s *Server) signaller(r *http.Request, in signal) (c policy.Caller, room chat.Room, name chat.Name, err error) {
	if room, err = roomOf(r); err != nil {
		return c, room, "", err
	}
	if c, err = s.caller(r); err != nil {
		return c, room, "", err
	}
	q, err := parseQuery(r)
	if err != nil {
		return c, room, "", err
	}
	inQuery, err := q.userName()
	if err != nil {
		return c, room, "", err
	}
	inHeader, err := userNameHeader(r)
	if err != nil {
		return c, room, "", err
	}
	name, err = chat.ParseName(cmp.Or(in.UserName, inHeader, inQuery, string(c.Person.Name), rememberedName(r)))
	return c, room, name, err
}

// limitSignals bounds how many signals each client sends in a second: as many as messages, and
// beside those.
func (s *Server) limitSignals(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if s.signals != nil && !isOperator(r) {
			if wait := s.signals.Take(clientOf(r), 1); wait > 0 {
				s.fail(w, r, rateLimited("problem.signals_too_fast", wait))
				return
			}
		}
		next.ServeHTTP(w, r)
	})
}
