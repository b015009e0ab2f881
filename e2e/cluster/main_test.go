package cluster

import (
	"errors"
	"fmt"
	"os"
	"testing"

	"plainchat/e2e/internal/build"
)

// root is the folder of the program's module.
const root = "../.."

// binary is the program, built once.
var binary string

func TestMain(m *testing.M) {
	code, err := buildAndRun(m)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		code = 1
	}
	os.Exit(code)
}

func buildAndRun(m *testing.M) (code int, err error) {
	dir, err := os.MkdirTemp("", "plainchat-cluster-")
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	if binary, err = build.Program(root, dir); err != nil {
		return 0, err
	}
	return m.Run(), nil
}
