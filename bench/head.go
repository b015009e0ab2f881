package bench

import (
	"bytes"
	"errors"
	"strconv"
)

var errBadHead = errors.New("the answer is not HTTP/1.1")

// head is what the generator has to know of a response's status line and header.
type head struct {
	status      int
	length      int // Content-Length; -1 if not given
	chunked     bool
	close       bool // the server will close the connection
	eventStream bool

	socketAccept string // Sec-WebSocket-Accept
}

// parseHead reads the status line and header that p starts with and returns how many
// bytes they take: 0 while they are not complete.
func parseHead(p []byte) (h head, size int, err error) {
	end := bytes.Index(p, []byte("\r\n\r\n"))
	if end < 0 {
		return head{}, 0, nil
	}
	line, rest, _ := bytes.Cut(p[:end], []byte("\r\n"))
	h = head{length: -1}
	if h.status, h.close, err = parseStatusLine(line); err != nil {
		return head{}, 0, err
	}
	for len(rest) > 0 {
		line, rest, _ = bytes.Cut(rest, []byte("\r\n"))
		if err := h.header(line); err != nil {
			return head{}, 0, err
		}
	}
	if h.status == 204 || h.status == 304 {
		h.length = 0
	}
	if !h.chunked && h.length < 0 {
		h.close = true // nothing else ends the body
	}
	return h, end + 4, nil
}

// parseStatusLine reads "HTTP/1.1 201 Created". After an HTTP/1.0 answer the
// connection is closed unless something else was agreed, which we never do.
func parseStatusLine(line []byte) (status int, http10 bool, err error) {
	const shortest = len("HTTP/1.1 201")
	if len(line) < shortest || string(line[:7]) != "HTTP/1." || line[8] != ' ' {
		return 0, false, errBadHead
	}
	status, err = strconv.Atoi(string(line[9:12]))
	if err != nil || status < 100 {
		return 0, false, errBadHead
	}
	return status, line[7] == '0', nil
}

// header takes one header line.
func (h *head) header(line []byte) error {
	name, value, ok := bytes.Cut(line, []byte(":"))
	if !ok {
		return errBadHead
	}
	value = bytes.TrimSpace(value)
	switch {
	case is(name, "Content-Length"):
		n, err := strconv.Atoi(string(value))
		if err != nil || n < 0 {
			return errBadHead
		}
		h.length = n
	case is(name, "Transfer-Encoding"):
		h.chunked = is(value, "chunked")
	case is(name, "Connection"):
		h.close = h.close || is(value, "close")
	case is(name, "Sec-WebSocket-Accept"):
		h.socketAccept = string(value)
	case is(name, "Content-Type"):
		kind, _, _ := bytes.Cut(value, []byte(";"))
		h.eventStream = is(bytes.TrimSpace(kind), "text/event-stream")
	}
	return nil
}

// is compares as header names and tokens are compared, without regard to case.
func is(b []byte, token string) bool {
	return len(b) == len(token) && bytes.EqualFold(b, []byte(token))
}
