package service_test

import (
	"errors"
	"path/filepath"
	"testing"

	"plainchat/chat"
	"plainchat/policy"
	"plainchat/service"
	"plainchat/store"
	"plainchat/views"
)

// onViews starts a service on a log with views of it.
func onViews(t *testing.T, log *store.SQLite) *service.Service {
	t.Helper()
	kept := views.Start(views.Options{Path: filepath.Join(t.TempDir(), "views.db"), Log: log, Views: views.All, Logger: quiet})
	t.Cleanup(func() { kept.Close() })
	s, err := service.Start(t.Context(), service.Options{Log: log, Logger: quiet, Standing: views.NewMessages(log, kept)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	for moved := kept.Moved(); !kept.Ready(); moved = kept.Moved() {
		<-moved
	}
	return s
}

// An incident is one message until it is over, also for a server that was started meanwhile; when it begins
// again it is another one, and so it is if its message was deleted.
func TestIncidents(t *testing.T) {
	_, log := start(t)
	hook := chat.Token{ID: "1", Name: "alerts", Hash: "h", Room: "ops", Write: true, Hook: true}
	operator := policy.Caller{Person: chat.Person{Name: chat.Operator}, Operator: true}
	if _, _, err := log.Append(t.Context(), chat.Draft{From: operator.Person, Body: hook}); err != nil {
		t.Fatal(err)
	}
	s := onViews(t, log)
	told := map[string]int{}
	for i, step := range []struct {
		name    string
		state   chat.Condition
		text    string
		message int // the first, second, … of all
		err     error
	}{
		{"disk", chat.Firing, "full", 1, nil},
		{"disk", chat.Firing, "fuller", 1, nil},
		{"net", chat.Firing, "down", 2, nil},
		{"disk", chat.Resolved, "has room", 1, nil},
		{"disk", chat.Resolved, "has room", 1, service.ErrUnchanged},
		{"disk", chat.Firing, "full", 3, nil},
		{"restart", "", "", 0, nil},
		{"disk", chat.Firing, "fuller", 3, nil},
		{"net", chat.Resolved, "up", 2, nil},
		{"delete", "", "", 3, nil},
		{"disk", chat.Resolved, "has room", 0, policy.Deleted},
		{"disk", chat.Firing, "full", 4, nil},
		{"disk", chat.Resolved, "has room", 4, nil},
		{"new", chat.Resolved, "was never told of", 5, nil},
	} {
		switch step.name {
		case "restart":
			s = onViews(t, log)
			continue
		case "delete":
			for id, n := range told {
				if n == step.message {
					at, err := chat.ParseID(id)
					if err != nil {
						t.Fatal(err)
					}
					if _, _, err := s.Send(t.Context(), operator, chat.Draft{Room: "ops", From: operator.Person, Body: chat.Delete{Of: at.Seq}}); err != nil {
						t.Fatal(err)
					}
				}
			}
			continue
		}
		d := chat.Draft{Room: "ops", From: hook.Person(), Key: step.name, Body: chat.Message{Text: step.text}}
		ev, written, err := s.Report(t.Context(), policy.Caller{Person: hook.Person(), Token: &hook}, d, chat.Status{State: step.state})
		if !errors.Is(err, step.err) {
			t.Fatalf("step %d: %v, want %v", i, err, step.err)
		}
		if step.message == 0 {
			continue
		}
		id := ev.ID.String()
		if _, known := told[id]; !known {
			told[id] = len(told) + 1
		} else if written {
			t.Errorf("step %d: message %s is told of as new", i, id)
		}
		if told[id] != step.message {
			t.Errorf("step %d (%s %s) is in message %d, want %d", i, step.name, step.state, told[id], step.message)
		}
	}
}
