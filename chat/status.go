package chat

import (
	"strconv"
	"time"
)

// Condition is how it stands with what a robot's message tells of.
type Condition string

// The conditions.
const (
	Firing   Condition = "firing"   // something is wrong
	Resolved Condition = "resolved" // it no longer is
	Running  Condition = "running"  // the message grows
	Ended    Condition = "ended"    // it is whole
	Lost     Condition = "lost"     // whoever made it grow has gone
)

// Status is what an Update says of its message beside the text.
type Status struct {
	State Condition     // empty for nothing
	Exit  uint32        // of what has Ended: the exit code
	Took  time.Duration // of what has Ended: how long it ran, in whole milliseconds
}

// Grows reports whether it is the status of a message that grows, or has grown, of which only the latest
// form is kept.
func (s Status) Grows() bool { return s.State == Running || s.State == Ended || s.State == Lost }

// MaxTook is the longest time that a status may tell of.
const MaxTook = 10_000 * 24 * time.Hour

// Check returns an *Invalid for the field that is wrong.
func (s Status) Check() error {
	switch s.State {
	case "", Firing, Resolved, Running, Lost, Ended:
	default:
		return invalid("state", "unknown")
	}
	ended := s.State == Ended
	switch {
	case s.Exit != 0 && !ended:
		return invalid("exit", "not_ended")
	case s.Took != 0 && !ended:
		return invalid("ms", "not_ended")
	case s.Took < 0 || s.Took > MaxTook || s.Took != s.Took.Truncate(time.Millisecond):
		return invalid("ms", "out_of_range")
	}
	return nil
}

// AppendJSON appends the wire form, an object.
func (s Status) AppendJSON(dst []byte) []byte {
	dst = AppendQuoted(append(dst, `{"state":`...), string(s.State))
	if s.State == Ended {
		dst = strconv.AppendUint(append(dst, `,"exit":`...), uint64(s.Exit), 10)
		dst = strconv.AppendInt(append(dst, `,"ms":`...), s.Took.Milliseconds(), 10)
	}
	return append(dst, '}')
}
