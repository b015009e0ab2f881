package main

import (
	"context"
	"encoding/json"
	"time"

	"plainchat/bench"
)

// benchCmd puts a server under load and measures it.
type benchCmd struct {
	Address     string `arg:"" optional:"" default:"http://127.0.0.1:5001"`
	Subscribers int    `short:"s" default:"100"`
	Publishers  int    `short:"p" default:"4"`
	Rooms       int    `default:"1"`
	Rate        int    `default:"0"`
	Size        int    `default:"100"`
	Messages    int
	Duration    time.Duration
	Protocol    string `default:"sse" enum:"sse,eventsource,socketio"`
	Zipf        float64
	PID         int `name:"pid"`
	Idle        int
	Resume      int
	Churn       int
	JSON        bool `name:"json"`
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
