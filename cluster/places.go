package cluster

import "plainchat/store"

// span are places that follow each other.
type span struct {
	From uint64 `json:"from"`
	Upto uint64 `json:"upto"`
}

// places are what is known of those from one to another.
type places struct {
	from, upto uint64
	entries    []store.Entry // in order
}

// merge adds what another has of the same places, up to one of them, and returns what is new. The places after
// that are left out from now on.
func (p *places) merge(others []store.Entry, upto uint64) (added []store.Entry) {
	p.upto = min(p.upto, upto)
	merged := make([]store.Entry, 0, len(p.entries)+len(others))
	mine := p.entries
	for _, e := range others {
		for len(mine) > 0 && mine[0].Seq < e.Seq {
			merged, mine = append(merged, mine[0]), mine[1:]
		}
		isNew := len(mine) == 0 || mine[0].Seq != e.Seq
		if isNew && e.Seq >= p.from && e.Seq <= p.upto {
			merged, added = append(merged, e), append(added, e)
		}
	}
	p.entries = within(append(merged, mine...), p.upto)
	return added
}

func within(entries []store.Entry, upto uint64) []store.Entry {
	for len(entries) > 0 && lastOf(entries) > upto {
		entries = entries[:len(entries)-1]
	}
	return entries
}

// holes returns the places without an entry.
func (p *places) holes() (holes []span) {
	next := p.from
	for _, e := range p.entries {
		if e.Seq > next {
			holes = append(holes, span{next, e.Seq - 1})
		}
		next = e.Seq + 1
	}
	if next <= p.upto {
		holes = append(holes, span{next, p.upto})
	}
	return holes
}

// lastOf returns the place of the last entry, or 0.
func lastOf(entries []store.Entry) uint64 {
	if len(entries) == 0 {
		return 0
	}
	return entries[len(entries)-1].Seq
}

// joined returns the spans of places, which are in order.
func joined(places []uint64) (spans []span) {
	for _, place := range places {
		if n := len(spans); n > 0 && spans[n-1].Upto+1 == place {
			spans[n-1].Upto = place
		} else {
			spans = append(spans, span{place, place})
		}
	}
	return spans
}

// outside returns the parts of spans that are not parts of others. Both are in order.
func outside(spans, others []span) (rest []span) {
	for _, s := range spans {
		for len(others) > 0 && others[0].Upto < s.From {
			others = others[1:]
		}
		for _, o := range others {
			if o.From > s.Upto {
				break
			}
			if o.From > s.From {
				rest = append(rest, span{s.From, o.From - 1})
			}
			s.From = o.Upto + 1
		}
		if s.From <= s.Upto {
			rest = append(rest, s)
		}
	}
	return rest
}

// spansOf returns the places of entries.
func spansOf(entries []store.Entry) []span {
	places := make([]uint64, len(entries))
	for i, e := range entries {
		places[i] = e.Seq
	}
	return joined(places)
}

func count(spans []span) (n int64) {
	for _, s := range spans {
		n += int64(s.Upto - s.From + 1) // #nosec G115 -- positions of one stream
	}
	return n
}
