package main

import (
	"fmt"
	"net"
	"net/http"
	"syscall"

	"golang.org/x/sys/unix"
)

// floors returns the least that a server can do for a delivery: a write(2) from a
// single loop, over sockets taken from net/http, with no queue, no goroutine and no
// bookkeeping for a stream.
func floors() map[string]func() peer {
	return map[string]func() peer{"writeloop": newWriteLoop, "coalesced": newCoalesced}
}

// sockets are the streams of a floor.
type sockets struct {
	rooms rooms[*socket]
}

// socket is a hijacked connection and its descriptor, which is valid while the
// connection is referred to: none is ever closed before its write failed.
type socket struct {
	conn net.Conn
	fd   int
}

func (s *sockets) listen(w http.ResponseWriter, _ *http.Request, room string) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	fd, err := descriptor(conn)
	if err != nil {
		conn.Close()
		return
	}
	s.rooms.join(room, &socket{conn, fd}, func() { _, _ = conn.Write([]byte(streamHeader)) })
}

func descriptor(conn net.Conn) (fd int, err error) {
	c, ok := conn.(syscall.Conn)
	if !ok {
		return 0, fmt.Errorf("a %T has no descriptor", conn)
	}
	raw, err := c.SyscallConn()
	if err != nil {
		return 0, err
	}
	err = raw.Control(func(p uintptr) { fd = int(p) })
	return fd, err
}

// write is one write(2). Where the socket takes no more the loop waits for it.
func (s *socket) write(p []byte) error {
	n, err := unix.Write(s.fd, p)
	if n == len(p) {
		return nil
	}
	if err == nil || err == unix.EAGAIN || err == unix.EINTR {
		_, err = s.conn.Write(p[max(n, 0):])
	}
	if err != nil {
		s.conn.Close()
	}
	return err
}
