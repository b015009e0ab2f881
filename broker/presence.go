package broker

import (
	"cmp"
	"container/list"
	"context"
	"slices"
	"strings"
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
)

// presence knows who listens in which room, who of them is idle and who types, and announces
// the changes. It is the latest state of each room, not a queue of events: it is no part of the
// tape, so that people who come and go push no message off it.
//
// All that it knows it is told by join, leave, setIdle, types and posted, which is where another
// source than the streams and requests of this process would tell it.
type presence struct {
	announce func(frame)   // brings a room's news to its current connections
	changed  chan struct{} // has room for one: rooms are waiting

	mu      sync.Mutex
	rooms   map[chat.Room]*attendance // those in which anybody listens
	typists list.List                 // of all rooms, in the order in which they end
	waiting []*attendance             // to be announced, in the order in which they changed
	number  uint64                    // counts what was announced
	out     *outbox                   // what other nodes are to be told; nil where there are none
	nodes   map[string]elsewhere      // who listens at them
}

func newPresence(announce func(frame)) *presence {
	return &presence{
		announce: announce,
		changed:  make(chan struct{}, 1), rooms: make(map[chat.Room]*attendance), nodes: make(map[string]elsewhere),
	}
}

// attendance returns that of a room, which is made if there is none yet.
func (p *presence) attendance(room chat.Room) *attendance {
	a := p.rooms[room]
	if a == nil {
		a = &attendance{room: chat.Room(strings.Clone(string(room)))}
		p.rooms[a.room] = a
	}
	return a
}

// join counts a stream in, and returns the number of the last news: those up to it are of
// before. Without a name it is a silent reader. The names of the rooms become the room's own,
// so that no stream keeps the request that it came by.
func (p *presence) join(name chat.Name, rooms []chat.Room) (heard uint64) {
	key := keyOf(name)
	p.mu.Lock()
	defer p.mu.Unlock()
	for i, room := range rooms {
		a := p.attendance(room)
		rooms[i] = a.room
		p.countListener(a, +1)
		if name != "" {
			p.note(a, a.count(name, key, +1))
			p.countLocal(a, key, +1)
			p.act(a, key, false)
		}
	}
	return p.number
}

// keyOf is the Key of a name; of none it is empty.
func keyOf(name chat.Name) string {
	if name == "" {
		return ""
	}
	return name.Key()
}

// leave counts it out again.
func (p *presence) leave(name chat.Name, rooms []chat.Room) {
	key := keyOf(name)
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, room := range rooms {
		a := p.rooms[room]
		if name != "" {
			p.countLocal(a, key, -1)
			p.note(a, a.count(name, key, -1))
		}
		p.countListener(a, -1)
		p.forgetEmpty(a)
	}
}

// forgetEmpty forgets a room in which nobody listens, at no node.
func (p *presence) forgetEmpty(a *attendance) {
	if a.listeners+a.elsewhere == 0 {
		p.forget(a)
	}
}

func (p *presence) forget(a *attendance) {
	delete(p.rooms, a.room)
	if a.typing != nil {
		for _, who := range a.typing.typists {
			p.typists.Remove(who.last)
		}
	}
}

// setIdle makes somebody who listens in a room idle there, or active again.
func (p *presence) setIdle(room chat.Room, name chat.Name, idle bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if a := p.rooms[room]; a != nil {
		p.act(a, name.Key(), idle)
	}
}

// act makes somebody who is here idle or active because of what they do at this node, now.
func (p *presence) act(a *attendance, key string, idle bool) {
	who := a.people[key]
	if who == nil {
		return
	}
	at := time.Now()
	if at.Before(who.since) { // by the clock of another node
		at = who.since.Add(time.Millisecond)
	}
	if a.setIdle(key, idle, at) {
		p.note(a, true)
		p.out.changed(a.room, who)
	}
}

// types has somebody type in a room from now on. They are active there, if they listen.
func (p *presence) types(room chat.Room, name chat.Name) {
	key := name.Key()
	p.mu.Lock()
	defer p.mu.Unlock()
	if a := p.rooms[room]; a != nil {
		p.act(a, key, false)
	}
	p.startTyping(room, name, key)
	p.out.types(room, name, key)
}

func (p *presence) startTyping(room chat.Room, name chat.Name, key string) {
	until := time.Now().Add(typingTime)
	a := p.rooms[room]
	if a == nil {
		return
	}
	if who := a.typing.of(key); who != nil {
		who.until = until
		p.typists.MoveToBack(who.last)
		return
	}
	if a.typing == nil {
		a.typing = newTyping()
	}
	who := &typist{in: a, name: name, key: key, until: until}
	who.last = p.typists.PushBack(who)
	a.typing.add(who)
	p.note(a, true)
}

// posted ends that somebody types in a room, and makes them active.
func (p *presence) posted(room chat.Room, name chat.Name) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.out.posted(room, name)
	a := p.rooms[room]
	if a == nil || a.idle == 0 && a.typing.nobody() {
		return
	}
	key := name.Key()
	p.note(a, a.setIdle(key, false, time.Now()))
	if who := a.typing.of(key); who != nil {
		p.stop(who)
	}
}

// expire stops those who have not said again that they type.
func (p *presence) expire(now time.Time) {
	for e := p.typists.Front(); e != nil && !e.Value.(*typist).until.After(now); e = p.typists.Front() {
		p.stop(e.Value.(*typist))
	}
}

func (p *presence) stop(who *typist) {
	who.in.typing.remove(who)
	p.typists.Remove(who.last)
	p.note(who.in, true)
}

// note has a room wait to be announced, if there may be news of it.
func (p *presence) note(a *attendance, news bool) {
	if news && !a.waiting {
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

// people returns how many people listen in a room, and those who came first.
func (p *presence) people(room chat.Room, most int) (online int, first []Person) {
	p.mu.Lock()
	defer p.mu.Unlock()
	a := p.rooms[room]
	if a == nil {
		return 0, []Person{}
	}
	return a.online, a.first(most)
}

// run announces changes until ctx ends.
func (p *presence) run(ctx context.Context) {
	for window := presenceWindow; p.await(ctx, window); {
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

// await waits for a change, and for what comes within a window after it. It reports false once
// ctx has ended.
func (p *presence) await(ctx context.Context, window time.Duration) bool {
	expiry := time.NewTimer(p.untilExpiry())
	defer expiry.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-p.changed:
	case <-expiry.C:
	}
	select {
	case <-ctx.Done():
		return false
	case <-time.After(window):
		return true
	}
}

// untilExpiry returns how long nobody stops to type by themselves.
func (p *presence) untilExpiry() time.Duration {
	p.mu.Lock()
	defer p.mu.Unlock()
	if first := p.typists.Front(); first != nil {
		return time.Until(first.Value.(*typist).until)
	}
	return typingTime // nobody can before
}

// next returns the news of the room that has waited longest; false if none has any.
func (p *presence) next() (news frame, more bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.expire(time.Now())
	for len(p.waiting) > 0 {
		a := p.waiting[0]
		if news, more = p.settle(a); more {
			return news, true
		}
		p.waiting[0] = nil
		p.waiting = p.waiting[1:]
		a.waiting = false
	}
	return frame{}, false
}

// settle returns one piece of a room's news; false if it has none any more.
func (p *presence) settle(a *attendance) (news frame, more bool) {
	event, changed := a.settle()
	if a.listeners == 0 { // nobody is here to be told
		return frame{}, false
	}
	if changed {
		a.latest = p.news(a.room, eventPresence, event)
		return a.latest, true
	}
	if a.typing == nil {
		return frame{}, false
	}
	if event, changed := a.typing.settle(a.room); changed {
		a.typing.latest = p.news(a.room, eventTyping, event)
		return a.typing.latest, true
	}
	return frame{}, false
}

func (p *presence) news(room chat.Room, name string, event any) frame {
	p.number++
	return frame{room: room, news: p.number, chunk: asChunk(appendFrame(nil, "", name, mustJSON(event)))}
}

// latest returns the latest news of each of the rooms, if it is none of those numbered up
// to heard and was announced by the one numbered upto, in order.
func (p *presence) latest(rooms []chat.Room, heard, upto uint64) []frame {
	p.mu.Lock()
	defer p.mu.Unlock()
	var missed []frame
	for _, room := range rooms {
		a := p.rooms[room]
		if a == nil {
			continue
		}
		for _, news := range a.news() {
			if news.news > heard && news.news <= upto {
				missed = append(missed, news)
			}
		}
	}
	slices.SortFunc(missed, func(a, b frame) int { return cmp.Compare(a.news, b.news) })
	return missed
}
