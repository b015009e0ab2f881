//go:build !linux

package running

import "syscall"

var attributes *syscall.SysProcAttr
