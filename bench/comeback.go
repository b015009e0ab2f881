package bench

import "time"

// comeback is a stream's return after it was cut. The zero value is of one that has
// nothing to catch up with.
type comeback struct {
	newer   int    // the first ticket of those sent since streams come back
	acked   bitmap // of the room, what was acknowledged before that; shared
	left    int    // how many of these have not arrived yet
	settled func() // called once, when none is left or none is to be expected any more; nil after

	firstByte time.Duration // when the first message after the cut came; 0 before
	caughtUp  time.Duration // when none was left; 0 before
}

// arrived is told of the first arrival of each message, and its index in the room.
func (c *comeback) arrived(ticket, index int, now time.Duration) {
	if c.left == 0 {
		return
	}
	if c.firstByte == 0 {
		c.firstByte = now
	}
	switch {
	case ticket >= c.newer:
		c.settle() // all that is left came before it: it is lost, or late
	case c.acked.has(index):
		if c.left--; c.left == 0 {
			c.caughtUp = now
			c.settle()
		}
	}
}

func (c *comeback) settle() {
	if c.settled != nil {
		c.settled()
		c.settled = nil
	}
}
