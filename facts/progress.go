package facts

import (
	"context"
	"errors"
	"sync"
)

// ErrStopped is the end of waiting for facts that nobody keeps up to date any more.
var ErrStopped = errors.New("facts: the log is no longer followed")

// progress is how far a follower is.
type progress struct {
	mu      sync.Mutex
	reached uint64
	moved   chan struct{} // closed by the next step; nil where nobody waits
	stopped bool
}

func (p *progress) position() uint64 {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.reached
}

func (p *progress) advance(seq uint64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.reached = max(p.reached, seq)
	p.wake()
}

func (p *progress) close() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.stopped = true
	p.wake()
}

func (p *progress) wake() {
	if p.moved != nil {
		close(p.moved)
		p.moved = nil
	}
}

// next returns what to wait for until a position is reached; nil if it is.
func (p *progress) next(seq uint64) (<-chan struct{}, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch {
	case p.reached >= seq:
		return nil, nil
	case p.stopped:
		return nil, ErrStopped
	case p.moved == nil:
		p.moved = make(chan struct{})
	}
	return p.moved, nil
}

func (p *progress) await(ctx context.Context, seq uint64) error {
	for {
		moved, err := p.next(seq)
		if moved == nil {
			return err
		}
		select {
		case <-moved:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}
