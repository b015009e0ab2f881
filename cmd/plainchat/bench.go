package main

import (
	"context"
	"encoding/json"
	"time"

	"plainchat/bench"
)

// benchCmd puts a server under load and measures it.
type benchCmd struct {
	Address     string        `arg:"" optional:"" default:"http://127.0.0.1:5001" help:"Address of the server."`
	Subscribers int           `short:"s" default:"100" help:"Event streams to open."`
	Publishers  int           `short:"p" default:"4" help:"Connections to send on; each waits for its answer before it sends again."`
	Rooms       int           `default:"1" help:"Rooms to spread streams and messages over, evenly."`
	Rate        int           `default:"0" help:"Messages per second in all; 0 is as fast as acknowledgements allow."`
	Size        int           `default:"100" help:"Bytes of a message's text."`
	Messages    int           `help:"Stop after so many messages."`
	Duration    time.Duration `help:"Stop sending after this time; 10s unless --messages is given."`
	Protocol    string        `default:"sse" enum:"sse,eventsource,socketio" help:"sse is plainchat's; eventsource any other server's event streams; socketio is Socket.IO."`
	Zipf        float64       `help:"Spread the messages over the rooms by Zipf's law with this exponent, above 1."`
	PID         int           `name:"pid" help:"Measure the server by its process (Linux), not by its /metrics."`
	Idle        int           `help:"Only open so many streams, measure the server's memory for each, and send one message to all."`
	Resume      int           `help:"Cut all streams, send so many messages, and let all resume while messages are still being sent."`
	Churn       int           `help:"Let so many further listeners come and go in the first room."`
	JSON        bool          `name:"json" help:"Report as JSON."`
}

// Run reports to the standard output. It returns an error as well if the
// server lost, doubled or disordered a message.
func (c *benchCmd) Run(ctx context.Context, std stdio) error {
	report, err := bench.Run(ctx, bench.Options{
		Address: c.Address, Subscribers: c.Subscribers, Publishers: c.Publishers, Rooms: c.Rooms,
		Rate: c.Rate, Size: c.Size, Messages: c.Messages, Duration: c.Duration,
		Protocol: bench.Protocol(c.Protocol), Zipf: c.Zipf, Process: c.PID,
		Idle: c.Idle, Resume: c.Resume, Churn: c.Churn,
	})
	if err != nil {
		return err
	}
	if c.JSON {
		out := json.NewEncoder(std.out)
		out.SetIndent("", "  ")
		err = out.Encode(report)
	} else {
		err = report.WriteText(std.out)
	}
	if err != nil {
		return err
	}
	return report.Err()
}
