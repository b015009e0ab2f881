package handlers

import (
	"errors"
	"net/http"

	"plainchat/internal/limits"
)

// Bodies of requests that are being received may take receivedBytes of memory in all, and
// receivedBytesOfClient for one client. Those up to smallBody are not counted.
const (
	receivedBytes         = 64 << 20
	receivedBytesOfClient = 16 << 20
	smallBody             = 4 << 10
)

// receiveMessage decodes a message while its body counts, since a body may come as slowly
// as its sender likes.
func (s *Server) receiveMessage(w http.ResponseWriter, r *http.Request) (input, error) {
	if r.ContentLength >= 0 && r.ContentLength <= smallBody { // -1 if it is not known
		return decodeMessage(w, r)
	}
	const most = 2 * maxBody // of its buffer
	client, size := clientOf(r), int64(most)
	if r.ContentLength >= 0 {
		size = min(2*r.ContentLength, most)
	}
	switch err := s.received.Take(client, size); {
	case errors.Is(err, limits.ErrClient):
		return input{}, errClientBodies
	case err != nil:
		return input{}, errBodies
	}
	defer s.received.Return(client, size)
	return decodeMessage(w, r)
}
