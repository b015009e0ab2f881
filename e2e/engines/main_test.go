//go:build linux

package engines

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"testing"

	"plainchat/e2e/internal/build"
)

var binary string // the program, built once

func TestMain(m *testing.M) {
	if os.Getenv(supervisor) != "" {
		os.Exit(supervise(os.Args[1:]))
	}
	flag.Parse()
	code, err := run(m)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		code = 1
	}
	os.Exit(code)
}

func run(m *testing.M) (code int, err error) {
	dir, err := os.MkdirTemp("", "plainchat-engines-")
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	if binary, err = build.Program("../..", dir); err != nil {
		return 0, err
	}
	return m.Run(), nil
}
