package cluster

// Leads reports whether this node is the one of those that are alive that does what one of them has to
// do. While nodes come and go, or do not hear of each other, there may be two or none for some seconds:
// what they do must bear being done twice. It may be called concurrently.
func (p *People) Leads() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	for id, n := range p.nodes {
		if !n.gone && id < p.id {
			return false
		}
	}
	return true
}
