package main

import (
	"net"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// userTimeout is how long sent bytes may stay unacknowledged before the kernel
// gives the connection up: a peer that lost its network says nothing. With a
// heartbeat every 15 s to be acknowledged, such a stream is gone within 30 s.
const userTimeout = 12 * time.Second

// listenConfig sets options that connections take over from the listening socket.
var listenConfig = net.ListenConfig{
	Control: func(_, _ string, socket syscall.RawConn) error {
		var err error
		controlErr := socket.Control(func(fd uintptr) {
			err = unix.SetsockoptInt(int(fd), unix.IPPROTO_TCP, unix.TCP_USER_TIMEOUT, int(userTimeout.Milliseconds()))
		})
		if controlErr != nil {
			return controlErr
		}
		return err
	},
}
