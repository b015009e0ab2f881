// Package eventstream reads event streams for the tests. It is written from the
// standard (WHATWG HTML, section 9.2) alone, independently of the code that
// writes our streams, so that a mistake there is not made here too.
package eventstream

import (
	"bytes"
	"io"
	"strings"
)

// Event is one dispatched event.
type Event struct {
	Type        string // "message" if the stream named none
	Data        string
	LastEventID string // the id in force when it was dispatched
}

// Reader reads the events of a stream. It is not safe for concurrent use.
type Reader struct {
	// Retry is the last valid reconnection time, in milliseconds, as digits.
	Retry string

	src      io.Reader
	unread   []byte
	started  bool // the byte order mark has been dealt with
	afterCR  bool // a LF now would belong to the line that a CR has ended
	err      error
	data     strings.Builder
	hasData  bool
	typ, id  string
	lastSeen string
}

// NewReader returns a reader of src.
func NewReader(src io.Reader) *Reader { return &Reader{src: src} }

// Next returns the next event that would be dispatched; at the end of the
// stream, io.EOF, and what was not ended by an empty line is dropped.
func (r *Reader) Next() (Event, error) {
	for {
		line, err := r.line()
		if err != nil {
			return Event{}, err
		}
		if line != "" {
			r.field(line)
			continue
		}
		if ev, ok := r.dispatch(); ok {
			return ev, nil
		}
	}
}

// LastEventID returns what a client would send to resume: the id of the last
// block that was complete, whether or not it dispatched an event.
func (r *Reader) LastEventID() string { return r.lastSeen }

func (r *Reader) dispatch() (Event, bool) {
	r.lastSeen = r.id
	ev := Event{Type: r.typ, Data: strings.TrimSuffix(r.data.String(), "\n"), LastEventID: r.id}
	ok := r.hasData
	if ev.Type == "" {
		ev.Type = "message"
	}
	r.data.Reset()
	r.hasData, r.typ = false, ""
	return ev, ok
}

func (r *Reader) field(line string) {
	name, value, _ := strings.Cut(line, ":")
	value = strings.TrimPrefix(value, " ")
	switch name {
	case "event":
		r.typ = value
	case "data":
		r.data.WriteString(value)
		r.data.WriteByte('\n')
		r.hasData = true
	case "id":
		if !strings.Contains(value, "\x00") {
			r.id = value
		}
	case "retry":
		if value != "" && strings.Trim(value, "0123456789") == "" {
			r.Retry = value
		}
	}
}

// line returns the next line, without its end: CR LF, LF or CR.
func (r *Reader) line() (string, error) {
	for {
		r.trimStart()
		if i := bytes.IndexAny(r.unread, "\r\n"); i >= 0 && r.started {
			line := string(r.unread[:i])
			r.afterCR = r.unread[i] == '\r'
			r.unread = r.unread[i+1:]
			return line, nil
		}
		if r.err != nil {
			return "", r.err
		}
		buf := make([]byte, 4096)
		n, err := r.src.Read(buf)
		r.unread, r.err = append(r.unread, buf[:n]...), err
	}
}

// trimStart removes the byte order mark that a stream may begin with, and the LF
// of a CR LF of which the CR was already taken for the end of a line.
func (r *Reader) trimStart() {
	const mark = "\xEF\xBB\xBF"
	if !r.started && (len(r.unread) >= len(mark) || r.err != nil || !strings.HasPrefix(mark, string(r.unread))) {
		r.unread = bytes.TrimPrefix(r.unread, []byte(mark))
		r.started = true
	}
	if r.afterCR && len(r.unread) > 0 {
		r.unread = bytes.TrimPrefix(r.unread, []byte("\n"))
		r.afterCR = false
	}
}
