package broker

import (
	"time"

	"plainchat/chat"
)

// Who listens at other nodes is taken for a listener of this one that has no stream.

// Hear takes in what another node has told.
func (b *Broker) Hear(node string, changes []Whereabouts) { b.presence.hear(node, changes) }

// HearAll takes in who listens at another node: those, and nobody else.
func (b *Broker) HearAll(node string, everybody []Whereabouts) { b.presence.hearAll(node, everybody) }

// HearTyping takes in who types, as another node has told.
func (b *Broker) HearTyping(room chat.Room, names []chat.Name) { b.presence.hearTyping(room, names) }

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

// keysOf returns the keys of those who are told of. They take the most time of all, so that they are
// not made while others wait.
func keysOf(people []Whereabouts) []string {
	keys := make([]string, len(people))
	for i, w := range people {
		keys[i] = w.Name.Key()
	}
	return keys
}

func (p *presence) hear(node string, changes []Whereabouts) {
	keys := keysOf(changes)
	p.mu.Lock()
	defer p.mu.Unlock()
	for i, change := range changes {
		p.hearOne(node, change, keys[i])
	}
}

// hearOne takes in what a node tells of somebody.
func (p *presence) hearOne(node string, w Whereabouts, key string) {
	known := p.nodes[node].has(w.Room, key)
	switch {
	case w.Here && !known:
		p.arrive(node, w, key)
	case !w.Here && known:
		p.depart(node, w.Room, key)
	}
	p.hearIdle(w, key)
}

func (p *presence) hearAll(node string, everybody []Whereabouts) {
	keys := keysOf(everybody)
	p.mu.Lock()
	defer p.mu.Unlock()
	now := make(map[seat]struct{}, len(everybody))
	for i, w := range everybody {
		if w.Here {
			now[seat{w.Room, keys[i]}] = struct{}{}
		}
		p.hearOne(node, w, keys[i])
	}
	for room, people := range p.nodes[node] {
		for key := range people {
			if _, here := now[seat{room, key}]; !here {
				p.depart(node, room, key)
			}
		}
	}
}

func (p *presence) arrive(node string, w Whereabouts, key string) {
	if p.nodes[node] == nil {
		p.nodes[node] = make(elsewhere)
	}
	a := p.attendance(w.Room)
	p.nodes[node].add(a.room, key, w.Name)
	a.elsewhere++
	p.note(a, a.count(w.Name, key, +1))
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

// hearIdle makes somebody idle, or active, if that is newer than what is known here; if it is older, the
// others are told what is. So all nodes come to the same, whatever they have missed: what happened last.
func (p *presence) hearIdle(w Whereabouts, key string) {
	a := p.rooms[w.Room]
	if a == nil || a.people[key] == nil || !a.people[key].here() {
		return
	}
	who := a.people[key]
	known := who.whereabouts(a.room).At
	switch {
	case w.At > known || w.At == known && !w.Idle:
		p.note(a, a.setIdle(key, w.Idle, time.UnixMilli(w.At)))
	case w.Idle != who.idle:
		p.out.changed(a.room, who)
	}
}

func (p *presence) hearTyping(room chat.Room, names []chat.Name) {
	for _, name := range names {
		key := name.Key()
		p.mu.Lock()
		p.startTyping(room, name, key)
		p.mu.Unlock()
	}
}
