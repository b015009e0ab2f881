package natstest

import (
	"encoding/json"
	"slices"
	"time"
)

// Leader waits until one of the servers that answer leads a stream, and returns it. It may be said not to be one
// of some: a leader that is cut off takes itself for one for a while.
func (c *Cluster) Leader(stream string, but ...*Server) *Server {
	c.t.Helper()
	for deadline := time.Now().Add(awaitLimit); ; time.Sleep(50 * time.Millisecond) { // other programs have to get on
		for _, s := range c.Servers {
			if !slices.Contains(but, s) && s.leads(stream) {
				return s
			}
		}
		if time.Now().After(deadline) {
			c.t.Fatalf("no server leads the stream %q", stream)
		}
	}
}

// leads reports whether a server says that it leads a stream.
func (s *Server) leads(stream string) bool {
	answer, err := s.ask("/jsz?streams=true")
	if err != nil {
		return false
	}
	var told struct {
		Accounts []struct {
			Streams []struct {
				Name    string
				Cluster struct{ Leader string }
			} `json:"stream_detail"`
		} `json:"account_details"`
	}
	if json.Unmarshal(answer, &told) != nil {
		return false
	}
	for _, account := range told.Accounts {
		for _, each := range account.Streams {
			if each.Name == stream && each.Cluster.Leader == s.Name {
				return true
			}
		}
	}
	return false
}

// Clients is how many clients are connected to a server.
func (s *Server) Clients() int {
	s.t.Helper()
	answer, err := s.ask("/varz")
	var told struct{ Connections int }
	if err == nil {
		err = json.Unmarshal(answer, &told)
	}
	if err != nil {
		s.t.Fatalf("%s does not say who is connected: %v", s.Name, err)
	}
	return told.Connections
}
