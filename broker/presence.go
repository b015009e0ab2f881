package broker

import (
	"context"
	"slices"
	"sync"
	"time"

	"plainchat/chat"
)

const (
	// presenceWindow is how long comings and goings are gathered into one event.
	// Who reloads the page is back before it is over, and nobody is told.
	presenceWindow = 250 * time.Millisecond
	// presenceNames is how many names one event lists at the most, on each side.
	presenceNames = 50
)

// presenceJSON is the data of a presence event.
type presenceJSON struct {
	Room   chat.Room   `json:"room"`
	Online int         `json:"online"` // people, not connections
	Joined []chat.Name `json:"joined"`
	Left   []chat.Name `json:"left"`
	Data   string      `json:"data"` // for a person: "User Connected"
}

// presence knows who listens in which room, and announces the changes. A person
// is a name, however many streams are open under it.
type presence struct {
	announce func(room chat.Room, data []byte)
	changed  chan struct{} // has room for one

	mu    sync.Mutex
	rooms map[chat.Room]*attendance
}

// attendance is one room's part. Names are told apart by their Key.
type attendance struct {
	here      map[string]*attendee
	announced map[string]chat.Name
	changed   bool
}

type attendee struct {
	name    chat.Name
	streams int
}

func newPresence(announce func(chat.Room, []byte)) *presence {
	return &presence{
		announce: announce,
		changed:  make(chan struct{}, 1),
		rooms:    make(map[chat.Room]*attendance),
	}
}

// join counts a stream in. Without a name it is a silent reader.
func (p *presence) join(name chat.Name, rooms []chat.Room) {
	p.count(name, rooms, +1)
}

// leave counts it out again.
func (p *presence) leave(name chat.Name, rooms []chat.Room) {
	p.count(name, rooms, -1)
}

func (p *presence) count(name chat.Name, rooms []chat.Room, by int) {
	if name == "" {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, room := range rooms {
		p.attendance(room).count(name, by)
	}
	select {
	case p.changed <- struct{}{}:
	default:
	}
}

func (p *presence) attendance(room chat.Room) *attendance {
	a := p.rooms[room]
	if a == nil {
		a = &attendance{here: make(map[string]*attendee), announced: make(map[string]chat.Name)}
		p.rooms[room] = a
	}
	return a
}

func (a *attendance) count(name chat.Name, by int) {
	key := name.Key()
	who := a.here[key]
	if who == nil {
		who = &attendee{name: name}
		a.here[key] = who
	}
	if who.streams += by; who.streams == 0 {
		delete(a.here, key)
	}
	a.changed = true
}

// online returns how many people listen in a room.
func (p *presence) online(room chat.Room) int {
	p.mu.Lock()
	defer p.mu.Unlock()
	if a := p.rooms[room]; a != nil {
		return len(a.here)
	}
	return 0
}

// run announces changes until ctx ends.
func (p *presence) run(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-p.changed:
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(presenceWindow):
		}
		for _, news := range p.news() {
			p.announce(news.Room, mustJSON(news))
		}
	}
}

// news returns what has changed since it was last called, one event a room.
func (p *presence) news() []presenceJSON {
	p.mu.Lock()
	defer p.mu.Unlock()
	var all []presenceJSON
	for room, a := range p.rooms {
		if !a.changed {
			continue
		}
		a.changed = false
		joined, left := a.difference()
		if len(joined)+len(left) > 0 {
			all = append(all, presenceJSON{
				Room: room, Online: len(a.here), Data: headline(joined),
				Joined: firstNames(joined), Left: firstNames(left),
			})
		}
		if len(a.here) == 0 {
			delete(p.rooms, room)
		}
	}
	return all
}

// difference brings announced up to here.
func (a *attendance) difference() (joined, left []chat.Name) {
	for key, who := range a.here {
		if _, known := a.announced[key]; !known {
			a.announced[key] = who.name
			joined = append(joined, who.name)
		}
	}
	for key, name := range a.announced {
		if a.here[key] == nil {
			delete(a.announced, key)
			left = append(left, name)
		}
	}
	return joined, left
}

func headline(joined []chat.Name) string {
	if len(joined) > 0 {
		return "User Connected"
	}
	return "User Disconnected"
}

// firstNames returns the names in order, no more than an event lists; never nil,
// so that it is a JSON array.
func firstNames(names []chat.Name) []chat.Name {
	slices.Sort(names)
	return append([]chat.Name{}, names[:min(len(names), presenceNames)]...)
}
