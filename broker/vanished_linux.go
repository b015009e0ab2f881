package broker

import (
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// userTimeout is how long sent bytes may stay unacknowledged before the kernel
// gives the connection up: a peer that lost its network says nothing. With a
// heartbeat every 15 s to be acknowledged, such a stream is gone within 30 s.
const userTimeout = 12 * time.Second

// limitSilence sets userTimeout. It fails only where the connection is closed already.
func limitSilence(conn syscall.Conn) {
	raw, err := conn.SyscallConn()
	if err != nil {
		return
	}
	_ = raw.Control(func(fd uintptr) {
		_ = unix.SetsockoptInt(int(fd), unix.IPPROTO_TCP, unix.TCP_USER_TIMEOUT, int(userTimeout.Milliseconds()))
	})
}
