package main

import (
	"net"
	"net/http"
	"sync/atomic"

	"plainchat/broker"
)

// connections counts those that carry no stream, and closes the idle among them when
// they would take the last descriptors. Each may wait two minutes for another request,
// so whoever opens many would keep all others out.
type connections struct {
	open    atomic.Int64
	streams *broker.Broker
	server  *http.Server
}

// track is the http.Server's ConnState.
func (c *connections) track(_ net.Conn, state http.ConnState) {
	switch state {
	case http.StateNew:
		if c.open.Add(1) > connectionCapacity(maxDescriptors(), c.streams.Stats.Connections.Load()) {
			c.server.SetKeepAlivesEnabled(false) // closes what is idle
			c.server.SetKeepAlivesEnabled(true)
		}
	case http.StateHijacked, http.StateClosed:
		c.open.Add(-1)
	}
}
