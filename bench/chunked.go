package bench

import (
	"bytes"
	"errors"
)

var errBadChunk = errors.New("the chunked transfer coding is broken")

// chunkPart is the part of the chunked coding that comes next.
type chunkPart uint8

const (
	chunkSize      chunkPart = iota // hexadecimal digits
	chunkExtension                  // what else stands on the line of the size
	chunkData
	chunkDataEnd // the line ending after the data
	chunkTrailer // lines after the last chunk, up to an empty one
	chunkDone
)

// chunked decodes the chunked transfer coding (RFC 9112, section 7.1) in the pieces
// in which it arrives.
type chunked struct {
	part    chunkPart
	digits  int // of the size, read so far
	size    int // of the chunk; in its data, what is left of it
	trailer int // bytes of the trailer's current line
}

// next returns the first run of data in p, empty if there is none, and what of p is not
// consumed yet.
func (c *chunked) next(p []byte) (data, rest []byte, err error) {
	for len(p) > 0 && c.part != chunkDone {
		switch c.part {
		case chunkSize:
			p, err = c.sizeDigits(p)
		case chunkExtension:
			p = c.skipLine(p, c.afterSize())
		case chunkData:
			n := min(c.size, len(p))
			if c.size -= n; c.size == 0 {
				c.part = chunkDataEnd
			}
			return p[:n], p[n:], nil
		case chunkDataEnd:
			p = c.skipLine(p, chunkSize)
		case chunkTrailer:
			p = c.trailerByte(p)
		}
		if err != nil {
			return nil, nil, err
		}
	}
	return nil, p, nil
}

// sizeDigits reads digits of a size until something else follows.
func (c *chunked) sizeDigits(p []byte) ([]byte, error) {
	const maxDigits = 7 // a chunk of 256 MiB is none that a chat sends
	for i, b := range p {
		digit := hexDigit(b)
		if digit < 0 {
			if c.digits == 0 {
				return nil, errBadChunk
			}
			c.part = chunkExtension
			return p[i:], nil
		}
		c.size = c.size<<4 | digit
		if c.digits++; c.digits > maxDigits {
			return nil, errBadChunk
		}
	}
	return nil, nil
}

func hexDigit(b byte) int {
	switch {
	case b >= '0' && b <= '9':
		return int(b - '0')
	case b >= 'a' && b <= 'f':
		return int(b - 'a' + 10)
	case b >= 'A' && b <= 'F':
		return int(b - 'A' + 10)
	}
	return -1
}

func (c *chunked) afterSize() chunkPart {
	if c.size == 0 {
		return chunkTrailer
	}
	return chunkData
}

// skipLine drops what is left of a line; after its end comes then.
func (c *chunked) skipLine(p []byte, then chunkPart) []byte {
	end := bytes.IndexByte(p, '\n')
	if end < 0 {
		return nil
	}
	c.part, c.digits = then, 0
	return p[end+1:]
}

// trailerByte drops a byte of the trailer, which an empty line ends.
func (c *chunked) trailerByte(p []byte) []byte {
	switch {
	case p[0] != '\n' && p[0] != '\r':
		c.trailer++
	case p[0] == '\n' && c.trailer == 0:
		c.part = chunkDone
	case p[0] == '\n':
		c.trailer = 0
	}
	return p[1:]
}
