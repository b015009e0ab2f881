package bench

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"slices"
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
	MaxZipf       = 10
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
	Protocol    Protocol      // empty is SSE
	Zipf        float64       // spread the messages over the rooms by Zipf's law with this exponent, above 1; 0 is evenly
	Process     int           // id of the server's process, to measure it and all that descend from it (Linux); 0 is by /metrics

	// At most one of these:

	Idle   int // open so many streams, measure the server's memory, then send one message to all
	Resume int // cut all streams, send so many messages, then let all resume while sending goes on, at Rate or DefaultResumeRate
	Churn  int // so many further listeners with names come and go in the first room all the while
}

// DefaultResumeRate is how many messages per second are sent while streams resume.
const DefaultResumeRate = 100

// Validate returns an error of one sentence about the first option that is
// outside its limits, or nil.
func (o Options) Validate() error {
	if _, err := parseTarget(o.Address); err != nil {
		return err
	}
	if o.Duration < 0 || o.Duration > MaxDuration {
		return fmt.Errorf("the duration must be between 0 and %v; it is %v", MaxDuration, o.Duration)
	}
	switch {
	case o.Idle == 0 && o.Publishers == 0:
		return errors.New("there must be a publisher; to only hold streams open, ask for idle ones")
	case !slices.Contains([]Protocol{"", SSE, EventSource, SocketIO}, o.Protocol):
		return fmt.Errorf("the protocol %q is none of sse, eventsource and socketio", o.Protocol)
	case o.Zipf != 0 && (o.Zipf <= 1 || o.Zipf > MaxZipf):
		return fmt.Errorf("the exponent of Zipf's law must be above 1 and no more than %d, or 0; it is %v", MaxZipf, o.Zipf)
	case (o.Resume > 0 || o.Churn > 0) && o.Protocol != "" && o.Protocol != SSE:
		return errors.New("only streams of plainchat resume, or come and go under names; leave the protocol out")
	case o.Resume > 0 && o.Subscribers == 0:
		return errors.New("there must be a subscriber to resume")
	case min(o.Idle, o.Resume+o.Churn) > 0 || min(o.Resume, o.Churn) > 0:
		return errors.New("idle, resume and churn are runs of their own; ask for one of them")
	}
	return cmp.Or(
		within("the number of subscribers", o.Subscribers, 0, MaxStreams),
		within("the number of publishers", o.Publishers, 0, MaxPublishers),
		within("the number of rooms", o.Rooms, 1, MaxRooms),
		within("the size of a message", o.Size, MinSize, MaxSize),
		within("the rate", o.Rate, 0, MaxRate),
		within("the number of messages", o.Messages, 0, MaxMessages),
		within("the number of idle streams", o.Idle, 0, MaxStreams),
		within("the number of messages to resume", o.Resume, 0, MaxMessages/2),
		within("the number of listeners that come and go", o.Churn, 0, MaxPublishers),
		within("the id of the server's process", o.Process, 0, math.MaxInt32),
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
	if o.Protocol == "" {
		o.Protocol = SSE
	}
	if o.Idle > 0 {
		o.Subscribers, o.Publishers = o.Idle, 1
	}
	if o.Resume > 0 {
		o.Messages, o.Duration, o.Rate = o.Resume, 0, cmp.Or(o.Rate, DefaultResumeRate)
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
