package broker

// tellAtOnce is how many connections are told at a stretch, so that messages need not wait for
// all.
const tellAtOnce = 256

// tell brings a bulletin to the current connections that want it. It goes through them from the
// last to the first: where one is removed, one that was told before takes its place.
func (s *shard) tell(b *bulletin) {
	s.mu.Lock()
	next := len(s.watchers)
	s.told = b.number // who is attached from now on is told by that
	s.mu.Unlock()
	for next > 0 {
		s.locked(func() {
			s.advance() // so that they stand at s.at
			next = min(next, len(s.watchers))
			for upto := max(next-tellAtOnce, 0); next > upto; next-- {
				if c := s.watchers[next-1]; c.current && c.watcher.told < b.number {
					s.tellOne(c, b)
				}
			}
		})
	}
}

func (s *shard) tellOne(c *conn, b *bulletin) {
	c.watcher.told = b.number
	if chunk := b.chunk(c.watcher); len(chunk) > 0 {
		s.send(c, []frame{{after: s.at, chunk: chunk}}, c.encode(chunk))
	}
}

// catchUpActivity tells a connection that was attached the bulletins that it has missed.
func (s *shard) catchUpActivity(c *conn) {
	w := c.watcher
	if w == nil || w.told >= s.told || !c.current {
		return
	}
	missed, all := s.activity.since(w.told, s.told)
	if !all {
		w.told = s.told
		s.send(c, []frame{{after: s.at, chunk: missedActivity}}, c.encode(missedActivity))
	}
	for _, b := range missed {
		if c.current {
			s.tellOne(c, b)
		}
	}
}

// addWatcher and removeWatcher keep the list of those that want to be told.
func (s *shard) addWatcher(c *conn) {
	if c.watcher != nil {
		c.watcher.index = len(s.watchers)
		s.watchers = append(s.watchers, c)
	}
}

func (s *shard) removeWatcher(c *conn) {
	if c.watcher == nil {
		return
	}
	var moved *conn
	if s.watchers, moved = removeAt(s.watchers, c.watcher.index); moved != nil {
		moved.watcher.index = c.watcher.index
	}
}
