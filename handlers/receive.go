package handlers

import (
	"bytes"
	"errors"
	"mime"
	"net/http"
	"sync"

	"plainchat/internal/limits"
)

// Bodies of requests that are being received may take receivedBytes of memory in all, and
// receivedBytesOfClient for one client. Those up to smallBody are not counted.
const (
	receivedBytes         = 64 << 20
	receivedBytesOfClient = 16 << 20
	smallBody             = 4 << 10
)

const (
	// maxBody is the largest request body, in bytes. The longest message fits in any encoding
	// that a client would choose: a form, or JSON in ASCII, takes twelve bytes for a character
	// beyond U+FFFF.
	maxBody = 128 << 10
	// maxPageForm is how much is read of the page's own form. What is larger than maxBody is
	// refused as well, but the person gets back what was typed.
	maxPageForm = 1 << 20
)

// fromPageForm reports whether a request comes from a form of a page in a browser without
// JavaScript, which has to be answered with a page that has all that was typed.
func fromPageForm(r *http.Request) bool {
	mediaType, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	return err == nil && mediaType == typeForm && wantsHTML(r)
}

// receiveMessage decodes a message while its body counts, since a body may come as slowly
// as its sender likes. Of a form that is too large it returns the input with the error.
func (s *Server) receiveMessage(w http.ResponseWriter, r *http.Request) (input, error) {
	longest := int64(maxBody)
	if r.ContentLength > maxBody && fromPageForm(r) {
		longest = maxPageForm
	}
	size, err := s.takeBody(r, longest)
	if err != nil {
		return input{}, err
	}
	defer s.returnBody(r, size)
	return decodeMessage(w, r, longest)
}

// takeBody counts a body of which so much is read, unless it is small, and returns as how large it counts until
// returnBody.
func (s *Server) takeBody(r *http.Request, longest int64) (size int64, err error) {
	if r.ContentLength >= 0 && r.ContentLength <= smallBody { // -1 if it is not known
		return 0, nil
	}
	size = 2 * longest // of its buffer
	if r.ContentLength >= 0 {
		size = 2 * min(r.ContentLength, longest)
	}
	switch err := s.received.Take(clientOf(r), size); {
	case errors.Is(err, limits.ErrClient):
		return 0, errClientBodies
	case err != nil:
		return 0, errBodies
	}
	return size, nil
}

func (s *Server) returnBody(r *http.Request, size int64) {
	if size > 0 {
		s.received.Return(clientOf(r), size)
	}
}

// bodies holds the buffers of bodies that were read.
var bodies = sync.Pool{New: func() any { return new(bytes.Buffer) }}

func keepBody(buf *bytes.Buffer) {
	if buf.Cap() <= 2*maxBody { // else a short body would hold more than is counted
		bodies.Put(buf)
	}
}
