package main

import "plainchat/chat"

// writeLoop is a floor: one write(2) for each message and stream.
type writeLoop struct {
	sockets
	events chan *chat.Event
}

func newWriteLoop() peer {
	p := &writeLoop{events: make(chan *chat.Event, queueLength)}
	go p.loop()
	return p
}

func (p *writeLoop) publish(ev *chat.Event) { p.events <- ev }

func (p *writeLoop) loop() {
	for ev := range p.events {
		f := frame(ev)
		p.rooms.each(string(ev.Room), func(s *socket) error { return s.write(f) })
	}
}
