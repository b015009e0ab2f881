package store_test

import (
	"errors"
	"testing"

	"plainchat/chat"
	"plainchat/store"
)

// setReadOnly makes the database refuse to be written to, or no more.
func setReadOnly(t *testing.T, log *store.SQLite, pragma string) {
	t.Helper()
	if _, err := log.Conn().ExecContext(t.Context(), pragma); err != nil {
		t.Fatal(err)
	}
}

// A log that has failed to append is not ready until it would succeed, and finds that
// out without a message.
func TestReady(t *testing.T) {
	log := open(t, t.TempDir())
	ready := func(want bool) {
		t.Helper()
		if err := log.Ready(t.Context()); (err == nil) != want {
			t.Errorf("ready: %v", err)
		}
	}
	first := say(t, log, "r", "first")
	setReadOnly(t, log, "PRAGMA query_only = 1")
	ready(true) // nobody knows yet
	if _, _, err := log.Append(t.Context(), chat.Draft{Room: "r", From: chat.Person{Name: "me"}, Body: chat.Message{Text: "refused"}}); err == nil {
		t.Fatal("a read-only database was written to")
	}
	ready(false)
	ready(false)
	setReadOnly(t, log, "PRAGMA query_only = 0")
	ready(true)
	second := say(t, log, "r", "second")
	if events, _ := readAll(t, log.Read(t.Context(), 0, 100)); len(events) != 2 || events[0] != first || events[1] != second {
		t.Errorf("the log has %+v", events)
	}
	if err := log.Close(); err != nil {
		t.Fatal(err)
	}
	if err := log.Ready(t.Context()); !errors.Is(err, store.ErrClosed) {
		t.Errorf("closed: %v", err)
	}
}
