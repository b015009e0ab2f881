package program

import (
	"fmt"
	"slices"
	"testing"

	"plainchat/chat"
)

// account is what the senders and listeners of a server lived through, to be held
// against the log that it left.
type account struct {
	log   []chat.Event
	sent  []chat.Draft // all that was tried, however it went; no two have the same text
	acked []chat.Event // as acknowledged
	heard []hearing
}

// hearing is what one listener heard from the log's beginning to its end, over all
// streams that it needed for that.
type hearing struct {
	who    string
	rooms  []chat.Room
	events []chat.Event
}

// faults lists what is wrong: with the log itself, with what was acknowledged and
// with what was heard.
func (a account) faults() []string {
	return slices.Concat(a.faultsOfLog(), a.faultsOfAcks(), a.faultsOfStreams())
}

// faultsOfLog: positions ascend, and each event is one that was sent, once.
func (a account) faultsOfLog() []string {
	var faults []string
	sent := make(map[chat.Draft]bool)
	for _, m := range a.sent {
		sent[m] = true
	}
	for i, ev := range a.log {
		if i > 0 && ev.ID.Seq <= a.log[i-1].ID.Seq {
			faults = append(faults, fmt.Sprintf("log: %s comes after %s", ev.ID, a.log[i-1].ID))
		}
		m := chat.Draft{Room: ev.Room, From: chat.Person{Name: ev.From.Name}, Key: ev.Key, Body: chat.Message{Text: ev.Text()}}
		if !sent[m] {
			faults = append(faults, fmt.Sprintf("log: %+v was not sent, or is there twice", ev))
		}
		delete(sent, m)
	}
	return faults
}

// faultsOfAcks: what was acknowledged is at the position that was acknowledged.
func (a account) faultsOfAcks() []string {
	var faults []string
	at := make(map[chat.ID]chat.Event)
	for _, ev := range a.log {
		at[ev.ID] = ev
	}
	for _, ack := range a.acked {
		if got := at[ack.ID]; got != ack {
			faults = append(faults, fmt.Sprintf("acknowledged %+v, but the log has %+v", ack, got))
		}
	}
	return faults
}

// faultsOfStreams: each listener heard its rooms' part of the log, and that only.
func (a account) faultsOfStreams() []string {
	var faults []string
	for _, h := range a.heard {
		var want []chat.Event
		for _, ev := range a.log {
			if slices.Contains(h.rooms, ev.Room) {
				want = append(want, ev)
			}
		}
		for i := range max(len(want), len(h.events)) {
			if i >= len(want) || i >= len(h.events) || h.events[i] != want[i] {
				faults = append(faults, fmt.Sprintf("%s heard %d events of %d; event %d is %s and should be %s",
					h.who, len(h.events), len(want), i, describeEvent(h.events, i), describeEvent(want, i)))
				break // the rest is shifted
			}
		}
	}
	return faults
}

func describeEvent(events []chat.Event, i int) string {
	if i >= len(events) {
		return "none"
	}
	return fmt.Sprintf("%+v", events[i])
}

// soundAccount is an account of ten messages in two rooms without a fault.
func soundAccount() account {
	var a account
	for i := range 10 {
		m := chat.Draft{Room: []chat.Room{"tea", "ink"}[i%2], From: chat.Person{Name: "Mina"}, Key: fmt.Sprint("c", i), Body: chat.Message{Text: fmt.Sprint("text ", i)}}
		ev := chat.Event{ID: chat.ID{Epoch: "e", Seq: uint64(i + 1)}, Room: m.Room, From: chat.Person{Name: m.From.Name}, Key: m.Key, Body: chat.Message{Text: m.Text()}}
		a.sent = append(a.sent, m)
		a.log = append(a.log, ev)
		a.acked = append(a.acked, ev)
	}
	both := hearing{"both", []chat.Room{"ink", "tea"}, slices.Clone(a.log)}
	tea := hearing{who: "tea", rooms: []chat.Room{"tea"}}
	for _, ev := range a.log {
		if ev.Room == "tea" {
			tea.events = append(tea.events, ev)
		}
	}
	a.heard = []hearing{both, tea}
	return a
}

// TestAccount: the judge of the other tests sees each kind of fault.
func TestAccount(t *testing.T) {
	if faults := soundAccount().faults(); len(faults) > 0 {
		t.Errorf("faults where there are none: %q", faults)
	}
	for name, plant := range map[string]func(*account){
		"acknowledged and lost": func(a *account) {
			gone := func(ev chat.Event) bool { return ev.ID.Seq == 10 }
			a.log = slices.DeleteFunc(a.log, gone)
			a.heard[0].events = slices.DeleteFunc(a.heard[0].events, gone)
		},
		"acknowledged elsewhere": func(a *account) { a.acked[3].ID.Seq = 5 },
		"acknowledged otherwise": func(a *account) { a.acked[3].Body = chat.Message{Text: "other"} },
		"log altered": func(a *account) {
			a.log[2].Body = chat.Message{Text: "other"}
			a.acked[2].Body = chat.Message{Text: "other"}
		},
		"log disordered":          func(a *account) { a.log[2], a.log[4] = a.log[4], a.log[2] },
		"log of another epoch":    func(a *account) { a.acked[2].ID.Epoch = "f" },
		"retry stored again":      func(a *account) { store := a.log[9]; store.ID.Seq = 11; a.log = append(a.log, store) },
		"never sent":              func(a *account) { a.sent = a.sent[1:] },
		"stream lost one":         func(a *account) { a.heard[0].events = slices.Delete(a.heard[0].events, 4, 5) },
		"stream lost the last":    func(a *account) { a.heard[1].events = a.heard[1].events[:4] },
		"stream doubled one":      func(a *account) { a.heard[0].events = slices.Insert(a.heard[0].events, 4, a.log[4]) },
		"stream doubled the last": func(a *account) { a.heard[0].events = append(a.heard[0].events, a.log[9]) },
		"stream swapped":          func(a *account) { e := a.heard[0].events; e[6], e[7] = e[7], e[6] },
		"stream altered":          func(a *account) { a.heard[0].events[6].From.Name = "Juno" },
		"stream of another room":  func(a *account) { a.heard[1].events = slices.Insert(a.heard[1].events, 1, a.log[1]) },
		"stream heard nothing":    func(a *account) { a.heard[1].events = nil },
	} {
		t.Run(name, func(t *testing.T) {
			a := soundAccount()
			plant(&a)
			if len(a.faults()) == 0 {
				t.Error("not seen")
			}
		})
	}
}
