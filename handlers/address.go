package handlers

import (
	"net/http"
	"net/url"
	"slices"

	"github.com/go-chi/chi/v5"

	"plainchat/chat"
)

// roomOf returns the room that a request's path names; the lobby where an address has no
// place for one. An empty place is a mistake, such as a variable of a script that was never
// set, and its messages are not for the lobby.
func roomOf(r *http.Request) (chat.Room, error) {
	route := chi.RouteContext(r.Context())
	if route == nil || !slices.Contains(route.URLParams.Keys, "room") {
		return chat.Lobby, nil
	}
	param := route.URLParam("room")
	// The router matches the path as it was sent where it was escaped unusually.
	if r.URL.RawPath != "" {
		var err error
		if param, err = url.PathUnescape(param); err != nil {
			return "", malformed("problem.address_escape")
		}
	}
	if isLikeSecret(param) { // a hook's address that was put together badly, which would name a room for all to see
		return "", errNotFound
	}
	return chat.ParseRoom(param)
}

// nearestRoom returns the room that somebody may have meant who asks for one whose name may not be;
// empty for none.
func nearestRoom(r *http.Request) (room chat.Room) {
	typed := param(r, "room")
	if typed == "" {
		typed = r.URL.Query().Get("open")
	}
	if _, err := chat.ParseRoom(typed); err != nil {
		room, _ = chat.NearestRoom(typed)
	}
	return room
}

// baseURL is how clients address this server, without a final slash.
func (s *Server) baseURL(r *http.Request) string {
	if s.PublicURL != nil {
		return s.PublicURL.Scheme + "://" + s.PublicURL.Host
	}
	if r.TLS != nil {
		return "https://" + r.Host
	}
	return "http://" + r.Host
}
