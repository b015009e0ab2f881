package bench

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"
	"time"

	"plainchat/locale"
)

// socketIO speaks the Socket.IO protocol, revision 5, over Engine.IO, revision 4, over
// WebSocket from the start. Packets are text: a digit of Engine.IO, then for
// messages (4) one of Socket.IO.
type socketIO struct {
	target *target
	prefix string
	size   int
}

// socketIOIdle is how long a sender may be idle before it connects anew. It answers pings only
// while it waits for an acknowledgement, and a server hangs up, by default, 20 s after one
// that was not answered.
const socketIOIdle = 18 * time.Second

const socketIOPath = "/socket.io/?EIO=4&transport=websocket"

// Packets by how they start.
var (
	packetOpen       = []byte("0")
	packetClose      = []byte("1")
	packetPing       = []byte("2")
	packetPong       = []byte("3")
	packetConnect    = []byte("40")
	packetDisconnect = []byte("41")
	packetEvent      = []byte("42")
	packetAck        = []byte("43")
	packetRefused    = []byte("44")

	eventMyResponse = []byte(`["my response"`)
)

var errSocketIORefused = errors.New("the Socket.IO server refused the connection")

func (s *socketIO) positioned() bool { return false }

func (s *socketIO) stream(sub *subscriber, conn net.Conn) ([]byte, decoder) {
	join := fmt.Appendf(nil, `420["join",{"room":%q}]`, roomName(sub.room))
	d := &socketIOStream{subscriber: sub, marker: markerFinder{prefix: []byte(s.prefix)}}
	d.socketIOConn = newSocketIOConn(conn, d)
	d.connected = func() error { return d.write(opText, join) }
	return socketRequest(s.target, socketIOPath), d
}

// socketIOConn is one connection, up to the packets that matter to its owner.
type socketIOConn struct {
	conn      net.Conn
	socket    webSocket
	owner     packetReceiver
	connected func() error // called once the namespace is entered
	out       []byte
}

// packetReceiver takes events (the array with their name) and acknowledgements.
type packetReceiver interface {
	event(data []byte)
	acknowledged()
}

func newSocketIOConn(conn net.Conn, owner packetReceiver) socketIOConn {
	return socketIOConn{conn: conn, owner: owner, connected: func() error { return nil }}
}

func (c *socketIOConn) begin(h head) error {
	c.socket.message = c.packet
	c.socket.ping = func(payload []byte) error { return c.write(opPong, payload) }
	return checkSocket(h)
}

func (c *socketIOConn) feed(p []byte) error { return c.socket.feed(p) }

func (c *socketIOConn) write(op byte, payload []byte) error {
	c.out = appendSocketFrame(c.out[:0], op, payload)
	_, err := c.conn.Write(c.out)
	return err
}

// packet takes one packet.
func (c *socketIOConn) packet(p []byte) error {
	switch {
	case bytes.HasPrefix(p, packetEvent):
		c.owner.event(p[len(packetEvent):])
	case bytes.HasPrefix(p, packetAck):
		c.owner.acknowledged()
	case bytes.HasPrefix(p, packetConnect):
		return c.connected()
	case bytes.HasPrefix(p, packetRefused):
		return errSocketIORefused
	case bytes.HasPrefix(p, packetOpen):
		return c.write(opText, packetConnect)
	case bytes.Equal(p, packetPing):
		return c.write(opText, packetPong)
	case bytes.HasPrefix(p, packetDisconnect), bytes.Equal(p, packetClose):
		return errSocketClosed
	}
	return nil
}

// socketIOStream is the decoder of a subscriber's connection.
type socketIOStream struct {
	socketIOConn
	subscriber *subscriber
	marker     markerFinder
}

// acknowledged is told that the room was joined, the only thing it asks for.
func (s *socketIOStream) acknowledged() { s.subscriber.greeted = true }

func (s *socketIOStream) event(data []byte) {
	if !bytes.HasPrefix(data, eventMyResponse) {
		return
	}
	if m, ok := s.marker.find(data); ok {
		s.subscriber.receive(m, 0)
	}
}

func (s *socketIO) sender(publisher int) sender {
	packet := fmt.Sprintf(`420["my event",{"user_name":"bench-%d","room":%q,"message":"%s"}]`,
		publisher+1, roomName(0), strings.Repeat("x", s.size))
	frame := appendSocketFrame(nil, opText, []byte(packet))
	room := bytes.Index(frame, []byte(roomName(0))) + len(roomPrefix)
	text := len(frame) - s.size - len(`"}]`)
	return &socketIOSender{
		target: s.target,
		request: messageRequest{
			prefix: s.prefix, publisher: publisher, bytes: frame,
			room: frame[room:][:roomDigits], text: frame[text:][:s.size],
		},
	}
}

// socketIOSender sends by emit, each time with the same number for the
// acknowledgement, since there is one at a time.
type socketIOSender struct {
	target  *target
	request messageRequest

	socketIOConn
	in    input
	ready bool      // the namespace was entered
	acked bool      // the message was
	used  time.Time // when something was last acknowledged
}

func (s *socketIOSender) acknowledged() { s.acked = true }
func (s *socketIOSender) event([]byte)  {}

func (s *socketIOSender) send(ctx context.Context, room, ticket int, sent time.Duration) (int, error) {
	if err := s.connect(ctx); err != nil {
		s.close()
		return 0, locale.NewError("cli.bench.connect", "what", errUnreachable, "cause", err)
	}
	s.acked = false
	err := s.conn.SetDeadline(time.Now().Add(answerTimeout))
	if err == nil {
		_, err = s.conn.Write(s.request.stamp(room, ticket, sent))
	}
	for err == nil && !s.acked {
		err = s.readOnce()
	}
	if err != nil {
		s.close()
		return 0, err
	}
	s.used = time.Now()
	return http.StatusCreated, nil
}

// connect opens a connection and enters the namespace, unless that is done.
func (s *socketIOSender) connect(ctx context.Context) error {
	if s.conn != nil && time.Since(s.used) < socketIOIdle {
		return nil
	}
	s.close()
	conn, err := s.target.dial(ctx)
	if err != nil {
		return err
	}
	s.socketIOConn = newSocketIOConn(conn, s)
	s.connected = func() error { s.ready = true; return nil }
	s.in, s.ready = newInput(conn), false
	if err := conn.SetDeadline(time.Now().Add(openTimeout)); err != nil {
		return err
	}
	if _, err := conn.Write(socketRequest(s.target, socketIOPath)); err != nil {
		return err
	}
	h, rest, err := s.in.head()
	if err == nil {
		err = s.begin(h)
	}
	if err == nil {
		err = s.feed(rest)
	}
	for err == nil && !s.ready {
		err = s.readOnce()
	}
	return err
}

func (s *socketIOSender) readOnce() error {
	p, err := s.in.next()
	if err != nil {
		return err
	}
	return s.feed(p)
}

func (s *socketIOSender) close() {
	if s.conn != nil {
		s.conn.Close()
		s.conn = nil
	}
}
