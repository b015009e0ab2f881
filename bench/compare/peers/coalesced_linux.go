package main

import "plainchat/chat"

// coalesced is a floor: one write(2) for each stream and all that is pending in
// its room.
type coalesced struct {
	sockets
	events chan *chat.Event
}

func newCoalesced() peer {
	p := &coalesced{events: make(chan *chat.Event, queueLength)}
	go p.loop()
	return p
}

func (p *coalesced) publish(ev *chat.Event) { p.events <- ev }

func (p *coalesced) loop() {
	pending := make(map[chat.Room][]byte)
	for ev := range p.events {
		pending[ev.Room] = frame(ev)
		for range len(p.events) {
			ev := <-p.events
			pending[ev.Room] = append(pending[ev.Room], frame(ev)...)
		}
		for room, frames := range pending {
			p.rooms.each(string(room), func(s *socket) error { return s.write(frames) })
		}
		clear(pending)
	}
}
