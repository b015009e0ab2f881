//go:build linux && !portable

package broker

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"net"
	"net/http"
	"sync"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// sendBuffer is what the kernel may hold of a stream, in bytes. Left to itself it
// grows to megabytes, and a socket only counts as writable again once a third of
// that is free: a slow reader would look stalled, and cost as much.
const sendBuffer = 64 << 10

// socket is the sink of a hijacked HTTP/1.1 connection: net/http's buffers and
// goroutines for it are gone, and it is written to directly. Every stream has one, so it holds
// little: what only those need that lag is asked for anew.
type socket struct {
	conn  drivenConn
	fd    int // valid until close; the shard removes the connection before that
	stall time.Duration
}

// drivenConn is a connection whose socket can be reached.
type drivenConn interface {
	net.Conn
	syscall.Conn
}

// hijackable reports whether the request's connection can be a socket: not with
// HTTP/2, where it carries other streams, and not with TLS.
func hijackable(r *http.Request) bool {
	return r.ProtoMajor == 1 && r.TLS == nil
}

// hijack takes the connection from net/http. The response is to be written by
// the caller, status line and headers too; its body ends with the connection.
func hijack(w http.ResponseWriter, stall time.Duration) (*socket, error) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		return nil, err
	}
	driven, ok := conn.(drivenConn)
	if !ok {
		conn.Close()
		return nil, fmt.Errorf("broker: cannot drive a %T directly", conn)
	}
	s := &socket{conn: driven, stall: stall}
	err = s.control(func(fd int) {
		s.fd = fd
		_ = unix.SetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_SNDBUF, sendBuffer)
	})
	if err != nil {
		conn.Close()
		return nil, err
	}
	return s, nil
}

// control calls f with the descriptor, unless the socket is closed.
func (s *socket) control(f func(fd int)) error {
	raw, err := s.conn.SyscallConn()
	if err != nil {
		return err
	}
	return raw.Control(func(fd uintptr) { f(int(fd)) })
}

// tryWrite is one write(2) on the non-blocking socket. It goes past the
// runtime's poller, whose locks and closure would cost as much again as the
// rest of a delivery; close cannot come in between, since both need the
// shard's lock first.
func (s *socket) tryWrite(p []byte) (int, error) {
	n, err := ignoringEINTR(func() (int, error) { return unix.Write(s.fd, p) })
	switch {
	case err == unix.EAGAIN:
		return 0, nil
	case err != nil:
		return 0, errHungUp
	}
	return n, nil
}

func (s *socket) write(p []byte) error {
	for len(p) > 0 {
		before := s.queued()
		// Anew after each progress: slow is not stalled.
		if err := s.conn.SetWriteDeadline(time.Now().Add(s.stall)); err != nil {
			return errHungUp
		}
		n, err := s.writeSome(p)
		if err != nil {
			if writeError(err) == errStalled && s.queued() < before {
				continue
			}
			return writeError(err)
		}
		p = p[n:]
	}
	return nil
}

// writeSome writes some of p as soon as the socket takes any.
func (s *socket) writeSome(p []byte) (n int, err error) {
	raw, err := s.conn.SyscallConn()
	if err != nil {
		return 0, err
	}
	var failed error
	err = raw.Write(func(fd uintptr) (done bool) {
		n, failed = ignoringEINTR(func() (int, error) { return unix.Write(int(fd), p) })
		return failed != unix.EAGAIN
	})
	return n, errors.Join(err, failed)
}

// queued returns how many bytes the kernel holds that the reader has not taken. A socket
// only counts as writable once a third of its buffer is free, so that this shrinks is
// all there is to be seen of a reader that is very slow.
func (s *socket) queued() (n int) {
	err := s.control(func(fd int) { n, _ = unix.IoctlGetInt(fd, unix.SIOCOUTQ) })
	if err != nil {
		return math.MaxInt // closed
	}
	return n
}

func (s *socket) close() { s.conn.Close() }

func ignoringEINTR(write func() (int, error)) (int, error) {
	for {
		if n, err := write(); err != unix.EINTR {
			return n, err
		}
	}
}

// hangups notices, for all sockets together, that a peer hung up, which a
// connection that is only written to would not notice until the next write.
type hangups struct {
	epoll int
	stop  int // an eventfd that ends run

	mu      sync.Mutex
	watched map[uint64]*conn
	last    uint64
}

func newHangups() (*hangups, error) {
	epoll, err := unix.EpollCreate1(unix.EPOLL_CLOEXEC)
	if err != nil {
		return nil, fmt.Errorf("broker: epoll: %w", err)
	}
	stop, err := unix.Eventfd(0, unix.EFD_CLOEXEC|unix.EFD_NONBLOCK)
	if err == nil {
		err = unix.EpollCtl(epoll, unix.EPOLL_CTL_ADD, stop, &unix.EpollEvent{Events: unix.EPOLLIN})
	}
	if err != nil {
		unix.Close(epoll)
		return nil, fmt.Errorf("broker: eventfd: %w", err)
	}
	return &hangups{epoll: epoll, stop: stop, watched: make(map[uint64]*conn)}, nil
}

// watch ends the connection when its peer hangs up. It is told apart by a
// number of its own, not its descriptor, which may be another's by the time the
// news arrives. A closed socket leaves the epoll set by itself.
func (h *hangups) watch(c *conn) error {
	s, ok := c.sink.(*socket)
	if !ok {
		return nil // the handler's goroutine notices
	}
	h.mu.Lock()
	h.last++
	c.watch = h.last
	h.watched[c.watch] = c
	h.mu.Unlock()
	ev := unix.EpollEvent{Events: unix.EPOLLRDHUP | unix.EPOLLONESHOT}
	setKey(&ev, c.watch)
	var failed error
	err := s.control(func(fd int) { failed = unix.EpollCtl(h.epoll, unix.EPOLL_CTL_ADD, fd, &ev) })
	return errors.Join(err, failed)
}

// forget stops watching a connection that ended.
func (h *hangups) forget(c *conn) {
	h.mu.Lock()
	defer h.mu.Unlock()
	delete(h.watched, c.watch)
}

// run ends the connections whose peers hang up, until end is called.
func (h *hangups) run() {
	events := make([]unix.EpollEvent, 256)
	for {
		n, err := unix.EpollWait(h.epoll, events, -1)
		if err == unix.EINTR {
			continue
		}
		for _, ev := range events[:max(n, 0)] {
			if key(ev) == 0 {
				return
			}
			h.mu.Lock()
			c := h.watched[key(ev)]
			h.mu.Unlock()
			if c != nil {
				c.end(errHungUp)
			}
		}
	}
}

// end makes run return.
func (h *hangups) end() {
	one := binary.NativeEndian.AppendUint64(nil, 1)
	_, _ = unix.Write(h.stop, one)
}

// close releases the descriptors. Nothing may be watched any more.
func (h *hangups) close() {
	unix.Close(h.stop)
	unix.Close(h.epoll)
}

// setKey and key use all 64 bits that epoll hands back with an event. Key 0 is
// the eventfd.
func setKey(ev *unix.EpollEvent, key uint64) { ev.Fd, ev.Pad = int32(key), int32(key>>32) } // #nosec G115 -- two halves

func key(ev unix.EpollEvent) uint64 { return uint64(uint32(ev.Fd)) | uint64(uint32(ev.Pad))<<32 } // #nosec G115 -- put together again
