package broker

import (
	"errors"

	"plainchat/chat"
)

// errDenied is the end of a stream that may not listen any more.
var errDenied = errors.New("the right to a room has ended")

// allowed returns errDenied if may, unless it is nil, does not allow one of the rooms.
func allowed(may func(chat.Room) error, rooms []chat.Room) error {
	if may == nil {
		return nil
	}
	for _, room := range rooms {
		if may(room) != nil {
			return errDenied
		}
	}
	return nil
}

// allowed returns errDenied if the stream may not listen to one of its rooms.
func (c *conn) allowed() error { return allowed(c.may, c.rooms) }

// Recheck asks every stream anew whether it may listen to its rooms (Subscription.May), and
// ends those that may not. It is to be called when a right has changed; while streams catch
// up they ask by themselves.
func (b *Broker) Recheck() {
	b.hub.mu.Lock()
	var asked []*conn
	for c := range b.hub.conns {
		if c.may != nil {
			asked = append(asked, c)
		}
	}
	b.hub.mu.Unlock()
	b.hub.followers.all()
	for _, c := range asked { // no lock is held while others' code runs
		if err := c.allowed(); err != nil {
			c.end(err)
		}
	}
}
