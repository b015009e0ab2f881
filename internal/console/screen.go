package console

import (
	"slices"
	"unicode/utf8"
)

// Limits of what a Screen keeps, in characters, so that it takes at most some hundred kilobytes.
const (
	headLength = 1000 // of the beginning
	restLength = 8000 // of the end, at least, if there is so much
	maxLine    = 2000 // of a line; the rest of it is left out
	height     = 24   // lines that the cursor can reach
)

// Screen is a terminal that keeps the text of what is written to it, or the beginning and the end of that.
// The zero Screen is an empty one. It is not for concurrent use.
//
// Carriage returns, backspaces, and what moves the cursor or erases, do what they do in a terminal of 24
// lines; colours, titles and all else are left out. A column is a character, whatever its width.
type Screen struct {
	head     []line // lines that no longer change, and are kept for good
	headSize int
	headFull bool
	left     int    // lines left out between head and rest
	rest     []line // the last of which are in reach of the cursor
	restSize int
	row, col int // of the cursor, in rest

	escapes escapes
	partial []byte // of a character of which only the beginning was written
	spare   []rune // of a line left out, for another
}

type line struct {
	cells []rune
	cut   bool // it was longer
}

// size is how many characters a line takes, with its end.
func (l line) size() int { return len(l.cells) + 1 }

// Write implements io.Writer. Bytes that are not UTF-8 are replaced. It never fails.
func (s *Screen) Write(p []byte) (int, error) {
	n := len(p)
	if len(s.partial) > 0 {
		p = append(s.partial, p...)
		s.partial = s.partial[:0]
	}
	for len(p) > 0 {
		if !utf8.FullRune(p) {
			s.partial = append(s.partial[:0], p...)
			break
		}
		r, size := utf8.DecodeRune(p)
		s.escapes.put(r, s)
		p = p[size:]
	}
	return n, nil
}

// print writes a character where the cursor is.
func (s *Screen) print(r rune) {
	if s.col >= maxLine {
		s.line().cut = true
		return
	}
	s.fill(s.col)
	if l := s.line(); s.col < len(l.cells) {
		l.cells[s.col] = r
	} else {
		l.cells = append(l.cells, r)
		s.restSize++
	}
	s.col++
}

// line is the one with the cursor.
func (s *Screen) line() *line {
	if len(s.rest) == 0 {
		s.rest, s.restSize = append(s.rest, line{}), 1
	}
	return &s.rest[s.row]
}

// fill has the line reach up to a column.
func (s *Screen) fill(col int) {
	for l := s.line(); len(l.cells) < col; s.restSize++ {
		l.cells = append(l.cells, ' ')
	}
}

// cutAt takes from a line of rest what is from a column on.
func (s *Screen) cutAt(row, col int) {
	l := &s.rest[row]
	l.cut = false
	if col < len(l.cells) {
		s.restSize -= len(l.cells) - col
		l.cells = l.cells[:col]
	}
}

func (s *Screen) control(r rune) {
	switch r {
	case '\n', '\v', '\f', 0x85:
		s.newline()
	case '\r':
		s.col = 0
	case '\b':
		s.col = max(0, s.col-1)
	case '\t':
		s.tab()
	}
}

// tab keeps a tab at the end of a line as it is. Within a line it only moves the cursor.
func (s *Screen) tab() {
	if s.col >= len(s.line().cells) {
		s.print('\t')
		return
	}
	s.col = min(s.col/8*8+8, len(s.line().cells))
}

func (s *Screen) newline() {
	s.line()
	s.row, s.col = s.row+1, 0
	if s.row < len(s.rest) {
		return
	}
	s.rest = append(s.rest, line{cells: s.spare})
	s.spare = nil
	s.restSize++
	for len(s.rest) > height && s.restSize-s.rest[0].size() >= restLength {
		s.scroll()
	}
}

// scroll takes the first line from rest: to the head, while that has room, or out.
func (s *Screen) scroll() {
	first := s.rest[0]
	s.rest = s.rest[1:]
	s.row--
	s.restSize -= first.size()
	s.headFull = s.headFull || s.headSize+first.size() > headLength
	if !s.headFull {
		s.head = append(s.head, line{slices.Clone(first.cells), first.cut})
		s.headSize += first.size()
		return
	}
	s.left++
	s.spare = first.cells[:0]
}

// sequence does what a control sequence asks for, if it matters to the text.
func (s *Screen) sequence(final rune, params []int) {
	n := max(1, params[0])
	top := max(0, len(s.rest)-height)
	s.line()
	switch final {
	case 'A', 'F':
		s.row = max(top, s.row-n)
	case 'B', 'E':
		s.row = min(len(s.rest)-1, s.row+n)
	case 'C':
		s.col = min(maxLine, s.col+n)
	case 'D':
		s.col = max(0, s.col-n)
	case 'G', '`':
		s.col = min(maxLine, n-1)
	case 'H', 'f':
		s.row, s.col = min(len(s.rest)-1, top+n-1), 0
		if len(params) > 1 {
			s.col = min(maxLine, max(0, params[1]-1))
		}
	case 'J':
		s.erase(params[0], top)
	case 'K':
		s.eraseLine(params[0])
	}
	if final == 'E' || final == 'F' {
		s.col = 0
	}
}

// erase empties the screen: what follows the cursor, or all of it.
func (s *Screen) erase(what, top int) {
	switch what {
	case 0:
		s.cutAt(s.row, s.col)
		top = s.row + 1
	case 2, 3:
	default:
		return
	}
	for row := top; row < len(s.rest); row++ {
		s.cutAt(row, 0)
	}
}

// eraseLine empties the cursor's line: what follows the cursor, what is before it, or all of it.
func (s *Screen) eraseLine(what int) {
	switch what {
	case 0:
		s.cutAt(s.row, s.col)
	case 1:
		cells := s.line().cells
		for i := range min(s.col+1, len(cells)) {
			cells[i] = ' '
		}
	case 2:
		s.cutAt(s.row, 0)
	}
}
