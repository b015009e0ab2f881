package handlers

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"time"

	"plainchat/chat"
	"plainchat/service"
	"plainchat/store"
)

// In a chat on several machines, whoever has written at one node reads what they wrote at all others: the answer
// names how far the log went, the client shows that with its next requests, and a node that lags waits. A browser
// does so by a cookie, other clients by a header of the same name in both directions.
const (
	positionHeader = "Plainchat-Position"
	positionCookie = "plainchat_position"
	// carriedFor is how long a browser shows its position, in seconds: no node that is served from lags for longer.
	carriedFor = 60
	// carriedWait is how long a node waits for what a client knows of.
	carriedWait = 2 * time.Second
)

// carriedKey finds, in a request's context, where its answer gets its position.
type carriedKey struct{}

// carried has requests wait for the position that their client carries, and lets answers have one.
func (s *Server) carried(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		reads := r.Method == http.MethodGet || r.Method == http.MethodHead
		if seq, demanded := s.carriedBy(r); seq > 0 && !isApartFromLog(r) {
			err := s.awaitCarried(r, seq)
			if demanded && reads && errors.Is(err, store.ErrLagging) {
				s.fail(w, r, err)
				return
			}
		}
		if !reads {
			r = r.WithContext(context.WithValue(r.Context(), carriedKey{}, w.Header()))
		}
		next.ServeHTTP(w, r)
	})
}

// isApartFromLog reports whether the answer to a request says nothing of the log.
func isApartFromLog(r *http.Request) bool {
	first, _, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
	return slices.Contains([]string{"static", "healthz", "readyz", "metrics", "favicon.ico", "openapi.yaml"}, first)
}

// carriedBy returns the position that a request carries, 0 for none, and whether it is to be answered with nothing older: by
// a header, which a program sends on purpose, and not by a cookie. What is of another log, or no position, is none.
func (s *Server) carriedBy(r *http.Request) (seq uint64, demanded bool) {
	given, demanded := r.Header.Get(positionHeader), true
	if given == "" {
		cookie, err := r.Cookie(positionCookie)
		if err != nil {
			return 0, false
		}
		given, demanded = cookie.Value, false
	}
	id, err := chat.ParseID(given)
	if err != nil || id.Epoch != s.Store.Epoch() {
		return 0, false
	}
	return id.Seq, demanded
}

// awaitCarried waits until a position is in the log here, and in the facts that requests are judged by. The views are
// waited for where they are read. ErrLagging is that it takes too long.
func (s *Server) awaitCarried(r *http.Request, seq uint64) error {
	ctx, cancel := context.WithTimeout(r.Context(), carriedWait)
	defer cancel()
	reached, err := s.Store.Reach(ctx, seq)
	if err != nil || !reached { // nobody has it: it is made up, or of before a backup was restored
		return err
	}
	if s.Service.Facts.Await(ctx, seq) != nil {
		return store.ErrLagging
	}
	return nil
}

// seen waits for an event that a request is about: its sender has seen it, perhaps at another node.
func (s *Server) seen(r *http.Request, seq uint64) {
	if s.Shared && seq > 0 {
		_ = s.awaitCarried(r, seq) // without it, the event is not found
	}
}

// carry has the answer to a request that has changed something, or found it so already, name how far the log goes.
func (s *Server) carry(r *http.Request, outcome error) {
	header, carries := r.Context().Value(carriedKey{}).(http.Header)
	if !carries || outcome != nil && !errors.Is(outcome, service.ErrUnchanged) {
		return
	}
	_, last, err := s.Store.Bounds(r.Context())
	if err != nil {
		return
	}
	position := chat.ID{Epoch: s.Store.Epoch(), Seq: last}.String()
	header.Set(positionHeader, position)
	cookie := http.Cookie{ // #nosec G124 -- no secret, and set without TLS too
		Name: positionCookie, Value: position, Path: "/", MaxAge: carriedFor, HttpOnly: true, SameSite: http.SameSiteLaxMode, Secure: s.isHTTPS(r),
	}
	header["Set-Cookie"] = append(slices.DeleteFunc(header["Set-Cookie"], isPosition), cookie.String())
}

func isPosition(cookie string) bool { return strings.HasPrefix(cookie, positionCookie+"=") }
