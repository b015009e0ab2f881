package handlers

import (
	"net/http"

	"plainchat/chat"
	"plainchat/identity"
)

// hookJSON is a hook as it is told of, with its address where it was made just now: that has the secret.
type hookJSON struct {
	ID   string    `json:"id"`
	Name chat.Name `json:"name"`
	Room chat.Room `json:"room"`
	URL  string    `json:"url,omitempty"`
}

// postHook makes a hook.
func (s *Server) postHook(w http.ResponseWriter, r *http.Request) error {
	var wanted struct {
		Name string `json:"name"`
		Room string `json:"room"`
	}
	if err := readJSON(w, r, &wanted, "problem.not_hook_request"); err != nil {
		return err
	}
	name, err := chat.ParseName(wanted.Name)
	if err != nil {
		return err
	}
	room, err := chat.ParseRoom(wanted.Room)
	if err != nil {
		return err
	}
	secret := identity.NewHookSecret()
	hook := chat.Token{ID: identity.NewTokenID(), Name: name, Hash: secret.Hash(), Room: room, Write: true, Hook: true}
	if err := s.administer(r, hook); err != nil {
		return err
	}
	return writeJSON(w, http.StatusCreated, hookJSON{hook.ID, hook.Name, hook.Room, s.address() + "/hooks/" + string(secret)})
}

// address is how the server is reached where no request tells: empty if it is not known.
func (s *Server) address() string {
	if s.PublicURL != nil {
		return s.PublicURL.Scheme + "://" + s.PublicURL.Host
	}
	return s.Address
}

// getHooks lists those that are good.
func (s *Server) getHooks(w http.ResponseWriter, _ *http.Request) error {
	list := struct {
		Hooks []hookJSON `json:"hooks"`
	}{[]hookJSON{}}
	for _, t := range s.Service.Facts.Tokens() {
		if t.Hook && !t.Revoked {
			list.Hooks = append(list.Hooks, hookJSON{ID: t.ID, Name: t.Name, Room: t.Room})
		}
	}
	return writeJSON(w, http.StatusOK, list)
}

// deleteHook revokes a hook.
func (s *Server) deleteHook(w http.ResponseWriter, r *http.Request) error {
	return s.revoke(w, r, true, "problem.no_hook")
}
