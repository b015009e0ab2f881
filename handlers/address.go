package handlers

import (
	"net/http"
	"net/url"

	"github.com/go-chi/chi/v5"

	"plainchat/chat"
)

// roomOf returns the room that a request's path names; the lobby if none.
func roomOf(r *http.Request) (chat.Room, error) {
	param := chi.URLParam(r, "room")
	if param == "" {
		return chat.Lobby, nil
	}
	// The router matches the path as it was sent where it was escaped unusually.
	if r.URL.RawPath != "" {
		var err error
		if param, err = url.PathUnescape(param); err != nil {
			return "", malformed("The address holds a % that is not followed by two hexadecimal digits; write it as %25.")
		}
	}
	return chat.ParseRoom(param)
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
