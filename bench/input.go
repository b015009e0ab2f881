package bench

import (
	"errors"
	"net"
)

// Sizes of an input's buffer, in bytes. An idle stream needs next to nothing, a busy
// one should take all that the kernel holds in one read.
const (
	minRead = 512
	maxRead = 64 << 10
)

var errLongHead = errors.New("the header of the answer is longer than 64 KiB")

// input reads a connection through a buffer that grows while reads fill it.
type input struct {
	conn net.Conn
	buf  []byte
}

func newInput(conn net.Conn) input {
	return input{conn: conn, buf: make([]byte, minRead)}
}

// next returns what has arrived, at least one byte, or an error. The bytes are
// valid until the next call.
func (in *input) next() ([]byte, error) {
	n, err := in.conn.Read(in.buf)
	if n == 0 {
		return nil, err
	}
	p := in.buf[:n]
	if n == len(in.buf) && n < maxRead {
		in.buf = make([]byte, 2*n)
	}
	return p, nil // an error comes again with the next read
}

// head reads a response up to the end of its header, and returns what else has arrived.
// These bytes are valid until the next call.
func (in *input) head() (h head, rest []byte, err error) {
	for filled := 0; ; {
		n, err := in.conn.Read(in.buf[filled:])
		if n == 0 && err != nil {
			return head{}, nil, err
		}
		filled += n
		h, size, err := parseHead(in.buf[:filled])
		if err != nil || size > 0 {
			return h, in.buf[size:filled], err
		}
		if filled == maxRead {
			return head{}, nil, errLongHead
		}
		if filled == len(in.buf) {
			in.buf = append(in.buf, make([]byte, filled)...)
		}
	}
}
