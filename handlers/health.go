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
// nor when its log cannot be read.
func (s *Server) getReady(w http.ResponseWriter, r *http.Request) error {
	if s.draining() {
		return errDraining
	}
	if _, _, err := s.Store.Bounds(r.Context()); err != nil {
		return err
	}
	return writeText(w, "ready\n")
}

func writeText(w http.ResponseWriter, text string) error {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	_, _ = io.WriteString(w, text) // the client has gone
	return nil
}
