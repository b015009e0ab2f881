package program

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"plainchat/chat"
	"plainchat/store"
)

// changesAccount is what changers and a listener lived through, to be held against the log.
type changesAccount struct {
	log   []chat.Event                // of the room, without what was erased
	found map[uint64]chat.Event       // what the log has of the acknowledged events, erased ones too
	acks  []ack                       // those before the log was read
	gone  map[string]bool             // messages that were being deleted, or are
	heard []struct{ id, json string } // what the listener heard, in its order
}

// newChangesAccount reads the log in a folder.
func newChangesAccount(t *testing.T, dir string, changers []*changer, acks []ack) changesAccount {
	t.Helper()
	a := changesAccount{found: make(map[uint64]chat.Event), gone: make(map[string]bool), acks: acks}
	for _, c := range changers {
		_, gone := c.account()
		for _, id := range gone {
			a.gone[id] = true
		}
	}
	for _, ev := range readLog(t, dir) {
		if ev.Room == changesRoom {
			a.log = append(a.log, ev)
		}
	}
	log, err := store.Open(t.Context(), store.Options{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	defer log.Close()
	for part := range slices.Chunk(acks, 500) {
		var seqs []uint64
		for _, each := range part {
			seqs = append(seqs, each.ID.Seq)
		}
		events, err := log.At(t.Context(), seqs...)
		if err != nil {
			t.Fatal(err)
		}
		for _, ev := range events {
			a.found[ev.ID.Seq] = ev
		}
	}
	return a
}

// faults lists what is wrong.
func (a changesAccount) faults() (faults []string) {
	keys := make(map[string]chat.ID)
	for i, ev := range a.log {
		if i > 0 && ev.ID.Seq <= a.log[i-1].ID.Seq {
			faults = append(faults, fmt.Sprintf("log: %s comes after %s", ev.ID, a.log[i-1].ID))
		}
		if key := string(ev.From.ID) + " " + ev.Key; ev.Key != "" {
			if first, twice := keys[key]; twice {
				faults = append(faults, fmt.Sprintf("log: %s is %s again", ev.ID, first))
			}
			keys[key] = ev.ID
		}
	}
	for _, each := range a.acks {
		faults = append(faults, a.faultsOfAck(each)...)
	}
	return append(faults, a.faultsOfStream()...)
}

// faultsOfAck: an acknowledged event is in the log as it was acknowledged, or is erased with the
// message that it is or belongs to. Of read positions only the last is kept.
func (a changesAccount) faultsOfAck(each ack) []string {
	ev, kept := a.found[each.ID.Seq]
	if !kept {
		if isRead(each.json) {
			return nil
		}
		return []string{fmt.Sprintf("acknowledged %s, but the log has nothing there", each.json)}
	}
	if _, erased := ev.Body.(chat.Erased); erased {
		if a.mayBeErased(each) {
			return nil
		}
		return []string{fmt.Sprintf("nobody deleted %s, which is erased", each.json)}
	}
	if got, err := asOnStream(ev.AppendJSON(nil)); err != nil || got != each.json {
		return []string{fmt.Sprintf("acknowledged %s, but the log has %s, %v", each.json, got, err)}
	}
	return nil
}

// faultsOfStream: the listener heard what is in the log, and beside that only what was erased or
// replaced later; each once, in order.
func (a changesAccount) faultsOfStream() (faults []string) {
	if a.heard == nil {
		return nil
	}
	heard := make(map[string]string)
	last := uint64(0)
	for _, each := range a.heard {
		id, err := chat.ParseID(each.id)
		if err != nil || id.Seq <= last {
			faults = append(faults, fmt.Sprintf("heard %s after position %d, %v", each.json, last, err))
		}
		last = id.Seq
		heard[each.id] = each.json
	}
	for _, ev := range a.log {
		id := ev.ID.String()
		if want, err := asOnStream(ev.AppendJSON(nil)); err != nil || heard[id] != want {
			faults = append(faults, fmt.Sprintf("heard %q and should have heard %s, %v", heard[id], want, err))
		}
		delete(heard, id)
	}
	for id, event := range heard {
		if !isRead(event) && !a.mayBeErased(ackOf(id, event)) {
			faults = append(faults, fmt.Sprintf("heard %s, which is not in the log", event))
		}
	}
	return faults
}

// mayBeErased reports whether an event is a message that was being deleted, or an edit of one.
func (a changesAccount) mayBeErased(each ack) bool {
	return a.gone[each.ID.String()] || isEdit(each.json) && a.gone[targetOf(each.json)]
}

// hear reads a stream of the room, which resumes as a follower's does, until the last text.
func (a *changesAccount) hear(ctx context.Context, s *server) error {
	last := ""
	for ctx.Err() == nil {
		run := s.run()
		st, err := s.stream(ctx, "since=all&room="+changesRoom, last)
		for err == nil {
			ev, nextErr := st.Next()
			if nextErr != nil {
				st.Close()
				break
			}
			last = st.LastEventID()
			if chat.KindOf(ev.Type) == nil && ev.Type != eventMessage {
				continue // hello, presence
			}
			event, err := asOnStream([]byte(ev.Data))
			if err != nil {
				return err
			}
			a.heard = append(a.heard, struct{ id, json string }{last, event})
			if saidIn(event) == farewell {
				st.Close()
				return nil
			}
		}
		if err != nil && !s.after(ctx, run) {
			return ctx.Err()
		}
	}
	return ctx.Err()
}

// TestChangesAccount: the judge sees each kind of fault.
func TestChangesAccount(t *testing.T) {
	sound := func() changesAccount {
		a := changesAccount{found: make(map[uint64]chat.Event), gone: map[string]bool{"e-1": true}}
		from := chat.Person{ID: "g", Name: "Ann"}
		for i, body := range []chat.Body{
			chat.Message{Text: "one"}, chat.Message{Text: "two"}, chat.Edit{Of: 2, Text: "2"}, chat.Reaction{Of: 2, Emoji: "👍"}, chat.Delete{Of: 1},
		} {
			ev := chat.Event{ID: chat.ID{Epoch: "e", Seq: uint64(i + 1)}, Room: changesRoom, From: from, Key: fmt.Sprint(i), Body: body}
			json, _ := asOnStream(ev.AppendJSON(nil))
			a.acks = append(a.acks, ack{ev.ID, json})
			a.heard = append(a.heard, struct{ id, json string }{ev.ID.String(), json})
			if i == 0 {
				ev.Body = chat.Erased{Was: ev.Kind()}
			} else {
				a.log = append(a.log, ev)
			}
			a.found[ev.ID.Seq] = ev
		}
		return a
	}
	if faults := sound().faults(); len(faults) > 0 {
		t.Errorf("faults where there are none: %q", faults)
	}
	for name, plant := range map[string]func(*changesAccount){
		"acknowledged and lost":  func(a *changesAccount) { delete(a.found, 4) },
		"acknowledged otherwise": func(a *changesAccount) { ev := a.found[3]; ev.Body = chat.Edit{Of: 2, Text: "3"}; a.found[3] = ev },
		"erased by nobody":       func(a *changesAccount) { clear(a.gone) },
		"done twice":             func(a *changesAccount) { a.log[3].Key = a.log[2].Key },
		"log disordered":         func(a *changesAccount) { a.log[2], a.log[3] = a.log[3], a.log[2] },
		"stream lost one":        func(a *changesAccount) { a.heard = slices.Delete(a.heard, 2, 3) },
		"stream doubled one":     func(a *changesAccount) { a.heard = slices.Insert(a.heard, 2, a.heard[2]) },
		"stream swapped":         func(a *changesAccount) { a.heard[2], a.heard[3] = a.heard[3], a.heard[2] },
		"stream altered":         func(a *changesAccount) { a.heard[3].json = a.heard[2].json },
		"stream made one up":     func(a *changesAccount) { a.log = slices.Delete(a.log, 1, 2) },
	} {
		t.Run(name, func(t *testing.T) {
			a := sound()
			plant(&a)
			if len(a.faults()) == 0 {
				t.Error("not seen")
			}
		})
	}
}
