//go:build unix

package main

import (
	"math"
	"syscall"
)

// maxDescriptors returns how many descriptors the process may have open. The Go
// runtime has raised the soft limit to the hard one by now.
func maxDescriptors() int {
	var limit syscall.Rlimit
	if syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit) != nil || uint64(limit.Cur) > math.MaxInt32 {
		return math.MaxInt32
	}
	return int(limit.Cur)
}
