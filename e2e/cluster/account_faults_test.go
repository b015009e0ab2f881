package cluster

import (
	"fmt"
	"maps"
	"slices"
	"testing"

	"plainchat/chat"
)

// soundAccount is an account of ten messages in two rooms without a fault; the first was deleted.
func soundAccount() account {
	a := account{gone: map[string]bool{"e-1": true}}
	var log []event
	for i := range 10 {
		id := chat.ID{Epoch: "e", Seq: uint64(i + 1)}
		data := fmt.Sprintf(`{"id":"%s","room":"%s","user_name":"Mina","message":"text %d","client_id":"c%d"}`, id, rooms[i%2], i, i)
		log = append(log, event{id.String(), data})
		told, _ := asOnStream([]byte(data))
		a.acks = append(a.acks, ack{id, told})
	}
	both := hearing{who: "both", rooms: rooms[:2], events: slices.Clone(log)}
	one := hearing{who: "one", rooms: rooms[:1]}
	for i := 0; i < len(log); i += 2 {
		one.events = append(one.events, log[i])
	}
	a.heard = []hearing{both, one}
	for range 3 {
		a.nodes = append(a.nodes, nodeAccount{
			log: slices.Clone(log[1:]), rows: []string{"1", "2", "3"}, views: map[string]string{"/rooms": "tea", "/rooms/tea/messages": "one\ntwo"},
		})
	}
	return a
}

// inAllLogs changes the logs of all nodes.
func inAllLogs(a *account, change func(log []event) []event) {
	for i := range a.nodes {
		a.nodes[i].log = change(a.nodes[i].log)
	}
}

// The judge of the other tests sees each kind of fault.
func TestAccount(t *testing.T) {
	if faults := soundAccount().faults(); len(faults) > 0 {
		t.Errorf("faults where there are none: %q", faults)
	}
	for name, plant := range map[string]func(*account){
		"acknowledged and lost": func(a *account) {
			inAllLogs(a, func(log []event) []event { return log[:8] })
			a.heard[0].events = a.heard[0].events[:9]
		},
		"acknowledged and lost on one node":   func(a *account) { a.nodes[1].log = a.nodes[1].log[:8] },
		"acknowledged otherwise":              func(a *account) { a.acks[3].event = a.acks[4].event },
		"erased by nobody":                    func(a *account) { clear(a.gone) },
		"said twice":                          func(a *account) { sayTwice(a) },
		"swapped in all logs":                 func(a *account) { inAllLogs(a, swap) },
		"swapped in the log of one node":      func(a *account) { a.nodes[2].log = swap(a.nodes[2].log) },
		"other rows on one node":              func(a *account) { a.nodes[1].rows = []string{"1", "3"} },
		"a changed view on one node":          func(a *account) { a.nodes[2].views["/rooms/tea/messages"] = "one\n2" },
		"a shorter view on one node":          func(a *account) { a.nodes[1].views["/rooms/tea/messages"] = "one" },
		"a view that one node does not have":  func(a *account) { delete(a.nodes[1].views, "/rooms") },
		"a stream lost one":                   func(a *account) { a.heard[0].events = slices.Delete(a.heard[0].events, 4, 5) },
		"a stream lost the last":              func(a *account) { a.heard[1].events = a.heard[1].events[:4] },
		"a stream doubled one":                func(a *account) { e := a.heard[0].events; a.heard[0].events = slices.Insert(e, 4, e[4]) },
		"a stream swapped two":                func(a *account) { a.heard[0].events = swap(a.heard[0].events) },
		"a stream altered one":                func(a *account) { a.heard[0].events[6].data = a.heard[0].events[5].data },
		"a stream had one of another room":    func(a *account) { a.heard[1].events = slices.Insert(a.heard[1].events, 1, a.heard[0].events[1]) },
		"a stream had one that nobody wrote":  func(a *account) { a.heard[0].events = append(a.heard[0].events, event{"e-11", `{"message":"x"}`}) },
		"a stream heard nothing":              func(a *account) { a.heard[1].events = nil },
		"a stream was told of a gap":          func(a *account) { a.heard[1].faults = []string{"gap"} },
		"a stream had one of another log":     func(a *account) { a.heard[0].events[6].id = "f-7" },
		"an event without an id on a stream":  func(a *account) { a.heard[0].events[6].id = "" },
		"the log of a node begins too late":   func(a *account) { a.nodes[1].log = a.nodes[1].log[1:] },
		"the log of a node has one too many":  func(a *account) { a.nodes[1].log = append(a.nodes[1].log, event{"e-11", "{}"}) },
		"one node says another than the rest": func(a *account) { a.nodes[0].log[3].data = a.nodes[0].log[2].data },
	} {
		t.Run(name, func(t *testing.T) {
			a := soundAccount()
			a.nodes[1].views = maps.Clone(a.nodes[1].views)
			plant(&a)
			if len(a.faults()) == 0 {
				t.Error("not seen")
			}
		})
	}
}

func swap(events []event) []event {
	events[4], events[5] = events[5], events[4]
	return events
}

// sayTwice stores the last message once more, everywhere.
func sayTwice(a *account) {
	again := a.nodes[0].log[8]
	again.id = "e-11"
	inAllLogs(a, func(log []event) []event { return append(log, again) })
	a.heard[0].events = append(a.heard[0].events, again)
}
