package broker

import (
	"context"
	"slices"
	"time"

	"plainchat/chat"
)

// Where more than one node serves a chat, each tells the others who listens at it.

// snapshotWindows is after how many windows the others are told everybody, so that what they have missed
// is made up for: 3 s.
const snapshotWindows = 12

// Whereabouts is what a node tells the others of somebody in a room. What it says is so, whatever was
// said before: told twice, or without what came before it, it does no harm.
type Whereabouts struct {
	Room chat.Room `json:"room"`
	Name chat.Name `json:"name"`
	Here bool      `json:"here,omitempty"` // has a stream at the node
	Idle bool      `json:"idle,omitempty"` // at whichever node
	At   int64     `json:"at,omitempty"`   // when that was last known, in milliseconds of Unix time; 0 is never
}

// Relay brings to the other nodes what happens at this one. One goroutine calls its methods, in the
// order in which things happened.
type Relay interface {
	// Tell is given what has changed, at most four times a second; TellAll, everybody who listens
	// here, every 3 s, and when a node begins.
	Tell(changes []Whereabouts)
	TellAll(everybody []Whereabouts)
	// TellTyping is given who has said that they type, at most four times a second for each room.
	TellTyping(room chat.Room, names []chat.Name)
	// Follow has what other nodes tell of who types in a room brought here, and Unfollow ends that: as
	// soon as anybody listens to the room here, and once nobody does.
	Follow(room chat.Room)
	Unfollow(room chat.Room)
}

// outbox is what the other nodes are to be told. It is guarded by presence.mu, but for followed. On nil,
// where there are no other nodes, its methods do nothing.
type outbox struct {
	people   map[seat]chat.Name                 // of whom something has changed
	typing   map[chat.Room]map[string]chat.Name // who has said so, by their keys
	rooms    map[chat.Room]bool                 // in which a first listener came, or the last went; whether any is there
	all      bool                               // everybody is asked for
	followed map[chat.Room]bool                 // belongs to the goroutine that calls the relay
}

// seat is a person in a room.
type seat struct {
	room chat.Room
	key  string
}

func newOutbox() *outbox {
	return &outbox{
		people: make(map[seat]chat.Name), typing: make(map[chat.Room]map[string]chat.Name),
		rooms: make(map[chat.Room]bool), followed: make(map[chat.Room]bool),
	}
}

// changed has the others told of somebody with the next news.
func (o *outbox) changed(room chat.Room, who *attendee) {
	if o != nil {
		o.people[seat{room, who.key}] = who.name
	}
}

// types has the others told that somebody types, unless they post something before.
func (o *outbox) types(room chat.Room, name chat.Name, key string) {
	if o == nil {
		return
	}
	if o.typing[room] == nil {
		o.typing[room] = make(map[string]chat.Name)
	}
	o.typing[room][key] = name
}

func (o *outbox) posted(room chat.Room, name chat.Name) {
	if o != nil && len(o.typing[room]) > 0 {
		delete(o.typing[room], name.Key())
	}
}

// TellAll has the other nodes told everybody who listens here, with the next news: one of them has just begun.
func (b *Broker) TellAll() { b.presence.tellAll() }

func (p *presence) tellAll() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.out != nil {
		p.out.all = true
	}
}

// countListener counts streams of a room at this node.
func (p *presence) countListener(a *attendance, by int) {
	a.listeners += by
	if p.out != nil && (a.listeners == 0 || a.listeners == by) {
		p.out.rooms[a.room] = a.listeners > 0
	}
}

// countLocal counts a person's streams at this node.
func (p *presence) countLocal(a *attendance, key string, by int) {
	if p.out == nil {
		return
	}
	who := a.people[key]
	who.local += by
	if who.local == 0 || who.local == by {
		p.out.changed(a.room, who)
	}
}

// here returns everybody who listens at this node. It is called with mu held.
func (p *presence) here() (all []Whereabouts) {
	for room, a := range p.rooms {
		for _, who := range a.people {
			if who.local > 0 {
				all = append(all, who.whereabouts(room))
			}
		}
	}
	return all
}

func (who *attendee) whereabouts(room chat.Room) Whereabouts {
	w := Whereabouts{Room: room, Name: who.name, Here: who.local > 0, Idle: who.idle}
	if !who.since.IsZero() {
		w.At = who.since.UnixMilli()
	}
	return w
}

// relay tells the others what happens here, until ctx ends.
func (p *presence) relay(ctx context.Context, to Relay) {
	ticker := time.NewTicker(presenceWindow)
	defer ticker.Stop()
	for n := 0; ; n++ {
		p.flush(to, n%snapshotWindows == 0)
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
	}
}

// news is what the outbox had.
type news struct {
	everybody bool
	people    []Whereabouts
	typing    map[chat.Room]map[string]chat.Name
	rooms     map[chat.Room]bool
}

// flush tells the others everybody, if it is time to or somebody has asked, or what has changed.
func (p *presence) flush(to Relay, everybody bool) {
	told := p.untold(everybody)
	for room, listens := range told.rooms {
		p.out.follow(to, room, listens)
	}
	switch {
	case told.everybody:
		to.TellAll(told.people)
	case len(told.people) > 0:
		to.Tell(told.people)
	}
	for room, typing := range told.typing {
		var names []chat.Name
		for _, name := range typing {
			names = append(names, name)
		}
		if len(names) > 0 { // nobody may have posted in between
			slices.Sort(names)
			to.TellTyping(room, names)
		}
	}
}

// untold empties the outbox.
func (p *presence) untold(everybody bool) (told news) {
	p.mu.Lock()
	defer p.mu.Unlock()
	o := p.out
	told.everybody, o.all = everybody || o.all, false
	told.typing, told.rooms = o.typing, o.rooms
	o.typing, o.rooms = make(map[chat.Room]map[string]chat.Name), make(map[chat.Room]bool)
	if told.everybody {
		told.people = p.here()
	}
	for at, name := range o.people {
		if w := p.whereabouts(at, name); !told.everybody || !w.Here {
			told.people = append(told.people, w)
		}
	}
	clear(o.people)
	return told
}

// whereabouts returns how it is with somebody now.
func (p *presence) whereabouts(at seat, name chat.Name) Whereabouts {
	if a := p.rooms[at.room]; a != nil && a.people[at.key] != nil {
		return a.people[at.key].whereabouts(at.room)
	}
	return Whereabouts{Room: at.room, Name: name}
}

// follow follows a room if anybody listens to it, and else does not.
func (o *outbox) follow(to Relay, room chat.Room, listens bool) {
	switch {
	case listens && !o.followed[room]:
		o.followed[room] = true
		to.Follow(room)
	case !listens && o.followed[room]:
		delete(o.followed, room)
		to.Unfollow(room)
	}
}
