package bench

import (
	"time"

	"plainchat/locale"
)

// Report says what came of a run. Rates are per second.
type Report struct {
	Address     string `json:"address"`
	Subscribers int    `json:"subscribers"`
	Publishers  int    `json:"publishers"`
	Rooms       int    `json:"rooms"`
	Size        int    `json:"size_bytes"`
	Rate        int    `json:"rate"` // asked for; 0 is as fast as acknowledgements allow

	Sending    *Sending    `json:"sending,omitempty"`
	Deliveries *Deliveries `json:"deliveries,omitempty"`    // only with subscribers
	Memory     *Memory     `json:"server_memory,omitempty"` // only of idle streams
	OneToAll   *OneToAll   `json:"one_to_all,omitempty"`    // only of idle streams
	Resume     *Resume     `json:"resume,omitempty"`
	Churn      *Churn      `json:"churn,omitempty"`
	CPU        *CPU        `json:"cpu,omitempty"`

	// Faults are the streams on which something went wrong.
	Faults []StreamFault `json:"faults,omitempty"`
	// Errors counts what went wrong with connections, by what it was.
	Errors map[string]int `json:"errors,omitempty"`
}

// Sending is the publishers' side.
type Sending struct {
	Seconds      float64     `json:"seconds"` // from the first message to the last acknowledgement
	Acknowledged int         `json:"acknowledged"`
	PerSecond    float64     `json:"per_second"`
	Latency      Percentiles `json:"latency_seconds"` // from sending to the acknowledgement
	Statuses     map[int]int `json:"statuses"`        // answers by HTTP status
	Unanswered   int         `json:"unanswered"`      // sent, outcome unknown
}

// Deliveries are the subscribers' side, summed over all streams.
type Deliveries struct {
	Seconds    float64     `json:"seconds"`  // from the first message to the last delivery
	Expected   int         `json:"expected"` // acknowledged messages times streams of their rooms
	Received   int         `json:"received"` // without duplicates
	PerSecond  float64     `json:"per_second"`
	Latency    Percentiles `json:"latency_seconds"` // from sending to receiving
	Lost       int         `json:"lost"`
	Duplicated int         `json:"duplicated"`
	OutOfOrder int         `json:"out_of_order"`
	Misrouted  int         `json:"misrouted"`
}

// StreamFault is what went wrong on one stream.
type StreamFault struct {
	Stream     int    `json:"stream"` // counted from 0
	Room       string `json:"room"`
	Lost       int    `json:"lost"`
	Duplicated int    `json:"duplicated"`
	OutOfOrder int    `json:"out_of_order"`
	Misrouted  int    `json:"misrouted"`
	Ended      string `json:"ended,omitempty"` // why, if the server or the network ended it
}

// Memory is what idle streams cost the server in resident memory, in bytes.
type Memory struct {
	Streams   int     `json:"streams"`
	Before    float64 `json:"before_bytes"`
	After     float64 `json:"after_bytes"`
	PerStream float64 `json:"per_stream_bytes"`
	Settled   bool    `json:"settled"` // false if it still moved when both were read

	// Goroutines of the server; 0 if it does not tell.
	GoroutinesBefore int `json:"goroutines_before,omitempty"`
	GoroutinesAfter  int `json:"goroutines_after,omitempty"`
}

// OneToAll is one message to many idle streams. The times, in seconds, count from
// its sending.
type OneToAll struct {
	Streams  int     `json:"streams"`
	Received int     `json:"received"` // streams that have it
	First    float64 `json:"first_seconds"`
	Last     float64 `json:"last_seconds"`
}

// Resume is how streams that were all cut at once caught up. The times, in seconds,
// count from when the first of them began to come back.
type Resume struct {
	Streams   int         `json:"streams"`   // that missed something
	Behind    int         `json:"behind"`    // messages that were sent meanwhile, to all rooms
	CaughtUp  int         `json:"caught_up"` // streams that have received all of those
	Seconds   float64     `json:"seconds"`   // until the last had
	FirstByte Percentiles `json:"first_byte_seconds"`
	Done      Percentiles `json:"caught_up_seconds"`

	start time.Duration // by the run's clock
}

// Churn is what listeners did who came and went. What they received is in none of the
// other counts.
type Churn struct {
	Listeners int `json:"listeners"`
	Opened    int `json:"opened"` // streams
	Closed    int `json:"closed"` // of these, by the listener
	Errors    int `json:"errors"` // streams that failed to open or that the server ended
}

// CPU is processor time in seconds, while messages were sent and delivered.
type CPU struct {
	Server      float64 `json:"server_seconds,omitempty"` // 0 if the server does not tell
	PerDelivery float64 `json:"server_seconds_per_delivery,omitempty"`
	Generator   float64 `json:"generator_seconds"`
}

// Err returns an error of one sentence if messages were lost, doubled, out of
// order or misrouted, if a stream ended early or did not catch up, if listeners could not
// come and go, or if nothing was acknowledged.
func (r *Report) Err() error {
	ended := 0
	for _, f := range r.Faults {
		if f.Ended != "" {
			ended++
		}
	}
	switch d := r.Deliveries; {
	case d != nil && d.Lost+d.Duplicated+d.OutOfOrder+d.Misrouted > 0:
		return locale.NewError("cli.bench.faults", "expected", d.Expected, "lost", d.Lost, "doubled", d.Duplicated, "disordered", d.OutOfOrder, "misrouted", d.Misrouted)
	case r.OneToAll != nil && r.OneToAll.Received < r.OneToAll.Streams:
		return locale.NewError("cli.bench.one_to_all", "reached", r.OneToAll.Received, "streams", r.OneToAll.Streams)
	case r.Resume != nil && r.Resume.CaughtUp < r.Resume.Streams:
		return locale.NewError("cli.bench.caught_up", "caught", r.Resume.CaughtUp, "streams", r.Resume.Streams)
	case r.Churn != nil && r.Churn.Errors > 0:
		return locale.NewError("cli.bench.churned", "streams", r.Churn.Opened, "failed", r.Churn.Errors)
	case ended > 0:
		return locale.NewError("cli.bench.ended", "ended", ended, "streams", r.Subscribers)
	case r.Sending != nil && r.Sending.Acknowledged == 0:
		return locale.NewError("cli.bench.none")
	case len(r.Faults) > 0:
		return locale.NewError("cli.bench.doubled", "faulty", len(r.Faults), "streams", r.Subscribers)
	}
	return nil
}
