// Package build builds the program for the tests that start it.
package build

import (
	"fmt"
	"os/exec"
	"path/filepath"
	"runtime"
)

// Program builds the program into a folder, and returns where it is. It is built from its
// own module, which is in the folder root, and as the tests are: with the race detector if
// they are.
func Program(root, dir string) (string, error) {
	path := filepath.Join(dir, "plainchat")
	if runtime.GOOS == "windows" {
		path += ".exe"
	}
	args := []string{"-C", root, "build", "-o", path}
	if raceEnabled {
		args = append(args, "-race")
	}
	if out, err := exec.Command("go", append(args, "./cmd/plainchat")...).CombinedOutput(); err != nil {
		return "", fmt.Errorf("building the program: %w\n%s", err, out)
	}
	return path, nil
}
