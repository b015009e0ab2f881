//go:build !linux

package natstest

import "syscall"

var attributes *syscall.SysProcAttr
