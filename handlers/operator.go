package handlers

import (
	"net/http"

	"github.com/go-chi/chi/v5"
	"github.com/go-json-experiment/json"

	"plainchat/chat"
	"plainchat/identity"
	"plainchat/policy"
)

// operatorRoutes are what only the operator has, beside all that others have.
func (s *Server) operatorRoutes(r chi.Router) {
	r.Post("/operator/tokens", s.handle(s.postToken))
	r.Get("/operator/tokens", s.handle(s.getTokens))
	r.Delete("/operator/tokens/{token}", s.handle(s.deleteToken))
	r.Post("/operator/hooks", s.handle(s.postHook))
	r.Get("/operator/hooks", s.handle(s.getHooks))
	r.Delete("/operator/hooks/{token}", s.handle(s.deleteHook))
	s.webhookRoutes(r)
	r.Delete("/operator/names/{name}", s.handle(s.deleteName))
	r.Delete("/operator/messages/{id}", s.handle(s.deleteAnywhere))
}

// tokenJSON is a token as it is told of, with its secret where it was made just now.
type tokenJSON struct {
	ID    string          `json:"id"`
	Name  chat.Name       `json:"name"`
	Room  chat.Room       `json:"room,omitempty"`
	Read  bool            `json:"read"`
	Write bool            `json:"write"`
	Token identity.Secret `json:"token,omitempty"`
}

func writeJSON(w http.ResponseWriter, status int, v any) error {
	body, err := json.Marshal(v)
	if err != nil {
		return err
	}
	w.Header()["Content-Type"] = ackType
	w.Header()["Cache-Control"] = ackCache
	w.WriteHeader(status)
	_, _ = w.Write(append(body, '\n')) // the client has gone
	return nil
}

// postToken makes a token.
func (s *Server) postToken(w http.ResponseWriter, r *http.Request) error {
	var wanted struct {
		Name  string `json:"name"`
		Room  string `json:"room"`
		Read  bool   `json:"read"`
		Write bool   `json:"write"`
	}
	if err := readJSON(w, r, &wanted, "problem.not_token_request"); err != nil {
		return err
	}
	name, err := chat.ParseName(wanted.Name)
	if err != nil {
		return err
	}
	var room chat.Room
	if wanted.Room != "" {
		if room, err = chat.ParseRoom(wanted.Room); err != nil {
			return err
		}
	}
	secret := identity.NewSecret()
	token := chat.Token{ID: identity.NewTokenID(), Name: name, Hash: secret.Hash(), Room: room, Read: wanted.Read, Write: wanted.Write}
	if err := s.administer(r, token); err != nil {
		return err
	}
	return writeJSON(w, http.StatusCreated, tokenJSON{token.ID, token.Name, token.Room, token.Read, token.Write, secret})
}

// getTokens lists those that are good.
func (s *Server) getTokens(w http.ResponseWriter, r *http.Request) error {
	list := struct {
		Tokens []tokenJSON `json:"tokens"`
	}{[]tokenJSON{}}
	for _, t := range s.Service.Facts.Tokens() {
		if !t.Revoked && !t.Hook {
			list.Tokens = append(list.Tokens, tokenJSON{ID: t.ID, Name: t.Name, Room: t.Room, Read: t.Read, Write: t.Write})
		}
	}
	return writeJSON(w, http.StatusOK, list)
}

// deleteToken revokes a token.
func (s *Server) deleteToken(w http.ResponseWriter, r *http.Request) error {
	return s.revoke(w, r, false, "problem.no_token")
}

// revoke revokes a token or a hook.
func (s *Server) revoke(w http.ResponseWriter, r *http.Request, hook bool, unknown string) error {
	token, known := s.Service.Facts.TokenByID(param(r, "token"))
	if !known || token.Revoked || token.Hook != hook {
		return newProblem(http.StatusNotFound, "not_found", unknown)
	}
	token.Revoked = true
	if err := s.administer(r, token); err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// deleteName makes a name free.
func (s *Server) deleteName(w http.ResponseWriter, r *http.Request) error {
	name, err := chat.ParseName(param(r, "name"))
	if err != nil {
		return err
	}
	if err := s.administer(r, chat.NameClaim{Name: name}); err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// deleteAnywhere deletes a message whose room need not be named.
func (s *Server) deleteAnywhere(w http.ResponseWriter, r *http.Request) error {
	_, seq, err := s.addressed(r)
	if err != nil {
		return err
	}
	ctx, cancel := steady(r)
	defer cancel()
	events, err := s.Store.At(ctx, seq)
	if err != nil {
		return err
	}
	if len(events) == 0 {
		return policy.NotFound
	}
	ev, duplicate, err := s.act(r, events[0].Room, "", chat.Delete{Of: seq})
	return writeAct(w, ev, duplicate, err)
}

// administer appends what the operator does in no room.
func (s *Server) administer(r *http.Request, body chat.Body) error {
	_, _, err := s.act(r, "", "", body)
	return err
}
