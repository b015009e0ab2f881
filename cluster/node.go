package cluster

import (
	"encoding/json"
	"slices"
	"time"

	"plainchat/broker"
	"plainchat/chat"
)

// node is another node.
type node struct {
	last   time.Time            // when it was heard of
	number uint64               // of the newest message
	coming []broker.Whereabouts // of the snapshot that comes in
	next   int                  // the part of it that comes next; 0 if none does
	gone   bool                 // it has left, and what comes now is of before
}

// hear takes in a message of another node, unless it is of before one that came already: after
// a node has changed servers, its messages may overtake each other.
func (p *People) hear(data []byte, now time.Time) {
	var t told
	if json.Unmarshal(data, &t) != nil || t.Node == p.id || t.Node == "" {
		return
	}
	t.People = slices.DeleteFunc(t.People, func(w broker.Whereabouts) bool { return !isRoom(w.Room) || !isName(w.Name) })
	p.mu.Lock()
	defer p.mu.Unlock()
	n := p.nodes[t.Node]
	if n == nil {
		n = new(node)
		p.nodes[t.Node] = n
	}
	if t.Number <= n.number || n.gone {
		return
	}
	if t.Number != n.number+1 { // something is missing: perhaps a part
		n.coming, n.next = nil, 0
	}
	n.last, n.number = now, t.Number
	switch {
	case t.Asks:
		p.local.TellAll()
	case t.Gone:
		n.gone = true
		p.local.Lose(t.Node)
	case t.Parts != 0:
		p.hearPart(n, t)
	default:
		p.local.Hear(t.Node, t.People)
	}
}

// hearPart gathers the parts of a snapshot. Of one whose beginning is missing, who is in it is taken in,
// and nobody forgotten.
func (p *People) hearPart(n *node, t told) {
	switch {
	case t.Part == 0:
		n.coming = t.People
	case t.Part == n.next:
		n.coming = append(n.coming, t.People...)
	default:
		p.local.Hear(t.Node, t.People)
		return
	}
	n.next = t.Part + 1
	if n.next >= t.Parts {
		p.local.HearAll(t.Node, n.coming)
		n.coming, n.next = nil, 0
	}
}

// loseSilent forgets the nodes that have not been heard of for a while. After this one did nothing for a while
// itself, as one that was frozen, they get the time anew: what they told meanwhile is yet to be read.
func (p *People) loseSilent(now time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	slept := !p.checked.IsZero() && now.Sub(p.checked) > asleep
	p.checked = now
	for id, n := range p.nodes {
		switch {
		case slept:
			n.last = now
		case now.Sub(n.last) > nodeTimeout:
			delete(p.nodes, id)
			p.local.Lose(id)
		}
	}
}

// hearTyping takes in who types at another node. The room is told, since subjects have only its hash.
func (p *People) hearTyping(data []byte) {
	var t toldTyping
	if json.Unmarshal(data, &t) != nil || t.Node == p.id || !isRoom(t.Room) || len(t.Names) > peopleAtOnce {
		return
	}
	p.local.HearTyping(t.Room, slices.DeleteFunc(t.Names, func(n chat.Name) bool { return !isName(n) }))
}

// isRoom and isName report whether another node tells of what there can be.
func isRoom(room chat.Room) bool {
	parsed, err := chat.ParseRoom(string(room))
	return err == nil && parsed == room
}

func isName(name chat.Name) bool {
	parsed, err := chat.ParseName(string(name))
	return err == nil && parsed == name
}
