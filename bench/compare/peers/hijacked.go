package main

import (
	"net"
	"net/http"

	"plainchat/chat"
)

// streamHeader answers a request for a stream on a hijacked connection. The body
// ends with the connection.
const streamHeader = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nCache-Control: no-store\r\n\r\n"

// hijacked is the hub on bare connections: net/http's buffers and chunks are gone,
// a goroutine and a channel for each stream stay.
type hijacked struct {
	rooms rooms[*queue]
}

func newHijacked() peer { return new(hijacked) }

func (p *hijacked) listen(w http.ResponseWriter, _ *http.Request, room string) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	gone := make(chan struct{})
	q := &queue{make(chan []byte, queueLength), gone}
	p.rooms.join(room, q, nil)
	go func() {
		defer p.rooms.leave(room, q)
		defer close(gone)
		defer conn.Close()
		q.write(conn)
	}()
}

// write writes until the connection fails.
func (q *queue) write(conn net.Conn) {
	_, err := conn.Write([]byte(streamHeader))
	for err == nil {
		_, err = conn.Write(<-q.frames)
	}
}

func (p *hijacked) publish(ev *chat.Event) {
	f := frame(ev)
	p.rooms.each(string(ev.Room), func(q *queue) error { return q.put(f) })
}
