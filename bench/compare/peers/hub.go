package main

import (
	"context"
	"net/http"

	"plainchat/chat"
)

// queueLength is how many frames may wait for one stream, as in r3labs/sse.
const queueLength = 64

// hub is what one writes by hand with net/http: the handler's goroutine and a
// buffered channel for each stream, and a flush for each message. A frame is
// made once for all. It waits for a stream whose channel is full.
type hub struct {
	rooms rooms[*queue]
}

// queue is one stream's.
type queue struct {
	frames chan []byte
	gone   <-chan struct{}
}

func newHub() peer { return new(hub) }

func (p *hub) listen(w http.ResponseWriter, r *http.Request, room string) {
	q := &queue{make(chan []byte, queueLength), r.Context().Done()}
	p.rooms.join(room, q, nil)
	defer p.rooms.leave(room, q)
	w.Header().Set("Content-Type", "text/event-stream")
	flusher := http.NewResponseController(w)
	if flusher.Flush() != nil {
		return
	}
	for {
		select {
		case f := <-q.frames:
			if _, err := w.Write(f); err != nil || flusher.Flush() != nil {
				return
			}
		case <-q.gone:
			return
		}
	}
}

func (p *hub) publish(ev *chat.Event) {
	f := frame(ev)
	p.rooms.each(string(ev.Room), func(q *queue) error { return q.put(f) })
}

// put queues a frame, and waits for room; it fails if the stream has ended.
func (q *queue) put(f []byte) error {
	select {
	case q.frames <- f:
		return nil
	case <-q.gone:
		return context.Canceled
	}
}
