package main

import (
	"context"
	"errors"
	"io"
	"testing"

	"plainchat/store"
)

func noEnvironment(string) string { return "" }

// Who ends a command before it is done is told so, whatever the command was at.
func TestStopped(t *testing.T) {
	data := t.TempDir()
	log, err := store.Open(t.Context(), store.Options{Dir: data})
	if err != nil {
		t.Fatal(err)
	}
	if err := log.Close(); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{{"check", "--data=" + data}, {"bench", "--duration=1h", "127.0.0.1:1"}} {
		ctx, stop := context.WithCancelCause(t.Context())
		stop(errors.New("terminated signal received")) // as signal.NotifyContext does
		err := run(ctx, args, noEnvironment, nil, io.Discard, io.Discard)
		if err == nil || err.Error() != "stopped by a signal before it was done" {
			t.Errorf("%q: %v", args, err)
		}
	}
}
