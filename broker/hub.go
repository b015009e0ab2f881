package broker

import (
	"bytes"
	"context"
	"errors"
	"math/rand/v2"
	"net/http"
	"runtime"
	"strconv"
	"sync"
	"time"
)

// hub owns the shards and all open streams.
type hub struct {
	log      Log
	tape     *tape
	pages    *pages
	stats    *Stats
	presence *presence
	activity *activity
	stall    time.Duration
	hangups  *hangups
	shards   []*shard

	ctx      context.Context // ends when the hub closes
	cancel   context.CancelFunc
	runners  sync.WaitGroup // the shards and the hang-up poller
	catchUps sync.WaitGroup

	followers followers

	mu     sync.Mutex
	conns  map[*conn]struct{} // nil once closed
	opened int                // counts them; deals them out to the shards
}

func newHub(b *Broker, opts Options) (*hub, error) {
	hangups, err := newHangups()
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithCancel(context.Background())
	h := &hub{
		log: b.log, tape: b.tape, pages: newPages(b.log, b.tape, b.encode), stats: &b.Stats,
		presence: b.presence, activity: b.activity, stall: opts.StallTimeout, hangups: hangups,
		ctx: ctx, cancel: cancel, conns: make(map[*conn]struct{}),
	}
	for range runtime.GOMAXPROCS(0) {
		h.shards = append(h.shards, newShard(b.tape, b.presence, b.activity, &b.Stats))
	}
	for _, s := range h.shards {
		h.runners.Go(func() { s.run(ctx) })
	}
	h.runners.Go(hangups.run)
	return h, nil
}

// wake tells every shard that the tape has new frames.
func (h *hub) wake() {
	for _, s := range h.shards {
		s.wake()
	}
}

// announce brings a room's news to its current connections.
func (h *hub) announce(news frame) {
	for _, s := range h.shards {
		s.announce(news)
	}
}

// tell brings a bulletin to the connections that want it.
func (h *hub) tell(b *bulletin) {
	for _, s := range h.shards {
		s.tell(b)
	}
}

// closed reports whether the hub takes no more streams.
func (h *hub) closed() bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.conns == nil
}

// SetHeader sets the header fields of an event stream. A proxy that compressed it, or
// nginx with its buffers, would hold events back.
func SetHeader(header http.Header) {
	header.Set("Content-Type", "text/event-stream")
	header.Set("Cache-Control", "no-store, no-transform")
	header.Set("X-Accel-Buffering", "no")
}

// open starts the response to a request and returns its connection, together with
// what must be written to that before the stream itself.
func (h *hub) open(w http.ResponseWriter, r *http.Request) (c *conn, head []byte, err error) {
	header := w.Header()
	SetHeader(header)
	giveUpVanished(r.Context())
	if !hijackable(r) {
		return &conn{sink: newResponseSink(w, h.stall)}, nil, nil
	}
	s, err := hijack(w, h.stall)
	if errors.Is(err, http.ErrNotSupported) {
		return &conn{sink: newResponseSink(w, h.stall)}, nil, nil
	}
	if err != nil {
		return nil, nil, err
	}
	c = &conn{sink: s, chunked: r.ProtoAtLeast(1, 1)}
	if c.chunked { // alone: with "Connection: close" Node's fetch takes what breaks off for whole
		header.Set("Transfer-Encoding", "chunked")
	} else {
		header.Set("Connection", "close") // the end of the stream is the end of the connection
	}
	header.Set("Date", time.Now().UTC().Format(http.TimeFormat))
	out := bytes.NewBufferString("HTTP/1.1 200 OK\r\n")
	_ = header.Write(out) // a buffer takes everything
	out.WriteString("\r\n")
	return c, out.Bytes(), nil
}

// sendAway answers with a stream that only says when to come back, and breaks off: at an error an EventSource would
// give up, and some clients would not come back after a proper end.
func (h *hub) sendAway(w http.ResponseWriter, onEnd func(reason error)) {
	SetHeader(w.Header())
	_ = newResponseSink(w, h.stall).write(append(appendRetry(nil), ": this node has not caught up with the others yet\n\n"...)) // the client has gone
	onEnd(errBehind)
	panic(http.ErrAbortHandler)
}

// serve makes a connection part of the hub and begins its stream after the event
// numbered seq. Where the stream goes through the handler's response, it lasts until the
// end and then aborts the handler.
func (h *hub) serve(ctx context.Context, c *conn, preamble []byte, seq uint64) {
	response, ofHandler := c.sink.(*responseSink)
	if ofHandler {
		defer panic(http.ErrAbortHandler)
		c.parked = make(chan place, 1)
	}
	if !h.admit(c) {
		c.sink.close()
		h.left(c, errShutdown)
		return
	}
	defer h.catchUps.Done()
	err := h.hangups.watch(c)
	if err == nil {
		err = c.open(preamble, seq)
	}
	for err == nil && ofHandler {
		select {
		case p := <-c.parked:
			err = c.catchUp(p)
		case <-ctx.Done():
			err = errHungUp
		case <-response.gone:
			return
		}
	}
	if err != nil {
		c.end(err)
	}
}

// admit adds a connection, unless the hub is closed, and counts its caller among
// those that catch up.
func (h *hub) admit(c *conn) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.conns == nil {
		return false
	}
	h.catchUps.Add(1)
	h.conns[c] = struct{}{}
	h.opened++
	c.hub, c.shard = h, h.shards[h.opened%len(h.shards)]
	c.beat = uint8(h.opened % heartbeatSeconds) // #nosec G115 -- below heartbeatSeconds
	h.stats.Connections.Add(1)
	return true
}

// enter counts a follower in, unless the hub is closed; done counts it out.
func (h *hub) enter() (done func(), ok bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.conns == nil {
		return nil, false
	}
	h.catchUps.Add(1)
	h.stats.Connections.Add(1)
	return func() {
		h.stats.Connections.Add(-1)
		h.catchUps.Done()
	}, true
}

// ended is told by a connection that it is closed.
func (h *hub) ended(c *conn, reason error) {
	h.hangups.forget(c)
	h.mu.Lock()
	delete(h.conns, c)
	h.mu.Unlock()
	h.stats.Connections.Add(-1)
	if reason == errStalled {
		h.stats.Cut.Add(1)
	}
	h.left(c, reason)
}

// left counts a connection out of its rooms.
func (h *hub) left(c *conn, reason error) {
	h.presence.leave(c.userName, c.rooms)
	if c.watcher != nil {
		h.activity.leave(c.watcher)
	}
	c.onEnd(reason)
}

// close ends every stream and waits for all goroutines. The streams that keep up get
// what is on the tape before.
func (h *hub) close() {
	h.mu.Lock()
	conns := h.conns
	h.conns = nil
	h.mu.Unlock()
	for _, s := range h.shards {
		s.dismiss()
	}
	for c := range conns {
		c.end(errShutdown)
	}
	h.cancel()
	h.hangups.end()
	h.runners.Wait()
	h.catchUps.Wait()
	h.hangups.close()
}

// appendRetry writes the field that sets how long a client waits before it
// reconnects: 1 to 3 seconds, at random, so that the next start does not meet all of
// them at once.
func appendRetry(dst []byte) []byte {
	dst = append(dst, "retry: "...)
	dst = strconv.AppendInt(dst, 1000+rand.Int64N(2000), 10) // #nosec G404 -- it spreads reconnections, and guards nothing
	return append(dst, '\n')
}
