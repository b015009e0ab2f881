package bench

import (
	"cmp"
	"math"
	"slices"
	"strconv"
	"time"

	"plainchat/chat"
	"plainchat/locale"
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
		return locale.NewError("cli.bench.duration", "most", MaxDuration, "given", o.Duration)
	}
	switch {
	case o.Idle == 0 && o.Publishers == 0:
		return locale.NewError("cli.bench.no_publisher")
	case !slices.Contains([]Protocol{"", SSE, EventSource, SocketIO}, o.Protocol):
		return locale.NewError("cli.bench.protocol", "given", strconv.Quote(string(o.Protocol)))
	case o.Zipf != 0 && (o.Zipf <= 1 || o.Zipf > MaxZipf):
		return locale.NewError("cli.bench.zipf", "most", MaxZipf, "given", o.Zipf)
	case (o.Resume > 0 || o.Churn > 0) && o.Protocol != "" && o.Protocol != SSE:
		return locale.NewError("cli.bench.protocol_resume")
	case o.Resume > 0 && o.Subscribers == 0:
		return locale.NewError("cli.bench.no_subscriber")
	case min(o.Idle, o.Resume+o.Churn) > 0 || min(o.Resume, o.Churn) > 0:
		return locale.NewError("cli.bench.one_run")
	}
	return cmp.Or(
		within("cli.bench.of.subscribers", o.Subscribers, 0, MaxStreams),
		within("cli.bench.of.publishers", o.Publishers, 0, MaxPublishers),
		within("cli.bench.of.rooms", o.Rooms, 1, MaxRooms),
		within("cli.bench.of.size", o.Size, MinSize, MaxSize),
		within("cli.bench.of.rate", o.Rate, 0, MaxRate),
		within("cli.bench.of.messages", o.Messages, 0, MaxMessages),
		within("cli.bench.of.idle", o.Idle, 0, MaxStreams),
		within("cli.bench.of.resume", o.Resume, 0, MaxMessages/2),
		within("cli.bench.of.churn", o.Churn, 0, MaxPublishers),
		within("cli.bench.of.pid", o.Process, 0, math.MaxInt32),
	)
}

func within(what string, value, low, high int) error {
	if value < low || value > high {
		return locale.NewError("cli.bench.range", "what", locale.NewError(what), "low", low, "high", high, "given", value)
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
