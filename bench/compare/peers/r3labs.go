package main

import (
	"net/http"
	"net/url"
	"sync"

	"github.com/r3labs/sse/v2"

	"plainchat/chat"
)

// r3labs is r3labs/sse as its documentation has it: a stream for each room, a
// subscriber for each browser, its own ServeHTTP. Replay is off, since it would
// keep every event forever and send all of them to each newcomer.
type r3labs struct {
	server *sse.Server
	opened sync.Map // rooms that have a stream
}

func newR3labs() peer {
	p := &r3labs{server: sse.New()}
	p.server.AutoReplay = false
	return p
}

func (p *r3labs) listen(w http.ResponseWriter, r *http.Request, room string) {
	if _, ok := p.opened.Load(room); !ok {
		p.server.CreateStream(room)
		p.opened.Store(room, true)
	}
	r.URL.RawQuery = url.Values{"stream": {room}}.Encode()
	p.server.ServeHTTP(w, r)
}

func (p *r3labs) publish(ev *chat.Event) {
	p.server.Publish(string(ev.Room), &sse.Event{
		ID: []byte(ev.ID.String()), Event: []byte(eventName), Data: ev.AppendJSON(nil),
	})
}
