package main

import (
	"net/http"

	"github.com/tmaxmax/go-sse"

	"plainchat/chat"
)

// goSSE is tmaxmax/go-sse with its own provider, Joe, and a topic for each room.
type goSSE struct {
	server sse.Server
}

func newGoSSE() peer {
	return &goSSE{server: sse.Server{
		Provider: &sse.Joe{Replayer: headerFirst{}},
		OnSession: func(_ http.ResponseWriter, r *http.Request) ([]string, bool) {
			return []string{r.PathValue("room")}, true
		},
	}}
}

func (p *goSSE) listen(w http.ResponseWriter, r *http.Request, _ string) {
	p.server.ServeHTTP(w, r)
}

func (p *goSSE) publish(ev *chat.Event) {
	m := &sse.Message{ID: sse.ID(ev.ID.String()), Type: sse.Type(eventName)}
	m.AppendData(string(ev.AppendJSON(nil)))
	_ = p.server.Publish(m, string(ev.Room)) // fails only after a shutdown
}

// headerFirst replays nothing, but sends the header of each new stream, which
// would otherwise wait for its first message.
type headerFirst struct{}

func (headerFirst) Put(m *sse.Message, _ []string) (*sse.Message, error) { return m, nil }
func (headerFirst) Replay(s sse.Subscription) error                      { return s.Client.Flush() }
