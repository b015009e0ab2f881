package bench

import (
	"cmp"
	"errors"
	"fmt"
	"time"

	"plainchat/chat"
)

// Limits of a run. They keep it bounded in time and memory, and are far above
// what one machine can do.
const (
	MinSize       = markerLength // bytes: the marker has to fit
	MaxSize       = chat.MaxTextLength
	MaxStreams    = 50_000
	MaxPublishers = 10_000
	MaxRooms      = 9_999     // four digits
	MaxRate       = 1_000_000 // messages per second
	MaxMessages   = 10_000_000
	MaxDuration   = time.Hour
)

// DefaultDuration is how long a run sends if neither Messages nor Duration says.
const DefaultDuration = 10 * time.Second

// Options say what to do to which server.
type Options struct {
	Address     string        // http or https; the scheme may be left out for http
	Subscribers int           // event streams, spread evenly over the rooms
	Publishers  int           // connections that send, each waiting for its answer
	Rooms       int           // "bench-0001" and so on
	Size        int           // bytes of a message's text
	Rate        int           // messages per second in all; 0 is as fast as acknowledgements allow
	Messages    int           // stop after so many; 0 is no limit
	Duration    time.Duration // stop sending after this; 0 is DefaultDuration, or MaxDuration if Messages is set
	Idle        int           // only open so many streams and measure the server's memory
}

// Validate returns an error of one sentence about the first option that is
// outside its limits, or nil.
func (o Options) Validate() error {
	if _, err := parseTarget(o.Address); err != nil {
		return err
	}
	if o.Duration < 0 || o.Duration > MaxDuration {
		return fmt.Errorf("the duration must be between 0 and %v; it is %v", MaxDuration, o.Duration)
	}
	if o.Idle == 0 && o.Publishers == 0 {
		return errors.New("there must be a publisher; to only hold streams open, ask for idle ones")
	}
	return cmp.Or(
		within("the number of subscribers", o.Subscribers, 0, MaxStreams),
		within("the number of publishers", o.Publishers, 0, MaxPublishers),
		within("the number of rooms", o.Rooms, 1, MaxRooms),
		within("the size of a message", o.Size, MinSize, MaxSize),
		within("the rate", o.Rate, 0, MaxRate),
		within("the number of messages", o.Messages, 0, MaxMessages),
		within("the number of idle streams", o.Idle, 0, MaxStreams),
	)
}

func within(what string, value, low, high int) error {
	if value < low || value > high {
		return fmt.Errorf("%s must be between %d and %d; it is %d", what, low, high, value)
	}
	return nil
}

// withDefaults fills in what depends on other options.
func (o Options) withDefaults() Options {
	if o.Idle > 0 {
		o.Subscribers, o.Publishers = o.Idle, 0
	}
	switch {
	case o.Duration == 0 && o.Messages == 0:
		o.Duration = DefaultDuration
	case o.Duration == 0:
		o.Duration = MaxDuration
	}
	if o.Messages == 0 {
		o.Messages = MaxMessages
	}
	return o
}
