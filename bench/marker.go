package bench

import (
	"bytes"
	"crypto/rand"
	"encoding/binary"
	"strings"
	"time"
)

// A marker starts the text of each message of a run:
//
//	b<run>.<ticket>.<publisher>.<sent>.
//
// run is 8 letters and digits drawn for the run, so that messages of others in the
// same room are told apart. ticket, 8 digits, names the message; publisher, 8
// digits, who sent it; sent, 16 digits, when, in nanoseconds by the run's clock. All
// have fixed width: a request is stamped in place and its length never changes.
const (
	runLength       = 8
	numberLength    = 8 // of the ticket and of the publisher
	sentLength      = 16
	prefixLength    = 1 + runLength + 1
	publisherOffset = prefixLength + numberLength + 1
	sentOffset      = publisherOffset + numberLength + 1
	markerLength    = sentOffset + sentLength + 1

	// Tickets that are no message's; above MaxMessages.
	fence  = 99_999_999 // ends a run
	warmUp = 99_999_998 // finds out whether a stream is open
)

// mark is what a marker says.
type mark struct {
	ticket    int
	publisher int // counted from 0
	sent      time.Duration
}

// newPrefix draws a run and returns the start of its markers: "b<run>.".
func newPrefix() string {
	return "b" + strings.ToLower(rand.Text()[:runLength]) + "."
}

// putMarker writes a marker to the first markerLength bytes of text.
func putMarker(text []byte, prefix string, m mark) {
	copy(text, prefix)
	putDigits(text[prefixLength:][:numberLength], uint64(m.ticket))
	text[publisherOffset-1] = '.'
	putDigits(text[publisherOffset:][:numberLength], uint64(m.publisher))
	text[sentOffset-1] = '.'
	putDigits(text[sentOffset:][:sentLength], uint64(m.sent))
	text[markerLength-1] = '.'
}

// putDigits fills dst with v in decimal, zeros in front.
func putDigits(dst []byte, v uint64) {
	for i := len(dst) - 1; i >= 0; i-- {
		dst[i] = byte('0' + v%10)
		v /= 10
	}
}

// markerFinder finds the marker of one run in lines that resemble each other.
type markerFinder struct {
	prefix []byte
	offset int // where it was in the last line, which is where it usually is again
}

// find returns the marker in line, if there is a whole one. No line has two.
func (m *markerFinder) find(line []byte) (found mark, ok bool) {
	if m.offset > len(line) || !bytes.HasPrefix(line[m.offset:], m.prefix) {
		at := bytes.Index(line, m.prefix)
		if at < 0 {
			return mark{}, false
		}
		m.offset = at
	}
	return parseMarker(line[m.offset:])
}

// parseMarker reads the marker that p starts with, whose prefix is known.
func parseMarker(p []byte) (m mark, ok bool) {
	if len(p) < markerLength || p[publisherOffset-1] != '.' || p[sentOffset-1] != '.' || p[markerLength-1] != '.' {
		return mark{}, false
	}
	ticket, ok1 := parseDigits(p[prefixLength:])
	publisher, ok2 := parseDigits(p[publisherOffset:])
	high, ok3 := parseDigits(p[sentOffset:])
	low, ok4 := parseDigits(p[sentOffset+8:])
	return mark{int(ticket), int(publisher), time.Duration(high*1e8 + low)}, ok1 && ok2 && ok3 && ok4
}

// parseDigits reads the eight decimal digits that p starts with, all at once in one
// register: pairs of digits, then pairs of pairs.
func parseDigits(p []byte) (v uint64, ok bool) {
	const zeros = 0x3030303030303030
	y := binary.LittleEndian.Uint64(p) - zeros // in each byte, 0 to 9 for a digit
	if (y|(y+0x7676767676767676))&0x8080808080808080 != 0 {
		return 0, false
	}
	y = (y*10 + y>>8) & 0x00ff00ff00ff00ff
	y = (y*100 + y>>16) & 0x0000ffff0000ffff
	y = (y*10000 + y>>32) & 0x00000000ffffffff
	return y, true
}
