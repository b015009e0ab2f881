package handlers

import (
	"net/http"

	"plainchat/docs"
)

// getDocument answers with the description of this interface.
func (s *Server) getDocument(w http.ResponseWriter, r *http.Request) error {
	w.Header().Set("Content-Type", "application/yaml") // RFC 9512
	w.Header().Set("Cache-Control", "public, max-age=3600")
	_, _ = newPieces(w, pieceTimeout).Write(docs.OpenAPI) // the client has gone
	return nil
}

// describe leads programs to that description (RFC 8631).
func describe(w http.ResponseWriter) {
	w.Header().Add("Link", `</openapi.yaml>; rel="service-desc"; type="application/yaml"`)
}
