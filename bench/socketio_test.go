package bench

import (
	"encoding/json"
	"fmt"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"golang.org/x/net/websocket"
)

// socketIOServer is a Socket.IO server that does to deliveries what is planned. Its
// WebSockets are those of golang.org/x/net, which knows nothing of ours.
type socketIOServer struct {
	*httptest.Server
	delivery func(room string, k, n int) fate

	connections sync.WaitGroup
	mu          sync.Mutex
	rooms       map[string]*socketIORoom
}

type socketIORoom struct {
	messages int
	members  []*socketIOMember
}

type socketIOMember struct {
	conn *websocket.Conn
	held string // swapped with the next one
}

func newSocketIOServer(t *testing.T, delivery func(string, int, int) fate) *socketIOServer {
	s := &socketIOServer{delivery: delivery, rooms: make(map[string]*socketIORoom)}
	s.Server = httptest.NewServer(websocket.Server{Handler: func(c *websocket.Conn) {
		s.connections.Add(1)
		defer s.connections.Done()
		if c.Request().URL.String() != socketIOPath {
			t.Errorf("asked for %s", c.Request().URL)
		}
		s.serve(c)
	}})
	t.Cleanup(func() {
		s.connections.Wait() // hangs, and so fails, if the generator leaves a connection open
		s.Close()
	})
	return s
}

// serve goes through the handshake, pings once, and answers packets.
func (s *socketIOServer) serve(c *websocket.Conn) {
	_ = websocket.Message.Send(c, `0{"sid":"x","upgrades":[],"pingInterval":25000,"pingTimeout":20000}`)
	pinged := false
	for {
		var packet string
		if err := websocket.Message.Receive(c, &packet); err != nil {
			return
		}
		switch {
		case packet == "40":
			s.send(c, "2")
			s.send(c, `40{"sid":"y"}`)
		case packet == "3":
			pinged = true
		case strings.HasPrefix(packet, "420"):
			if !pinged {
				c.Close() // a client that does not answer is dead
				return
			}
			s.event(c, packet[3:])
			s.send(c, "430[true]")
		}
	}
}

func (s *socketIOServer) send(c *websocket.Conn, packet string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	_ = websocket.Message.Send(c, packet) // the client has gone
}

// event takes an emit of a client.
func (s *socketIOServer) event(c *websocket.Conn, data string) {
	var name string
	var body struct {
		UserName string `json:"user_name"`
		Room     string `json:"room"`
		Message  string `json:"message"`
	}
	if err := json.Unmarshal([]byte(data), &[]any{&name, &body}); err != nil {
		c.Close()
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	room := s.rooms[body.Room]
	if room == nil {
		room = new(socketIORoom)
		s.rooms[body.Room] = room
	}
	if name == "join" {
		room.members = append(room.members, &socketIOMember{conn: c})
		return
	}
	packet := fmt.Sprintf(`42["my response",{"user_name":%q,"message":%q}]`, body.UserName, body.Message)
	for k, m := range room.members {
		m.deliver(packet, s.delivery(body.Room, k, room.messages))
	}
	room.messages++
}

func (m *socketIOMember) deliver(packet string, what fate) {
	packets := []string{packet, m.held}
	switch m.held = ""; what {
	case lose:
		packets = nil
	case double:
		packets = []string{packet, packet}
	case swap:
		packets, m.held = nil, packet
	}
	for _, p := range packets {
		if p != "" {
			_ = websocket.Message.Send(m.conn, p) // the client has gone
		}
	}
}

func TestSocketIOFaultsAreCountedExactly(t *testing.T) {
	s := newSocketIOServer(t, periodic)
	report := mustRun(t, periodicOptions(s.URL, SocketIO))
	report.check(t, 200, periodicFaults)
}

func TestSocketIOFaultless(t *testing.T) {
	s := newSocketIOServer(t, func(string, int, int) fate { return deliver })
	o := periodicOptions(s.URL, SocketIO)
	o.Publishers = 4
	report := mustRun(t, o)
	report.check(t, 200, Deliveries{Expected: 600, Received: 600})
	if err := report.Err(); err != nil || len(report.Errors) > 0 {
		t.Errorf("%v, %v", err, report.Errors)
	}
}

// What is no WebSocket, and a namespace that is refused, are told.
func TestSocketIORefused(t *testing.T) {
	f := newFaultyServer(t)
	if _, err := Run(t.Context(), periodicOptions(f.start().URL, SocketIO)); err == nil || !strings.Contains(err.Error(), "no WebSocket") {
		t.Errorf("a server without WebSockets: %v", err)
	}
	refusing := httptest.NewServer(websocket.Server{Handler: func(c *websocket.Conn) {
		_ = websocket.Message.Send(c, `44{"message":"not you"}`)
	}})
	defer refusing.Close()
	if _, err := Run(t.Context(), periodicOptions(refusing.URL, SocketIO)); err == nil || !strings.Contains(err.Error(), errSocketIORefused.Error()) {
		t.Errorf("a server that refuses: %v", err)
	}
}
