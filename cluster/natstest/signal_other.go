//go:build !unix

package natstest

import "syscall"

// There is nothing like it: a server that is frozen goes on.
const (
	sigFreeze = syscall.Signal(0)
	sigThaw   = syscall.Signal(0)
)
