package build

import (
	"errors"
	"fmt"
	"os"
	"testing"
)

// Tests builds the program whose module is in root, sets binary to where it is, and runs a package's tests. It
// returns what TestMain is to exit with.
func Tests(m *testing.M, root string, binary *string) int {
	code, err := buildAndRun(m, root, binary)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return code
}

func buildAndRun(m *testing.M, root string, binary *string) (code int, err error) {
	dir, err := os.MkdirTemp("", "plainchat-e2e-")
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	if *binary, err = Program(root, dir); err != nil {
		return 0, err
	}
	return m.Run(), nil
}
