package natstest

import "syscall"

// attributes end a server with the tests, even where they are killed.
var attributes = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
