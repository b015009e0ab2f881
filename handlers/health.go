package handlers

import (
	"io"
	"net/http"
)

// getHealth says that the process is alive.
func (s *Server) getHealth(w http.ResponseWriter, r *http.Request) error {
	return writeText(w, "ok\n")
}

// getReady says whether the server can take messages: not while it shuts down,
// nor while its log fails.
func (s *Server) getReady(w http.ResponseWriter, r *http.Request) error {
	if s.leaving.Load() || s.draining() {
		return errDraining
	}
	ctx, cancel := steady(r)
	defer cancel()
	if err := s.Store.Ready(ctx); err != nil {
		return err
	}
	return writeText(w, "ready\n")
}

func writeText(w http.ResponseWriter, text string) error {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	_, _ = io.WriteString(w, text) // #nosec G705 -- plain text, and nosniff; an error means that the client has gone
	return nil
}
