package main

import (
	"io"
	"strings"
	"testing"
)

// No mistake ends as a choice does.
func TestAskMistakes(t *testing.T) {
	for _, args := range []string{
		"ask", "ask q", "ask q yes", "ask q yes yes", "ask --nothing q yes no", "ask --wait 0 q yes no", "ask --wait 400d q yes no", "ask --default x q yes no",
		"ask --poll q yes no", "ask --poll --wait 1s --default yes q yes no", "ask --client-id é q yes no", "ask --room a.b q yes no", "ask --token-file /nowhere q yes no",
		"ask q 1 2 3 4 5 6 7 8 9 10 11",
	} {
		err := run(t.Context(), strings.Fields(args), noEnvironment, nil, io.Discard, io.Discard)
		if code := exitCode(err); code != exitUsage || err.Error() == "" {
			t.Errorf("%s: exit code %d, %v", args, code, err)
		}
	}
	if err := run(t.Context(), []string{"ask", "--help"}, noEnvironment, nil, io.Discard, io.Discard); err != nil {
		t.Errorf("the help: %v", err)
	}
}
