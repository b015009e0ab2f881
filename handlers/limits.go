package handlers

import (
	"net/http"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/go-chi/httprate"
)

// turnstile counts the open streams, in all and of each client, and lets no more in
// than its limits. It knows only the clients that have a stream open, so that those
// who have gone take no memory. Its methods may be called concurrently.
type turnstile struct {
	most, mostOfClient int // 0 is no limit
	refused            atomic.Int64

	mu      sync.Mutex
	open    int
	clients map[string]int
}

func newTurnstile(most, mostOfClient int) *turnstile {
	return &turnstile{most: most, mostOfClient: mostOfClient, clients: make(map[string]int)}
}

// enter counts a stream in, or returns why there may be no further one. For each
// that was counted in, leave must be called once.
func (t *turnstile) enter(client string) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	switch {
	case t.mostOfClient > 0 && t.clients[client] >= t.mostOfClient:
		t.refused.Add(1)
		return errClientStreams
	case t.most > 0 && t.open >= t.most:
		t.refused.Add(1)
		return errStreams
	}
	t.open++
	t.clients[client]++
	return nil
}

// leave counts a stream out.
func (t *turnstile) leave(client string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.open--
	if t.clients[client]--; t.clients[client] == 0 {
		delete(t.clients, client)
	}
}

// clientKey is what a client is counted by, for every limit: its address, or the /64
// of an IPv6 address, of which it owns every one.
func clientKey(r *http.Request) string {
	addr, _, _ := strings.Cut(clientAddr(r), "%") // "%eth0" is which of our networks it is in
	return httprate.CanonicalizeIP(addr)
}
