// Package eventstream reads event streams for the tests. It is written from the
// standard (WHATWG HTML, section 9.2) alone, independently of the code that
// writes our streams, so that a mistake there is not made here too.
package eventstream

import (
	"bufio"
	"io"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/unicode"
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

	src      *bufio.Reader
	started  bool // the byte order mark has been dealt with
	ended    bool // a CR has ended the line before; a LF right after it belongs to that
	data     strings.Builder
	hasData  bool
	typ, id  string
	lastSeen string
}

// NewReader returns a reader of src.
func NewReader(src io.Reader) *Reader { return &Reader{src: bufio.NewReader(src)} }

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
	r.skipMark()
	var line []byte
	for {
		c, err := r.src.ReadByte()
		if err != nil {
			return "", err
		}
		ended := r.ended
		r.ended = c == '\r'
		switch {
		case c == '\n' && ended: // belongs to the CR before
		case c == '\n' || c == '\r':
			return decode(line)
		default:
			line = append(line, c)
		}
	}
}

// decode puts U+FFFD for each part of a line that is not UTF-8, as many as a browser
// would. Whole lines can be decoded by themselves, since no part of a character looks
// like the end of one.
func decode(line []byte) (string, error) {
	if utf8.Valid(line) {
		return string(line), nil
	}
	decoded, err := unicode.UTF8.NewDecoder().Bytes(line)
	return string(decoded), err
}

// skipMark skips the byte order mark that a stream may begin with. It looks no
// further ahead than it must: the next byte may be hours away.
func (r *Reader) skipMark() {
	const mark = "\xEF\xBB\xBF"
	if r.started {
		return
	}
	r.started = true
	for n := range len(mark) {
		if head, err := r.src.Peek(n + 1); err != nil || string(head) != mark[:n+1] {
			return
		}
	}
	_, _ = r.src.Discard(len(mark)) // they are in the buffer
}
