package limits

import (
	"errors"
	"net/netip"
	"sync"
)

// Why there is nothing more to take.
var (
	ErrClient = errors.New("limits: the client holds all that it may")
	ErrAll    = errors.New("limits: all is held")
)

// Shares bounds how much is held at the same time, by each client and in all. It knows
// only the clients that hold something. Its methods may be called concurrently.
type Shares struct {
	most, mostOfClient int64

	mu      sync.Mutex
	held    int64
	clients map[netip.Prefix]int64
}

// NewShares returns shares of so much in all and for each client; 0 is no limit. A wider
// network of IPv6 may hold several times that, but never the last eighth of all.
func NewShares(most, mostOfClient int64) *Shares {
	return &Shares{most: most, mostOfClient: mostOfClient, clients: make(map[netip.Prefix]int64)}
}

// Take takes so much for a client, or returns ErrClient or ErrAll and takes nothing. The
// nearer reason is told first, about which the client can do something.
func (s *Shares) Take(client Client, n int64) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	for key, factor := range client.counted() {
		if s.mostOfClient > 0 && s.clients[key]+n > s.allowance(int64(factor)) {
			return ErrClient
		}
	}
	if s.most > 0 && s.held+n > s.most {
		return ErrAll
	}
	s.held += n
	for key := range client.counted() {
		s.clients[key] += n
	}
	return nil
}

// allowance is how much a client or a wider network may hold.
func (s *Shares) allowance(factor int64) int64 {
	wide := s.mostOfClient * factor
	if s.most > 0 {
		wide = min(wide, s.most-s.most/8)
	}
	return max(s.mostOfClient, wide)
}

// Return gives back what was taken, in one or in parts.
func (s *Shares) Return(client Client, n int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.held -= n
	for key := range client.counted() {
		if s.clients[key] -= n; s.clients[key] == 0 {
			delete(s.clients, key)
		}
	}
}

// Held returns how much is held in all.
func (s *Shares) Held() int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.held
}
