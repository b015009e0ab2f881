package main

import (
	"errors"
	"io"
	"strings"
	"testing"
)

// A command whose output cannot be written fails, and not as for a mistake in the arguments.
func TestOutputIsRefused(t *testing.T) {
	full := errors.New("no space left on device")
	for _, args := range []string{
		"--help", "-h", "help", "help send", "tail --help", "-v", "--version", "tail -v", "version", "licences",
		"completion bash", "completion zsh", "completion fish",
	} {
		err := run(t.Context(), strings.Fields(args), noEnvironment, nil, refusing{full}, io.Discard)
		if !errors.Is(err, full) || exitCode(err) != 1 {
			t.Errorf("%s: %v", args, err)
		}
	}
}

// refusing is a writer that always fails.
type refusing struct{ err error }

func (w refusing) Write([]byte) (int, error) { return 0, w.err }
