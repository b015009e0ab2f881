package broker

import (
	"context"
	"net/http"
	"sync"

	"github.com/r3labs/sse/v2"

	"plainchat/chat"
)

// streamID names the one stream on the r3labs/sse server.
const streamID = "plainchat"

// label is what the tape must know of a frame beside its bytes.
type label struct {
	room   chat.Room
	seq    uint64
	edits  uint64 // the message whose text is in it again; 0 of anything but an edit
	erases uint64 // the message whose text is to be forgotten; 0 of anything but a deletion
	afresh bool   // the tape is to begin after it
}

// stream is the r3labs/sse stream through which every event of the log passes. It formats
// each event once and hands the frame to its one subscriber.
//
// Its event log is off: the log proper is in the store, with our own ids. It
// has one subscriber because r3labs/sse delivers to all of them in turn with a
// blocking send: with one for each browser, a browser that stalls would hold up
// all others.
type stream struct {
	server *sse.Server
	cancel context.CancelFunc
	served sync.WaitGroup

	mu     sync.Mutex // keeps labels in the order of publishing
	labels chan label
}

// newStream starts the stream. Each frame is passed to record as a chunk, in the order
// of publishing, from one goroutine; record must not block.
func newStream(record func(label, []byte)) *stream {
	ctx, cancel := context.WithCancel(context.Background())
	s := &stream{server: sse.New(), cancel: cancel, labels: make(chan label, sse.DefaultBufferSize)}
	s.server.AutoReplay = false
	s.server.AutoStream = false
	s.server.CreateStream(streamID)

	subscriber := &frameWriter{labels: s.labels, record: record, subscribed: make(chan struct{})}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "/?stream="+streamID, nil)
	if err != nil {
		panic(err) // a constant request
	}
	s.served.Go(func() { s.server.ServeHTTP(subscriber, request) })
	<-subscriber.subscribed // events published earlier would pass unseen
	return s
}

// publish queues an event. It may be called concurrently, and waits while the
// queue is full.
func (s *stream) publish(l label, id []byte, name string, data []byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.labels <- l
	s.server.Publish(streamID, &sse.Event{ID: id, Event: []byte(name), Data: data})
}

// skip passes over durable events that cannot be published, in their turn: the
// frame is a comment, in no room.
func (s *stream) skip(l label) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.labels <- l
	s.server.Publish(streamID, &sse.Event{Comment: []byte("left out")})
}

// close ends the stream; nothing may be published after it was called. The
// subscriber goes first: r3labs/sse cannot sign off from a closed stream.
func (s *stream) close() {
	s.cancel()
	s.served.Wait()
	s.server.Close()
}

// frameWriter is the http.ResponseWriter that r3labs/sse writes to. What comes
// between two flushes is one frame.
type frameWriter struct {
	labels     <-chan label
	record     func(label, []byte)
	subscribed chan struct{} // closed by the first flush, that of the headers
	header     http.Header
	buf        []byte
}

func (w *frameWriter) Header() http.Header {
	if w.header == nil {
		w.header = make(http.Header)
	}
	return w.header
}

func (w *frameWriter) WriteHeader(int) {}

func (w *frameWriter) Write(p []byte) (int, error) {
	w.buf = append(w.buf, p...)
	return len(p), nil
}

// Flush implements http.Flusher, which r3labs/sse calls after the headers and
// after each event.
func (w *frameWriter) Flush() {
	if len(w.buf) == 0 {
		close(w.subscribed)
		return
	}
	w.record(<-w.labels, asChunk(w.buf))
	w.buf = w.buf[:0]
}
