package broker

import "plainchat/chat"

// People returns how many people listen in a room by name, and those who came first, at most so
// many.
func (b *Broker) People(room chat.Room, most int) (online int, first []Person) {
	return b.presence.people(room, most)
}

// SetIdle makes somebody who listens in a room idle there, or active again; it does nothing for
// others. Opening a stream of the room, typing and posting in it make them active too.
func (b *Broker) SetIdle(room chat.Room, name chat.Name, idle bool) {
	b.presence.setIdle(room, name, idle)
}

// Typing tells the listeners of a room that somebody types there, for 5 s or until they post a
// message; each call begins that time anew. Who types need not listen.
func (b *Broker) Typing(room chat.Room, name chat.Name) { b.presence.types(room, name) }
