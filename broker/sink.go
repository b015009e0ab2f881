package broker

import (
	"errors"
	"net/http"
	"slices"
	"sync/atomic"
	"time"
)

// sink is the far end of a connection. One goroutine at a time writes to it;
// close may be called by any, and ends a write that is under way.
type sink interface {
	// tryWrite writes what goes out without waiting, and returns how much that
	// was. Less than all, without an error, means that the sink would block.
	tryWrite(p []byte) (int, error)
	// write writes all of p. It fails with errStalled when nothing at all went
	// out for the stall limit.
	write(p []byte) error
	close()
}

// Why a stream ended.
var (
	errStalled  = errors.New("the reader stalled")
	errHungUp   = errors.New("the reader hung up")
	errShutdown = errors.New("the server is shutting down")
)

// responseSink writes through a http.ResponseController: for HTTP/2, for TLS,
// and wherever sockets are not driven directly. The handler's goroutine is the
// only one to write, so it never takes anything without waiting.
type responseSink struct {
	w       http.ResponseWriter
	rc      *http.ResponseController
	stall   time.Duration
	writing atomic.Bool
	closing atomic.Bool
	gone    chan struct{} // closed by close
}

// responsePiece is how many bytes have to go out within the stall limit: there is
// no telling whether a write that takes longer made progress.
const responsePiece = 4 << 10

func newResponseSink(w http.ResponseWriter, stall time.Duration) *responseSink {
	s := &responseSink{w: w, rc: http.NewResponseController(w), stall: stall, gone: make(chan struct{})}
	// Those set for requests in general would end the stream.
	_ = s.rc.SetReadDeadline(time.Time{})
	_ = s.rc.SetWriteDeadline(time.Time{})
	return s
}

func (s *responseSink) tryWrite([]byte) (int, error) { return 0, nil }

func (s *responseSink) write(p []byte) error {
	if len(p) == 0 {
		return nil
	}
	s.writing.Store(true)
	defer s.writing.Store(false)
	for piece := range slices.Chunk(p, responsePiece) {
		if err := s.writePiece(piece); err != nil {
			return err
		}
	}
	_ = s.rc.SetWriteDeadline(time.Time{}) // one that passes resets an HTTP/2 stream, idle or not
	return nil
}

func (s *responseSink) writePiece(p []byte) error {
	_ = s.rc.SetWriteDeadline(time.Now().Add(s.stall)) // not every writer has one
	// The deadline of close may have come before ours.
	if s.closing.Load() {
		return errHungUp
	}
	if _, err := s.w.Write(p); err != nil {
		return writeError(err)
	}
	if err := s.rc.Flush(); err != nil {
		return writeError(err)
	}
	return nil
}

// close ends a write under way, but otherwise leaves the response able to end as
// it should. The handler may return once gone is closed, so that comes last.
func (s *responseSink) close() {
	s.closing.Store(true)
	if s.writing.Load() {
		_ = s.rc.SetWriteDeadline(time.Now())
	}
	close(s.gone)
}

func writeError(err error) error {
	if t, ok := errors.AsType[interface {
		error
		Timeout() bool
	}](err); ok && t.Timeout() {
		return errStalled
	}
	return errHungUp
}
