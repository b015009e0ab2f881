package bench

import (
	"bytes"
	"errors"
)

// maxLine is the longest line of an event stream, in bytes: well above the
// longest message with every character escaped.
const maxLine = 1 << 20

var errLongLine = errors.New("the stream holds a line longer than 1 MiB")

// eventName is what the generator tells apart of the events' names.
type eventName uint8

const (
	otherEvent eventName = iota
	messageEvent
	helloEvent
)

// frame is what the generator has to know of one event of a stream.
type frame struct {
	name   eventName
	marked bool   // whether it holds a message of this run; if so:
	mark   mark   // what its marker says
	seq    uint64 // the position in `id:`; 0 if there is none
}

// scanner finds the events of a stream (WHATWG HTML, section 9.2) in the pieces
// in which it arrives. Lines end with LF or CRLF; the third ending that the
// standard allows, a lone CR, no chat server writes.
type scanner struct {
	marker  markerFinder
	receive func(*frame) // called for each event; the frame is reused after
	frame   frame        // the fields of the event so far
	epoch   string       // of the first position
	carry   []byte       // a line whose end has not arrived
}

// feed scans the next piece of the stream. It keeps nothing of p.
func (s *scanner) feed(p []byte) error {
	if len(s.carry) > 0 {
		var err error
		if p, err = s.complete(p); err != nil {
			return err
		}
	}
	for {
		end := bytes.IndexByte(p, '\n')
		if end < 0 {
			s.carry = append(s.carry, p...)
			return s.checkCarry()
		}
		s.line(p[:end])
		p = p[end+1:]
	}
}

// complete adds p to the line that was carried over and returns what follows it.
func (s *scanner) complete(p []byte) (rest []byte, err error) {
	end := bytes.IndexByte(p, '\n')
	if end < 0 {
		s.carry = append(s.carry, p...)
		return nil, s.checkCarry()
	}
	s.carry = append(s.carry, p[:end]...)
	s.line(s.carry)
	s.carry = s.carry[:0]
	return p[end+1:], nil
}

func (s *scanner) checkCarry() error {
	if len(s.carry) > maxLine {
		return errLongLine
	}
	return nil
}

// line takes one line without its LF.
func (s *scanner) line(line []byte) {
	if n := len(line); n > 0 && line[n-1] == '\r' {
		line = line[:n-1]
	}
	switch {
	case len(line) == 0:
		s.receive(&s.frame)
		s.frame = frame{}
	case line[0] == 'd':
		s.data(line)
	case line[0] == 'i':
		if value, ok := field(line, "id:"); ok {
			s.frame.seq = parseSeq(value)
			if s.epoch == "" {
				s.epoch = string(value[:max(0, bytes.LastIndexByte(value, '-'))])
			}
		}
	case line[0] == 'e':
		if value, ok := field(line, "event:"); ok {
			s.frame.name = parseEventName(value)
		}
	}
}

// data looks for this run's marker in a data line.
func (s *scanner) data(line []byte) {
	if _, ok := field(line, "data:"); !ok {
		return
	}
	if m, ok := s.marker.find(line); ok {
		s.frame.marked, s.frame.mark = true, m
	}
}

// field returns the value of a line that starts with name, which ends with the colon.
func field(line []byte, name string) (value []byte, ok bool) {
	if len(line) < len(name) || string(line[:len(name)]) != name {
		return nil, false
	}
	value = line[len(name):]
	if len(value) > 0 && value[0] == ' ' {
		value = value[1:]
	}
	return value, true
}

func parseEventName(value []byte) eventName {
	switch string(value) {
	case "my response":
		return messageEvent
	case "hello":
		return helloEvent
	}
	return otherEvent
}

// parseSeq returns the position in an id "<epoch>-<seq>", or 0 if there is none.
func parseSeq(id []byte) uint64 {
	seq := uint64(0)
	for _, c := range id[bytes.LastIndexByte(id, '-')+1:] {
		if c < '0' || c > '9' {
			return 0
		}
		seq = seq*10 + uint64(c-'0')
	}
	return seq
}
