package bench

import "fmt"

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
}

// CPU is processor time in seconds, while messages were sent and delivered.
type CPU struct {
	Server      float64 `json:"server_seconds,omitempty"` // 0 if the server does not tell
	PerDelivery float64 `json:"server_seconds_per_delivery,omitempty"`
	Generator   float64 `json:"generator_seconds"`
}

// Err returns an error of one sentence if messages were lost, doubled, out of
// order or misrouted, if a stream ended early, or if nothing was acknowledged.
func (r *Report) Err() error {
	ended := 0
	for _, f := range r.Faults {
		if f.Ended != "" {
			ended++
		}
	}
	switch d := r.Deliveries; {
	case d != nil && d.Lost+d.Duplicated+d.OutOfOrder+d.Misrouted > 0:
		return fmt.Errorf("of %d deliveries %d were lost, %d doubled, %d out of order and %d misrouted",
			d.Expected, d.Lost, d.Duplicated, d.OutOfOrder, d.Misrouted)
	case ended > 0:
		return fmt.Errorf("%d of %d streams ended early", ended, r.Subscribers)
	case r.Sending != nil && r.Sending.Acknowledged == 0:
		return fmt.Errorf("no message was acknowledged")
	}
	return nil
}
