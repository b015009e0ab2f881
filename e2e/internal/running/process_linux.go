package running

import "syscall"

// attributes end the program with the tests, even where they are killed.
var attributes = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
