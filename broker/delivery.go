package broker

// shardBytes is about how many bytes a shard writes to a socket at once.
const shardBytes = 64 << 10

// deliverRoom writes a room's new frames to the connections in it. For those that share
// them the bytes are put together once; those in several rooms want all their frames in
// the order of the tape.
func (s *shard) deliverRoom(conns []*conn, frames []frame) {
	for rest := frames; len(rest) > 0; {
		n, bytes := s.join(rest, asIs)
		for _, c := range conns {
			if c.current && c.shares {
				s.send(c, rest[:n], bytes)
			}
		}
		rest = rest[n:]
	}
	for _, c := range conns {
		switch {
		case !c.current || c.pass == s.pass:
		case len(c.rooms) > 1:
			c.pass = s.pass
			s.deliver(c, s.fresh)
		case !c.shares:
			s.deliver(c, frames)
		}
	}
}

func asIs(chunk []byte) []byte { return chunk }

// deliver writes those of the frames that are for a connection.
func (s *shard) deliver(c *conn, frames []frame) {
	s.own = s.own[:0]
	for _, f := range frames {
		if c.in(f.room) {
			s.own = append(s.own, f)
		}
	}
	own := s.own
	if c.parked != nil && len(own) > 1 {
		own = own[:1] // it takes none without waiting, so no more need be put together
	}
	for len(own) > 0 && c.current {
		n, bytes := s.join(own, c.encode)
		s.send(c, own[:n], bytes)
		own = own[n:]
	}
	clear(s.own)
}

// join puts together what encode makes of the first frames, as many as are written at
// once. The bytes are good until the next call; those of a single frame are not copied.
func (s *shard) join(frames []frame, encode func(chunk []byte) []byte) (n int, bytes []byte) {
	if len(frames) == 1 {
		return 1, encode(frames[0].chunk)
	}
	s.joined = s.joined[:0]
	for n < len(frames) && (n == 0 || len(s.joined)+len(frames[n].chunk) <= shardBytes) {
		s.joined = append(s.joined, encode(frames[n].chunk)...)
		n++
	}
	return n, s.joined
}

// send writes the bytes of frames to one connection. If the socket does not take all
// of them, the connection leaves.
func (s *shard) send(c *conn, frames []frame, bytes []byte) {
	n, err := c.sink.tryWrite(bytes)
	if err == nil && n == len(bytes) {
		s.stats.Deliveries.Add(int64(len(frames)))
		return
	}
	for i, f := range frames {
		encoded := c.encode(f.chunk)
		if n < len(encoded) { // it stopped in this one
			s.stats.Deliveries.Add(int64(i + 1))
			s.leave(c, place{at: f.after, rest: encoded[n:]}, err)
			return
		}
		n -= len(encoded)
	}
}
