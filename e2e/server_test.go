package e2e

import (
	"testing"

	"plainchat/e2e/internal/running"
)

// server is the program, running.
type server struct {
	*running.Server
	t *testing.T
}

// startServer runs the program on a free port and an empty data folder.
func startServer(t *testing.T, args ...string) *server {
	t.Helper()
	return &server{running.Start(t, binary, args...), t}
}
