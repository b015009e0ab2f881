package broker

import (
	"cmp"
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
	// presenceBudget is how long announcing may take at a stretch, and presencePause how
	// many times as long there is a pause after it: however many people come and go in
	// however many rooms, messages have nine tenths of the time to themselves.
	presenceBudget = 25 * time.Millisecond
	presencePause  = 9
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

// presence knows who listens in which room, and announces the changes. It is the latest
// state of each room, not a queue of events: it is no part of the tape, so that people who
// come and go push no message off it.
type presence struct {
	announce func(frame)   // brings a room's news to its current connections
	changed  chan struct{} // has room for one: rooms are waiting

	mu      sync.Mutex
	rooms   map[chat.Room]*attendance // those in which anybody listens
	waiting []*attendance             // to be announced, in the order in which they changed
	number  uint64                    // counts what was announced
}

func newPresence(announce func(frame)) *presence {
	return &presence{announce: announce, changed: make(chan struct{}, 1), rooms: make(map[chat.Room]*attendance)}
}

// join counts a stream in, and returns the number of the last news: those up to it are of
// before. Without a name it is a silent reader.
func (p *presence) join(name chat.Name, rooms []chat.Room) (heard uint64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, room := range rooms {
		a := p.rooms[room]
		if a == nil {
			a = &attendance{room: room}
			p.rooms[room] = a
		}
		a.listeners++
		p.count(a, name, +1)
	}
	return p.number
}

// leave counts it out again. A room in which nobody listens any more is forgotten.
func (p *presence) leave(name chat.Name, rooms []chat.Room) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, room := range rooms {
		a := p.rooms[room]
		if a.listeners--; a.listeners == 0 {
			delete(p.rooms, room)
			continue
		}
		p.count(a, name, -1)
	}
}

// count counts a person's stream in a room, which then waits to be announced.
func (p *presence) count(a *attendance, name chat.Name, by int) {
	if name == "" {
		return
	}
	a.count(name, by)
	if !a.waiting {
		a.waiting = true
		p.waiting = append(p.waiting, a)
		p.wake()
	}
}

func (p *presence) wake() {
	select {
	case p.changed <- struct{}{}:
	default:
	}
}

// online returns how many people listen in a room.
func (p *presence) online(room chat.Room) int {
	p.mu.Lock()
	defer p.mu.Unlock()
	if a := p.rooms[room]; a != nil {
		return a.online
	}
	return 0
}

// run announces changes until ctx ends.
func (p *presence) run(ctx context.Context) {
	for window := presenceWindow; ; {
		select {
		case <-ctx.Done():
			return
		case <-p.changed:
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(window):
		}
		began := time.Now()
		for news, more := p.next(); more; news, more = p.next() {
			p.announce(news)
			if time.Since(began) > presenceBudget {
				p.wake() // perhaps for nothing
				break
			}
		}
		window = max(presenceWindow, presencePause*time.Since(began))
	}
}

// next returns the news of the room that has waited longest; false if none has any.
func (p *presence) next() (news frame, more bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for len(p.waiting) > 0 {
		a := p.waiting[0]
		p.waiting[0] = nil
		p.waiting = p.waiting[1:]
		a.waiting = false
		if a.listeners == 0 {
			continue
		}
		if event, changed := a.settle(); changed {
			p.number++
			a.latest = frame{room: a.room, news: p.number, chunk: asChunk(appendFrame(nil, "", eventPresence, mustJSON(event)))}
			return a.latest, true
		}
	}
	return frame{}, false
}

// latest returns the latest news of each of the rooms, if it is none of those numbered up
// to heard and was announced by the one numbered upto, in order.
func (p *presence) latest(rooms []chat.Room, heard, upto uint64) []frame {
	p.mu.Lock()
	defer p.mu.Unlock()
	var missed []frame
	for _, room := range rooms {
		if a := p.rooms[room]; a != nil && a.latest.news > heard && a.latest.news <= upto {
			missed = append(missed, a.latest)
		}
	}
	slices.SortFunc(missed, func(a, b frame) int { return cmp.Compare(a.news, b.news) })
	return missed
}
