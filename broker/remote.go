package broker

import (
	"time"

	"plainchat/chat"
)

// Where more than one node serves a chat, each tells the others who listens at it, and takes those who
// listen elsewhere for listeners of its own that have no stream.

// Whereabouts is what a node tells the others of somebody in a room.
type Whereabouts struct {
	Room chat.Room `json:"room"`
	Name chat.Name `json:"name"`
	Does Doing     `json:"does"`
	Idle bool      `json:"idle,omitempty"` // with Listens, that they are idle
}

// Doing is what somebody does.
type Doing string

// What people do.
const (
	Listens Doing = "listens" // has a stream at the node
	Leaves  Doing = "leaves"  // has none any more
	Idles   Doing = "idles"
	Wakes   Doing = "wakes" // is idle no longer
	Types   Doing = "types"
)

// Relay brings to the other nodes what happens at this one.
type Relay interface {
	// Tell is given changes, in order, at most four times a second. It must not wait.
	Tell(changes []Whereabouts)
}

// Here returns everybody who listens at this node, in each of their rooms.
func (b *Broker) Here() []Whereabouts { return b.presence.here() }

// Hear takes in what another node has told, in order.
func (b *Broker) Hear(node string, changes []Whereabouts) { b.presence.hear(node, changes) }

// HearAll takes in who listens at another node: those, and nobody else.
func (b *Broker) HearAll(node string, everybody []Whereabouts) { b.presence.hearAll(node, everybody) }

// Lose forgets who listened at another node, which is there no longer.
func (b *Broker) Lose(node string) { b.presence.hearAll(node, nil) }

// elsewhere is who listens at another node: names by their keys, by the rooms.
type elsewhere map[chat.Room]map[string]chat.Name

func (e elsewhere) has(room chat.Room, key string) bool {
	_, has := e[room][key]
	return has
}

func (e elsewhere) add(room chat.Room, key string, name chat.Name) {
	if e[room] == nil {
		e[room] = make(map[string]chat.Name)
	}
	e[room][key] = name
}

func (e elsewhere) remove(room chat.Room, key string) {
	delete(e[room], key)
	if len(e[room]) == 0 {
		delete(e, room)
	}
}

func (p *presence) here() (all []Whereabouts) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for room, a := range p.rooms {
		for _, who := range a.people {
			if who.local > 0 {
				all = append(all, Whereabouts{Room: room, Name: who.name, Does: Listens, Idle: who.idle()})
			}
		}
	}
	return all
}

// countLocal counts a person's streams at this node, and has the others told when the first comes or the
// last goes. It is called with mu held.
func (p *presence) countLocal(a *attendance, key string, by int) {
	if p.relay == nil {
		return
	}
	who := a.people[key]
	who.local += by
	switch {
	case by > 0 && who.local == 1:
		p.tell(Whereabouts{Room: a.room, Name: who.name, Does: Listens})
	case by > 0:
		p.tell(Whereabouts{Room: a.room, Name: who.name, Does: Wakes})
	case who.local == 0:
		p.tell(Whereabouts{Room: a.room, Name: who.name, Does: Leaves})
	}
}

// tell has a change told with the next news.
func (p *presence) tell(change Whereabouts) {
	if p.relay != nil {
		p.untold = append(p.untold, change)
		p.wake()
	}
}

// flush tells the others what has changed.
func (p *presence) flush() {
	p.mu.Lock()
	untold := p.untold
	p.untold = nil
	p.mu.Unlock()
	if len(untold) > 0 {
		p.relay.Tell(untold)
	}
}

func (p *presence) hear(node string, changes []Whereabouts) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, change := range changes {
		p.hearOne(node, change)
	}
}

func (p *presence) hearOne(node string, w Whereabouts) {
	key := w.Name.Key()
	known := p.nodes[node].has(w.Room, key)
	switch w.Does {
	case Listens:
		if !known {
			p.arrive(node, w, key)
		}
	case Leaves:
		if known {
			p.depart(node, w.Room, key)
		}
	case Idles, Wakes:
		p.becomes(w.Room, key, w.Does == Idles)
	case Types:
		p.startTyping(w.Room, w.Name, key)
	}
}

func (p *presence) hearAll(node string, everybody []Whereabouts) {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := make(elsewhere)
	for _, w := range everybody {
		key := w.Name.Key()
		now.add(w.Room, key, w.Name)
		if !p.nodes[node].has(w.Room, key) {
			p.arrive(node, w, key)
		}
	}
	for room, people := range p.nodes[node] {
		for key := range people {
			if !now.has(room, key) {
				p.depart(node, room, key)
			}
		}
	}
}

func (p *presence) arrive(node string, w Whereabouts, key string) {
	if p.nodes[node] == nil {
		p.nodes[node] = make(elsewhere)
	}
	p.nodes[node].add(w.Room, key, w.Name)
	a := p.attendance(w.Room)
	a.elsewhere++
	p.note(a, a.count(w.Name, key, +1))
	if w.Idle {
		p.note(a, a.setIdle(key, time.Now()))
	}
}

func (p *presence) depart(node string, room chat.Room, key string) {
	name := p.nodes[node][room][key]
	if p.nodes[node].remove(room, key); len(p.nodes[node]) == 0 {
		delete(p.nodes, node)
	}
	a := p.rooms[room]
	a.elsewhere--
	p.note(a, a.count(name, key, -1))
	p.forgetEmpty(a)
}

// becomes makes somebody idle, or active.
func (p *presence) becomes(room chat.Room, key string, idle bool) {
	var since time.Time
	if idle {
		since = time.Now()
	}
	if a := p.rooms[room]; a != nil {
		p.note(a, a.setIdle(key, since))
	}
}
