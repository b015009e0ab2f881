package cluster

import (
	"log/slog"
	"testing"
)

// Of the nodes that are alive one leads, and another one once that has gone.
func TestLeads(t *testing.T) {
	p := newPeople(nil, "s", slog.New(slog.DiscardHandler))
	if !p.Leads() {
		t.Error("the only node does not lead")
	}
	p.nodes["~"] = &node{} // after all of them
	if !p.Leads() {
		t.Error("another one leads")
	}
	p.nodes[""] = &node{}
	if p.Leads() {
		t.Error("two lead")
	}
	p.nodes[""].gone = true
	if !p.Leads() {
		t.Error("one that has gone leads")
	}
}
