package facts

// Claims returns how many claims are in memory.
func (f *Facts) Claims() int {
	f.mu.RLock()
	defer f.mu.RUnlock()
	return len(f.names.claims[0])
}
