package store_test

import (
	"context"
	"strings"
	"testing"

	"plainchat/chat"
	"plainchat/store"
	"plainchat/store/repair"
	"plainchat/store/storetest"
)

// No log gives positions itself that follows a journal, or the other way round: there would be two orders.
func TestJoining(t *testing.T) {
	journal := storetest.NewMemory("e1")
	alone, node, fresh := t.TempDir(), t.TempDir(), t.TempDir()
	log := open(t, alone)
	say(t, log, "r", "one")
	epoch := log.Epoch()
	if err := log.Close(); err != nil {
		t.Fatal(err)
	}
	closeAll(t, openReplica(t, fresh, journal)) // it has no event yet
	followed(t, journal, func(logs []*store.Replica) { say(t, logs[0], "r", "one") }, node)
	for name, tt := range map[string]struct {
		dir     string
		journal store.Journal // nil for none
		want    string        // in the refusal; empty for none
	}{
		"a log alone, alone":                  {alone, nil, ""},
		"a node alone":                        {node, nil, "--nats"},
		"a node alone without events":         {fresh, nil, "--nats"},
		"a log alone in its epoch's journal":  {alone, storetest.NewMemory(epoch), "migrate --to"},
		"a log alone in another's journal":    {alone, journal, epoch},
		"a node in its journal":               {node, journal, ""},
		"a node in another journal":           {node, storetest.NewMemory("e2"), "e2"},
		"a node in another of the same epoch": {node, anotherOf("e1"), "another stream"},
	} {
		t.Run(name, func(t *testing.T) {
			var log store.Log
			var err error
			opts := store.Options{Dir: tt.dir, Logger: quiet}
			if tt.journal == nil {
				log, err = store.Open(t.Context(), opts)
			} else {
				log, err = store.OpenReplica(t.Context(), opts, tt.journal)
			}
			if err == nil {
				defer log.Close()
			}
			if (err == nil) != (tt.want == "") || err != nil && !strings.Contains(err.Error(), tt.want) {
				t.Errorf("error %v, want %q", err, tt.want)
			}
			if _, err := repair.Check(t.Context(), tt.dir); err != nil { // a tool that only reads
				t.Error(err)
			}
		})
	}
}

// anotherOf is a journal into which another log of an epoch was moved.
func anotherOf(epoch string) store.Journal {
	m := new(storetest.Moving)
	_, _, _ = m.Begin(context.Background(), epoch, 1, 0)
	_, _ = m.Publish(context.Background(), []store.Record{{Draft: chat.Draft{Room: "r", From: chat.Person{Name: "n"}, Body: chat.Message{Text: "two"}}, Settled: true}})
	return m
}

// After its end a journal takes nothing, whoever publishes it, and its logs say so.
func TestJournalThatEnded(t *testing.T) {
	journal := storetest.NewMemory("e1")
	logs := []*store.Replica{openReplica(t, t.TempDir(), journal), openReplica(t, t.TempDir(), journal)}
	say(t, logs[0], "r", "one")
	late := chat.Draft{Room: "r", From: chat.Person{Name: "n"}, Body: chat.Message{Text: "late"}}
	last, err := journal.Publish(t.Context(), []store.Record{{ID: store.NewRecordID(), Void: true, End: true}, {ID: store.NewRecordID(), Draft: late}})
	if err != nil {
		t.Fatal(err)
	}
	for _, log := range logs {
		if reached, err := log.Reach(t.Context(), last); !reached || err != nil {
			t.Fatal(reached, err)
		}
		if _, _, err := log.Append(t.Context(), late); err != store.ErrMovedAway {
			t.Errorf("Append = %v", err)
		}
		if err := log.Ready(t.Context()); err != store.ErrMovedAway || !log.Ended() {
			t.Errorf("Ready = %v", err)
		}
		if events, _ := readAll(t, log.Read(t.Context(), 0, last)); len(events) != 1 {
			t.Errorf("it has %v", events)
		}
	}
}
