package broker

import (
	"errors"
	"net/http"
	"slices"
	"sync"
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
	w     http.ResponseWriter
	rc    *http.ResponseController
	stall time.Duration
	gone  chan struct{} // closed by close

	mu      sync.Mutex // held for each change of the deadline
	writing bool
	closing bool
	ending  bool // what is still to be said is to be said soon
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
	for piece := range slices.Chunk(p, responsePiece) {
		if err := s.begin(); err != nil {
			return err
		}
		err := s.writePiece(piece)
		s.finish(err)
		if err != nil {
			return err
		}
	}
	return nil
}

func (s *responseSink) writePiece(p []byte) error {
	if _, err := s.w.Write(p); err != nil {
		return writeError(err)
	}
	if err := s.rc.Flush(); err != nil {
		return writeError(err)
	}
	return nil
}

// begin sets the deadline of a write.
func (s *responseSink) begin() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closing {
		return errHungUp
	}
	s.writing = true
	_ = s.rc.SetWriteDeadline(time.Now().Add(s.patience())) // not every writer has one
	return nil
}

// endTimeout is how long a reader may take nothing of what is said at the end.
const endTimeout = time.Second

func (s *responseSink) patience() time.Duration {
	if s.ending {
		return min(s.stall, endTimeout)
	}
	return s.stall
}

// end gives a write under way, and those that follow, no more than a moment.
func (s *responseSink) end() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ending = true
	if s.writing {
		_ = s.rc.SetWriteDeadline(time.Now().Add(s.patience()))
	}
}

// finish takes the deadline back: one that passes resets an HTTP/2 stream, idle or not, and
// one that close has set for a write which was done by then would cut off the response's end.
func (s *responseSink) finish(err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.writing = false
	if err == nil {
		_ = s.rc.SetWriteDeadline(time.Time{})
	}
}

// close ends a write under way, but otherwise leaves the response able to end as
// it should. The handler may return once gone is closed, so that comes last.
func (s *responseSink) close() {
	s.mu.Lock()
	s.closing = true
	if s.writing {
		_ = s.rc.SetWriteDeadline(time.Now())
	}
	s.mu.Unlock()
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
