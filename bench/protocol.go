package bench

import (
	"context"
	"net"
	"time"

	"plainchat/locale"
)

// Protocol is how a server is spoken to.
type Protocol string

const (
	// SSE is plainchat's own: a stream begins with a hello, 201 acknowledges, and the
	// `id:` of each event is its position.
	SSE Protocol = "sse"
	// EventSource is any other server of event streams, at the same addresses. There
	// is no hello, every event that holds a marker is a message, and no `id:` is
	// understood.
	EventSource Protocol = "eventsource"
	// SocketIO is Socket.IO over WebSocket: `my event` sends and `my response` is
	// received, as in the tutorial, after a `join` with the room.
	SocketIO Protocol = "socketio"
)

// protocol is what differs between the protocols.
type protocol interface {
	// stream returns the request that opens a stream, and what reads the answer to it.
	stream(s *subscriber, conn net.Conn) (request []byte, answer decoder)
	// sender returns what sends one publisher's messages; publishers are counted
	// from 0.
	sender(publisher int) sender
	// positioned reports whether events carry their position. Otherwise the order is
	// told by publisher, each of which waits for its answer before it sends again.
	positioned() bool
}

// decoder reads the answer to the request for a stream.
type decoder interface {
	begin(head) error
	// feed takes the next piece of what follows the header. It keeps nothing of it.
	feed(p []byte) error
}

// sender sends messages, one at a time. It is for use by one goroutine.
type sender interface {
	// send returns the HTTP status of the answer, or what would be one. After an error
	// the outcome is unknown, unless it is errUnreachable.
	send(ctx context.Context, room, ticket int, sent time.Duration) (status int, err error)
	close()
}

// newProtocol returns the protocol of a run; its name is valid.
func newProtocol(name Protocol, t *target, prefix string, size int) protocol {
	if name == SocketIO {
		return &socketIO{target: t, prefix: prefix, size: size}
	}
	return &eventStreams{target: t, prefix: prefix, size: size, hello: name == SSE}
}

// eventStreams is SSE and EventSource.
type eventStreams struct {
	target *target
	prefix string
	size   int
	hello  bool // streams begin with one, and positions are known
}

func (e *eventStreams) positioned() bool { return e.hello }

func (e *eventStreams) stream(s *subscriber, _ net.Conn) ([]byte, decoder) {
	d := &eventStream{subscriber: s, hello: e.hello}
	d.scanner = scanner{marker: markerFinder{prefix: []byte(e.prefix)}, receive: d.receive}
	return streamRequest(e.target, s.room, s.lastEventID(), s.userName), d
}

func (e *eventStreams) sender(publisher int) sender {
	return &httpSender{
		client:  client{target: e.target},
		request: newMessageRequest(e.target, e.prefix, publisher, e.size),
	}
}

// httpSender sends by POST.
type httpSender struct {
	client  client
	request *messageRequest
}

func (h *httpSender) send(ctx context.Context, room, ticket int, sent time.Duration) (int, error) {
	return h.client.do(ctx, h.request.stamp(room, ticket, sent))
}

func (h *httpSender) close() { h.client.close() }

// eventStream is the decoder of an event stream.
type eventStream struct {
	subscriber *subscriber
	hello      bool
	body       body
	scanner    scanner
}

func (e *eventStream) begin(h head) error {
	if h.status != 200 || !h.eventStream {
		return locale.NewError("cli.bench.no_stream", "status", h.status)
	}
	e.body = newBody(h)
	e.subscriber.greeted = !e.hello
	return nil
}

func (e *eventStream) feed(p []byte) error {
	for len(p) > 0 {
		var data []byte
		var err error
		if data, p, err = e.body.next(p); err != nil {
			return err
		}
		if err := e.scanner.feed(data); err != nil {
			return err
		}
		if e.body.done() {
			return errStreamOver
		}
	}
	return nil
}

// receive takes one event.
func (e *eventStream) receive(f *frame) {
	switch {
	case f.name == helloEvent:
		e.subscriber.greet(f.seq, e.scanner.epoch)
	case f.marked && (f.name == messageEvent || !e.hello):
		e.subscriber.receive(f.mark, f.seq)
	}
}
