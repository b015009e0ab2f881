//go:build !linux || portable

package broker

import (
	"net/http"
	"time"
)

// Where sockets are not driven directly, every stream is written through its
// http.ResponseController by the handler's goroutine, and net/http notices when
// its reader hangs up.

func hijackable(*http.Request) bool { return false }

func hijack(http.ResponseWriter, time.Duration) (*responseSink, error) {
	return nil, http.ErrNotSupported
}

type hangups struct{}

func newHangups() (*hangups, error) { return new(hangups), nil }

func (*hangups) watch(*conn) error { return nil }

func (*hangups) forget(*conn) {}

func (*hangups) run() {}

func (*hangups) end() {}

func (*hangups) close() {}
