//go:build unix

package natstest

import "syscall"

const (
	sigFreeze = syscall.SIGSTOP
	sigThaw   = syscall.SIGCONT
)
