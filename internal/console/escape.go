package console

import "unicode"

// escapes tells what is written from what steers a terminal (ECMA-48, and the strings of xterm). It works
// on characters, not on bytes: a byte of a "✓" in a window's title would else end the title.
type escapes struct {
	state  state
	params []int // of a control sequence
	before rune  // what stands before its final character beside numbers; 0 for nothing
}

type state uint8

const (
	ground       state = iota
	escape             // after ESC
	intermediate       // within an escape sequence of several characters
	sequence           // within a control sequence, after ESC [
	text               // within a string, such as a window's title
)

// maxParams and maxParam bound what a control sequence may ask for.
const (
	maxParams = 16
	maxParam  = 1 << 16
)

// terminal is what is steered.
type terminal interface {
	print(r rune)
	control(r rune)                    // such as LF
	sequence(final rune, params []int) // such as 2 and K
}

// put takes the next character.
func (e *escapes) put(r rune, to terminal) {
	switch {
	case r == 0x1b:
		e.state = escape
	case r == 0x18 || r == 0x1a: // CAN and SUB give up what has begun
		e.state = ground
	case e.state == text:
		e.inText(r, to)
	case r >= 0x80 && r <= 0x9f:
		e.state = ground
		if r == 0x85 { // NEL
			to.control(r)
			return
		}
		e.begin(r - 0x40) // which is the same after an ESC
	case unicode.IsControl(r):
		to.control(r) // also within a sequence
	default:
		e.inState(r, to)
	}
}

func (e *escapes) inState(r rune, to terminal) {
	switch e.state {
	case ground:
		to.print(r)
	case escape, intermediate:
		if r >= 0x20 && r <= 0x2f {
			e.state = intermediate
			return
		}
		introduces := e.state == escape
		if e.state = ground; introduces {
			e.begin(r)
		}
	case sequence:
		e.inSequence(r, to)
	}
}

// begin begins what an ESC and a character introduce. What they do alone does not matter to a text.
func (e *escapes) begin(r rune) {
	switch r {
	case '[':
		e.state, e.params, e.before = sequence, append(e.params[:0], 0), 0
	case ']', 'P', 'X', '^', '_':
		e.state = text
	}
}

func (e *escapes) inSequence(r rune, to terminal) {
	last := len(e.params) - 1
	switch {
	case r >= '0' && r <= '9':
		e.params[last] = min(10*e.params[last]+int(r-'0'), maxParam)
	case r == ';' || r == ':':
		if len(e.params) < maxParams {
			e.params = append(e.params, 0)
		}
	case r >= 0x20 && r <= 0x3f:
		e.before = r
	default:
		e.state = ground
		if e.before == 0 && r >= 0x40 && r <= 0x7e {
			to.sequence(r, e.params)
		}
	}
}

// inText leaves out a string up to its end. A line's end is one too, so that a string that was cut short
// takes no more than its line with it.
func (e *escapes) inText(r rune, to terminal) {
	switch r {
	case '\a', 0x9c:
		e.state = ground
	case '\n':
		e.state = ground
		to.control(r)
	}
}
