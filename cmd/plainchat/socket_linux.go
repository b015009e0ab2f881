package main

import (
	"fmt"
	"os"
	"path/filepath"
)

// maxSocketPath is how long the path of a socket may be (sun_path, unix(7)).
const maxSocketPath = 107

// shortPath returns a path to a socket that is short enough to be one, until done is called: a
// long one goes by a descriptor of its folder.
func shortPath(path string) (short string, done func(), err error) {
	if len(path) <= maxSocketPath {
		return path, func() {}, nil
	}
	dir, err := os.Open(filepath.Dir(path))
	if err != nil {
		return "", nil, err
	}
	return fmt.Sprintf("/proc/self/fd/%d/%s", dir.Fd(), filepath.Base(path)), func() { dir.Close() }, nil
}
