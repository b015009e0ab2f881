package views

// Moved returns a channel that is closed when the projector has moved.
func (p *Projector) Moved() <-chan struct{} {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.moved
}
