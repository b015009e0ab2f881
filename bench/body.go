package bench

// body takes the transfer coding off a response's body, in the pieces in which
// it arrives.
type body struct {
	coding  bodyCoding
	chunked chunked
	left    int // of a body with a known length, in bytes
}

// bodyCoding is how the end of a body is told (RFC 9112, section 6.3).
type bodyCoding uint8

const (
	untilClose bodyCoding = iota
	byLength
	byChunks
)

func newBody(h head) body {
	switch {
	case h.chunked:
		return body{coding: byChunks}
	case h.length >= 0:
		return body{coding: byLength, left: h.length}
	}
	return body{coding: untilClose}
}

// next returns the first run of data in p, empty if there is none, and what of p is not
// consumed yet. It consumes nothing once the body is done.
func (b *body) next(p []byte) (data, rest []byte, err error) {
	switch b.coding {
	case byChunks:
		return b.chunked.next(p)
	case byLength:
		n := min(b.left, len(p))
		b.left -= n
		return p[:n], p[n:], nil
	}
	return p, nil, nil
}

// done reports whether the whole body was consumed. One that lasts until the
// connection closes never is.
func (b *body) done() bool {
	return b.coding == byLength && b.left == 0 ||
		b.coding == byChunks && b.chunked.part == chunkDone
}
