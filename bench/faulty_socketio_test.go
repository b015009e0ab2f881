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
	opened      int // connections
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

// beat is what sends a ping of WebSocket itself.
var beat = websocket.Codec{Marshal: func(any) ([]byte, byte, error) { return []byte("beat"), websocket.PingFrame, nil }}

// serve goes through the handshake, pings once in each way, and answers packets.
func (s *socketIOServer) serve(c *websocket.Conn) {
	s.mu.Lock()
	s.opened++
	s.mu.Unlock()
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
			_ = beat.Send(c, nil)
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
		what := deliver
		if !isWarmUp(body.Message) {
			what = s.delivery(body.Room, k, room.messages)
		}
		m.deliver(packet, what)
	}
	if !isWarmUp(body.Message) {
		room.messages++
	}
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
