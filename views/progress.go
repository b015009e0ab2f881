package views

import (
	"context"
	"sync"
)

// progress is how far a projector is.
type progress struct {
	mu       sync.Mutex
	position uint64        // all events up to here are applied
	ready    bool          // what was in the log when the file was opened is applied
	failure  error         // damage that a reader has met
	moved    chan struct{} // closed by the next change; nil once the projector is closed
	failed   chan struct{} // told of a failure; made when the file is opened
}

// Status is what a projector can say of itself.
type Status struct {
	Ready    bool   // false while the file is being built
	Position uint64 // all events up to here are applied
	Last     uint64 // the last position of the log; Last-Position tells how far the views lag
}

// Status returns how far the projector is.
func (p *Projector) Status(ctx context.Context) (Status, error) {
	_, last, err := p.opts.Log.Bounds(ctx)
	p.mu.Lock()
	defer p.mu.Unlock()
	return Status{Ready: p.ready, Position: p.position, Last: last}, err
}

// Moved returns a channel that is closed at the next change of the Status. Once the projector
// is closed, that is at once.
func (p *Projector) Moved() <-chan struct{} {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.moved == nil {
		return p.done
	}
	return p.moved
}

// Ready reports whether the views can be asked. They may lag behind the log; see Await.
func (p *Projector) Ready() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.ready
}

// Await waits until the views hold everything up to a position, so that whoever appended
// the event there reads what they wrote. Beyond the end of the log it waits for what is in
// the log. It returns ErrNotReady at once while the file is being built, which takes long.
func (p *Projector) Await(ctx context.Context, seq uint64) error {
	_, last, err := p.opts.Log.Bounds(ctx)
	if err != nil {
		return err
	}
	for {
		reached, moved, err := p.reached(min(seq, last))
		if reached || err != nil {
			return err
		}
		select {
		case <-moved:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

func (p *progress) reached(seq uint64) (bool, <-chan struct{}, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch {
	case p.moved == nil:
		return false, nil, ErrClosed
	case !p.ready:
		return false, nil, ErrNotReady
	}
	return p.position >= seq, p.moved, nil
}

// reset begins with a file that was opened; it returns what tells of damage that readers meet.
func (p *progress) reset(position uint64) <-chan struct{} {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.failed, p.failure = make(chan struct{}), nil
	p.set(position, false)
	return p.failed
}

// advance notes what was applied.
func (p *progress) advance(position uint64, ready bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.set(position, ready && p.failure == nil)
}

func (p *progress) set(position uint64, ready bool) {
	p.position, p.ready = position, ready
	close(p.moved)
	p.moved = make(chan struct{})
}

// fail notes that the file is damaged. Nobody is served from it any more.
func (p *progress) fail(err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.failure == nil && p.moved != nil {
		p.failure = err
		p.set(p.position, false)
		close(p.failed)
	}
}

// damage returns what a reader has met.
func (p *progress) damage() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.failure
}

func (p *progress) close() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.ready = false
	close(p.moved)
	p.moved = nil
}

// reachedSoFar returns how far the views are.
func (p *progress) reachedSoFar() uint64 {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.position
}
