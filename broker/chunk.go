package broker

// A chunk is events, or a comment, as one chunk of the chunked transfer coding (RFC 9112,
// section 7.1). Its size has a fixed width, so that what it holds is a part of the same
// bytes for those who take it bare. A stream never has the last chunk, which is empty:
// each end of a stream is then a broken connection to its client, which comes back.
const (
	chunkHead = len("000000\r\n")
	chunkTail = len("\r\n")
)

// beginChunk begins a chunk at the end of dst.
func beginChunk(dst []byte) []byte { return append(dst, "000000\r\n"...) }

// endChunk ends the chunk that began at an index of dst. One that holds nothing is taken
// back.
func endChunk(dst []byte, began int) []byte {
	size := len(dst) - began - chunkHead
	if size == 0 {
		return dst[:began]
	}
	const digits = "0123456789abcdef"
	for i := chunkHead - len("\r\n") - 1; i >= 0; i-- {
		dst[began+i] = digits[size&15]
		size >>= 4
	}
	if size > 0 { // 16 MiB, as much as the tape and far more than a page
		panic("broker: a chunk is too large")
	}
	return append(dst, "\r\n"...)
}

// asChunk returns a chunk that holds p.
func asChunk(p []byte) []byte {
	dst := append(beginChunk(make([]byte, 0, chunkHead+len(p)+chunkTail)), p...)
	return endChunk(dst, 0)
}

// bare returns what a chunk holds.
func bare(chunk []byte) []byte {
	if len(chunk) == 0 {
		return nil
	}
	return chunk[chunkHead : len(chunk)-chunkTail]
}
