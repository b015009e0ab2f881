package handlers

import (
	"context"
	"errors"
	"net/http"

	"plainchat/chat"
	"plainchat/identity"
	"plainchat/locale"
	"plainchat/policy"
)

// operatorKey marks, in a request's context, that it comes from the operator.
type operatorKey struct{}

// Operator is the server as the operator has it, who may do what policy lets only them: the
// handler for a listener that nobody else can reach.
func (s *Server) Operator() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r = r.WithContext(context.WithValue(r.Context(), operatorKey{}, true))
		r.RemoteAddr = string(chat.Operator) // a socket in a folder has none
		s.operated.ServeHTTP(w, r)
	})
}

func isOperator(r *http.Request) bool { return r.Context().Value(operatorKey{}) != nil }

// caller returns who sent a request: the operator, a script with a token, a guest with a
// cookie, or somebody who is not known. A token that is not good is an error, since its script
// would else speak as somebody else than it means to.
func (s *Server) caller(r *http.Request) (policy.Caller, error) {
	if isOperator(r) {
		return policy.Caller{Person: chat.Person{Name: chat.Operator}, Operator: true}, nil
	}
	secret, err := identity.SecretOf(r)
	if err != nil {
		return policy.Caller{}, tokenInvalid(err)
	}
	if secret != "" {
		token, known := s.Service.Facts.TokenByHash(secret.Hash())
		if !known || token.Revoked {
			return policy.Caller{}, tokenInvalid(nil)
		}
		return policy.Caller{Person: token.Person(), Token: &token}, nil
	}
	author, err := authorOf(r)
	if err != nil {
		return policy.Caller{}, err
	}
	c := policy.Caller{Author: author}
	if s.Guests != nil {
		if guest, known := s.Guests.Of(r, s.isHTTPS(r)); known {
			c.Person.ID = guest.ID
		}
	}
	return c, nil
}

// authorOf returns the secret by which somebody is the author of a message whose name nobody owns;
// empty if they show none.
func authorOf(r *http.Request) (string, error) {
	secret, err := header(r, "Plainchat-Author")
	if err != nil || secret == "" {
		return "", err
	}
	return secret, chat.CheckAuthor(secret)
}

// tokenInvalid is a token that lets nobody in.
func tokenInvalid(cause error) *problem {
	p := newProblem(http.StatusUnauthorized, "token_invalid", "problem.token_unknown")
	switch {
	case errors.Is(cause, identity.ErrNotToken):
		p.said = locale.NewError("problem.not_a_token")
	case errors.Is(cause, identity.ErrMiscopied):
		p.said = locale.NewError("problem.token_miscopied")
	}
	return p
}

// listener returns who sent a request, if they may read and listen to the rooms.
func (s *Server) listener(r *http.Request, rooms ...chat.Room) (policy.Caller, error) {
	c, err := s.caller(r)
	if err != nil {
		return c, err
	}
	for _, room := range rooms {
		if err := policy.Listen(c, room); err != nil {
			return c, err
		}
	}
	return c, nil
}

// isHTTPS reports whether people reach the server by HTTPS: its own, or that of a proxy.
func (s *Server) isHTTPS(r *http.Request) bool {
	return r.TLS != nil || s.PublicURL != nil && s.PublicURL.Scheme == "https"
}

// welcome makes a browser that is shown a page one that is known again. Nothing is stored of
// it until it writes.
func (s *Server) welcome(w http.ResponseWriter, r *http.Request) {
	if s.Guests == nil {
		return
	}
	secure := s.isHTTPS(r)
	switch guest, known := s.Guests.Of(r, secure); {
	case !known:
		http.SetCookie(w, s.Guests.Cookie(s.Guests.New(), secure))
	case s.Guests.Stale(guest):
		http.SetCookie(w, s.Guests.Cookie(s.Guests.Again(guest), secure))
	}
}

// asker is who asks, as the views know people: empty for somebody who is not known.
func asker(c policy.Caller) string {
	if c.Person.ID == "" {
		return ""
	}
	return c.Person.Key()
}
