// Package storetest is what every store.Log must do, as tests. An implementation
// passes when Run does.
package storetest

import (
	"testing"

	"plainchat/chat"
	"plainchat/store"
)

// Open returns the log that is kept in a folder. Run closes it before it opens
// the same folder again.
type Open func(t *testing.T, dir string) store.Log

// Run tests an implementation.
func Run(t *testing.T, open Open) {
	for _, test := range []struct {
		name string
		run  func(*testing.T, Open)
	}{
		{"AppendInOrder", appendInOrder},
		{"SurvivesReopening", survivesReopening},
		{"ClientID", clientID},
		{"LastKey", lastKey},
		{"ClientIDOfChange", clientIDOfChange},
		{"ClientIDAtOnce", clientIDAtOnce},
		{"Claims", claims},
		{"ReadAgainstModel", readAgainstModel},
		{"ReadStopsEarly", readStopsEarly},
		{"Tail", tail},
		{"TailEnds", tailEnds},
		{"Bounds", bounds},
		{"Cancelled", cancelled},
		{"Closed", closed},
		{"CloseWhileAppending", closeWhileAppending},
	} {
		t.Run(test.name, func(t *testing.T) { test.run(t, open) })
		t.Run(test.name+"WithGaps", func(t *testing.T) { test.run(t, withGaps(open)) })
	}
}

func message(room chat.Room, text string) chat.Draft {
	return chat.Draft{Room: room, From: chat.Person{Name: "지민"}, Body: chat.Message{Text: text}}
}

// add appends a message that must be new.
func add(t *testing.T, log store.Log, d chat.Draft) chat.Event {
	t.Helper()
	ev, duplicate, err := log.Append(t.Context(), d)
	if err != nil || duplicate {
		t.Fatalf("Append: duplicate %v, err %v", duplicate, err)
	}
	return ev
}

// all reads a log from end to end.
func all(t *testing.T, log store.Log, rooms ...chat.Room) []chat.Event {
	t.Helper()
	_, last, err := log.Bounds(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return read(t, log, 0, last, rooms...)
}

func read(t *testing.T, log store.Log, after, upto uint64, rooms ...chat.Room) []chat.Event {
	t.Helper()
	var events []chat.Event
	for ev, err := range log.Read(t.Context(), after, upto, rooms...) {
		if err != nil {
			t.Fatal(err)
		}
		events = append(events, ev)
	}
	return events
}

func closeLog(t *testing.T, log store.Log) {
	t.Helper()
	if err := log.Close(); err != nil {
		t.Fatal(err)
	}
}
