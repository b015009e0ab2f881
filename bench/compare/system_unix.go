//go:build unix

package main

import (
	"os/exec"
	"syscall"
)

// exeSuffix ends the names of programs.
const exeSuffix = ""

// ownGroup has the command start in a process group of its own, so that
// killGroup ends it together with its workers, and Ctrl-C leaves it to us.
func ownGroup(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
}

// killGroup ends the command and all that it started.
func killGroup(cmd *exec.Cmd) error {
	return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL)
}

// raiseDescriptors has this process and those it starts use all the descriptors
// that they may, and returns how many these are.
func raiseDescriptors() (int, error) {
	var limit syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit); err != nil {
		return 0, err
	}
	limit.Cur = limit.Max
	return int(min(limit.Max, 1<<30)), syscall.Setrlimit(syscall.RLIMIT_NOFILE, &limit)
}
