package bench

import (
	"crypto/sha1"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
)

// Opcodes of WebSocket frames (RFC 6455, section 5.2).
const (
	opContinuation = 0x0
	opText         = 0x1
	opBinary       = 0x2
	opClose        = 0x8
	opPing         = 0x9
	opPong         = 0xa

	finalFrame = 0x80
	maskedBit  = 0x80

	maxControlPayload = 125 // bytes
)

// maxSocketFrame is the longest frame that is taken from a server, in bytes.
const maxSocketFrame = 1 << 20

var (
	errSocketFrame  = errors.New("the server broke the WebSocket protocol")
	errSocketClosed = errors.New("the server closed the WebSocket")
)

// socketKey is the Sec-WebSocket-Key of all connections, and socketAccept what a server has to
// make of it (RFC 6455, section 4.2.2). Nonces would tell nothing more: no cache lies between.
var (
	socketKey    = base64.StdEncoding.EncodeToString([]byte("plainchat-bench!"))
	socketAccept = acceptOf(socketKey)
)

func acceptOf(key string) string {
	sum := sha1.Sum([]byte(key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"))
	return base64.StdEncoding.EncodeToString(sum[:])
}

// socketRequest returns the request that makes a connection a WebSocket.
func socketRequest(t *target, pathAndQuery string) []byte {
	return fmt.Appendf(nil, "GET %s%s HTTP/1.1\r\nHost: %s\r\nUser-Agent: %s\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"+
		"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: %s\r\n\r\n",
		t.url.EscapedPath(), pathAndQuery, t.url.Host, userAgent, socketKey)
}

// checkSocket checks the answer to it.
func checkSocket(h head) error {
	if h.status != 101 || h.socketAccept != socketAccept {
		return fmt.Errorf("the server answered the request for a WebSocket with status %d and no WebSocket", h.status)
	}
	return nil
}

// webSocket reads the frames of a server in the pieces in which they arrive. A
// library would allocate and copy each message; the generator shares the processor
// with the server it measures.
type webSocket struct {
	// message is called with each text message, ping with each ping. What they are
	// given is valid until they return.
	message, ping func([]byte) error

	carry     []byte // a frame whose end has not arrived
	fragments []byte // of a message whose last frame has not arrived
	open      bool   // there is such a message
}

// feed takes the next piece. It keeps nothing of p.
func (w *webSocket) feed(p []byte) error {
	p, err := w.complete(p)
	for err == nil {
		var start, size int
		if start, size, err = socketFrameBounds(p); err != nil {
			break
		}
		if len(p) < size {
			w.carry = append(w.carry, p...)
			break
		}
		err = w.frame(p[0], p[start:size])
		p = p[size:]
	}
	return err
}

// complete adds what p has of the frame that was carried over, and returns what follows it.
func (w *webSocket) complete(p []byte) (rest []byte, err error) {
	for len(w.carry) > 0 {
		start, size, err := socketFrameBounds(w.carry)
		if err != nil {
			return nil, err
		}
		if len(w.carry) == size {
			frame := w.carry
			w.carry = w.carry[:0]
			return p, w.frame(frame[0], frame[start:])
		}
		n := min(size-len(w.carry), len(p))
		if n == 0 {
			return nil, nil
		}
		w.carry, p = append(w.carry, p[:n]...), p[n:]
	}
	return p, nil
}

// socketFrameBounds returns where the payload of the frame that p starts with begins and
// ends. While p does not tell, start is 0 and size how many bytes tell more.
func socketFrameBounds(p []byte) (start, size int, err error) {
	if len(p) < 2 {
		return 0, 2, nil
	}
	if p[0]&0x70 != 0 || p[1]&maskedBit != 0 { // no extension was agreed, and no server masks
		return 0, 0, errSocketFrame
	}
	start, length := 2, uint64(p[1])
	switch {
	case length == 126 && len(p) < 4:
		return 0, 4, nil
	case length == 127 && len(p) < 10:
		return 0, 10, nil
	case length == 126:
		start, length = 4, uint64(binary.BigEndian.Uint16(p[2:]))
	case length == 127:
		start, length = 10, binary.BigEndian.Uint64(p[2:])
	}
	if length > maxSocketFrame {
		return 0, 0, errSocketFrame
	}
	return start, start + int(length), nil
}

// frame takes one frame.
func (w *webSocket) frame(head byte, payload []byte) error {
	final := head&finalFrame != 0
	switch op := head & 0xf; {
	case op >= opClose && (!final || len(payload) > maxControlPayload):
		return errSocketFrame
	case op == opPing:
		return w.ping(payload)
	case op == opPong:
		return nil
	case op == opClose:
		return errSocketClosed
	case (op == opContinuation) != w.open || op > opBinary || len(w.fragments)+len(payload) > maxSocketFrame:
		return errSocketFrame
	case final && !w.open:
		return w.message(payload)
	}
	w.fragments = append(w.fragments, payload...)
	w.open = !final
	if w.open {
		return nil
	}
	message := w.fragments
	w.fragments = w.fragments[:0]
	return w.message(message)
}

// appendSocketFrame appends a client's frame, which has to be masked (RFC 6455, section 5.3). The key
// is zero, which leaves the payload as it is, so that it can be stamped in place: what
// a key protects are proxies that do not know WebSockets, and none is measured.
func appendSocketFrame(dst []byte, op byte, payload []byte) []byte {
	dst = append(dst, finalFrame|op)
	switch n := len(payload); {
	case n < 126:
		dst = append(dst, maskedBit|byte(n))
	case n < 1<<16:
		dst = append(dst, maskedBit|126)
		dst = binary.BigEndian.AppendUint16(dst, uint16(n))
	default:
		dst = append(dst, maskedBit|127)
		dst = binary.BigEndian.AppendUint64(dst, uint64(n))
	}
	dst = append(dst, 0, 0, 0, 0)
	return append(dst, payload...)
}
