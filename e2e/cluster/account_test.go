package cluster

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"plainchat/chat"
)

// account is what talkers and listeners of a chat lived through, to be held against what its
// nodes have.
type account struct {
	acks  []ack
	gone  map[string]bool // messages that were being deleted, or are
	nodes []nodeAccount
	heard []hearing
}

// nodeAccount is what one node has.
type nodeAccount struct {
	log   []event           // what can be seen of its log, settled
	rows  []string          // all of the log, as it is on the disk
	views map[string]string // what it answers, by address
}

// tooMany is how many faults of a sort are told.
const tooMany = 5

// faults lists what is wrong.
func (a account) faults() (faults []string) {
	for _, some := range [][]string{a.faultsOfLogs(), a.faultsOfRows(), a.faultsOfViews(), a.faultsOfAcks(), a.faultsOfStreams()} {
		if len(some) > tooMany {
			some = append(some[:tooMany], fmt.Sprintf("and %d more like this", len(some)-tooMany))
		}
		faults = append(faults, some...)
	}
	return faults
}

// faultsOfLogs: positions ascend, nothing was said twice, and all nodes have the same.
func (a account) faultsOfLogs() (faults []string) {
	said := make(map[string]string)
	last := uint64(0)
	for _, ev := range a.nodes[0].log {
		id, err := chat.ParseID(ev.id)
		if err != nil || id.Seq <= last {
			faults = append(faults, fmt.Sprintf("log: %s comes after %d, %v", ev.id, last, err))
		}
		last = id.Seq
		if what := deedOf(ev.data); what != "" {
			if first, twice := said[what]; twice {
				faults = append(faults, fmt.Sprintf("log: %s is %s again: %s", ev.id, first, what))
			}
			said[what] = ev.id
		}
	}
	for i, n := range a.nodes[1:] {
		faults = append(faults, firstDifference(fmt.Sprintf("log of node %d", i+1), n.log, a.nodes[0].log)...)
	}
	return faults
}

// settled is a log without the read positions that are not the last of their person: those are
// kept for a while, and it is not said for how long.
func settled(log []event) (kept []event) {
	last := make(map[string]bool)
	for _, ev := range slices.Backward(log) {
		is := membersOf(ev.data)
		reader := is.Room + " " + is.UserName
		if is.Upto != "" && last[reader] {
			continue
		}
		last[reader] = last[reader] || is.Upto != ""
		kept = append(kept, ev)
	}
	slices.Reverse(kept)
	return kept
}

// members are some of an event's.
type members struct {
	Room                  string
	UserName              string `json:"user_name"`
	ClientID              string `json:"client_id"`
	Target, Message, Upto string
}

func membersOf(data string) (m members) {
	_ = json.Unmarshal([]byte(data), &m) // it is JSON
	return m
}

// deedOf is who did what: a key is of one thing that somebody did.
func deedOf(data string) string {
	is := membersOf(data)
	if is.ClientID == "" {
		return ""
	}
	return is.Room + " " + is.UserName + " " + is.ClientID
}

// firstDifference tells where two orders part.
func firstDifference[T comparable](what string, got, want []T) []string {
	for i := range max(len(got), len(want)) {
		if i >= len(got) || i >= len(want) || got[i] != want[i] {
			return []string{fmt.Sprintf("%s has %d of %d; number %d is %v and should be %v", what, len(got), len(want), i, at(got, i), at(want, i))}
		}
	}
	return nil
}

func at[T any](all []T, i int) any {
	if i < len(all) {
		return all[i]
	}
	return "none"
}

// faultsOfRows: the logs of all nodes are the same on the disk, erased events too.
func (a account) faultsOfRows() (faults []string) {
	for i, n := range a.nodes[1:] {
		faults = append(faults, firstDifference(fmt.Sprintf("log.db of node %d", i+1), n.rows, a.nodes[0].rows)...)
	}
	return faults
}

// faultsOfViews: all nodes answer the same.
func (a account) faultsOfViews() (faults []string) {
	for i, n := range a.nodes[1:] {
		for _, address := range slices.Sorted(maps.Keys(a.nodes[0].views)) {
			want, got := strings.Split(a.nodes[0].views[address], "\n"), strings.Split(n.views[address], "\n")
			faults = append(faults, firstDifference(fmt.Sprintf("%s at node %d", address, i+1), got, want)...)
		}
	}
	return faults
}

// faultsOfAcks: an acknowledged event is in the log as it was acknowledged, or is erased with the
// message that it is or belongs to. Of read positions only the last is kept.
func (a account) faultsOfAcks() (faults []string) {
	has := make(map[string]string)
	for _, ev := range a.nodes[0].log {
		event, err := asOnStream([]byte(ev.data))
		if err != nil {
			return []string{fmt.Sprintf("log: %s is %s, %v", ev.id, ev.data, err)}
		}
		has[ev.id] = event
	}
	for _, each := range a.acks {
		if got := has[each.id.String()]; got != each.event && (got != "" || !a.mayBeAway(each.id.String(), each.event)) {
			faults = append(faults, fmt.Sprintf("acknowledged %s, but the log has %q", each.event, got))
		}
	}
	return faults
}

// mayBeAway reports whether an event may have been there and be there no more: a read position, a
// message that was being deleted, or an edit of one.
func (a account) mayBeAway(id, event string) bool {
	is := membersOf(event)
	return is.Upto != "" || a.gone[id] || is.Message != "" && a.gone[is.Target]
}

// faultsOfStreams: each listener heard its rooms' part of the log, and beside that only what is
// away by now; each once, in order.
func (a account) faultsOfStreams() (faults []string) {
	byRoom := make(map[chat.Room][]event)
	for _, ev := range a.nodes[0].log {
		room := chat.Room(membersOf(ev.data).Room)
		byRoom[room] = append(byRoom[room], ev)
	}
	for _, h := range a.heard {
		faults = append(faults, h.faults...)
		var want []event
		for _, room := range h.rooms {
			want = append(want, byRoom[room]...)
		}
		faults = append(faults, a.faultsOfStream(h, want)...)
	}
	return faults
}

func (a account) faultsOfStream(h hearing, want []event) (faults []string) {
	heard := make(map[string]string)
	last := uint64(0)
	for _, each := range h.events {
		id, err := chat.ParseID(each.id)
		if err != nil || id.Seq <= last {
			faults = append(faults, fmt.Sprintf("%s heard %s after position %d, %v", h.who, each.id, last, err))
		}
		last = id.Seq
		heard[each.id] = each.data
	}
	for _, ev := range want {
		if heard[ev.id] != ev.data {
			faults = append(faults, fmt.Sprintf("%s heard %q and should have heard %s", h.who, heard[ev.id], ev.data))
		}
		delete(heard, ev.id)
	}
	for id, data := range heard {
		if !a.mayBeAway(id, data) {
			faults = append(faults, fmt.Sprintf("%s heard %s, which is not in the log", h.who, data))
		}
	}
	return faults
}
