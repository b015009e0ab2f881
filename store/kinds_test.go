package store_test

import (
	"fmt"
	"strings"
	"testing"

	"plainchat/chat"
	"plainchat/store/internal/format"
)

// What the log does with the rows of a kind is what its class says.
func TestKindsInSQL(t *testing.T) {
	log := open(t, t.TempDir())
	is := func(condition string, kind *chat.Kind) (is bool) {
		t.Helper()
		query := fmt.Sprintf("SELECT %s FROM (SELECT ? AS kind)", condition)
		if err := log.Conn().QueryRowContext(t.Context(), query, kind.Name).Scan(&is); err != nil {
			t.Fatal(err)
		}
		return is
	}
	for _, kind := range chat.Kinds {
		_, isMessage := kind.Sample.(chat.Message)
		about := kind.Sample.Target() != 0 && !isMessage && kind.Class != chat.State
		_, isRead := kind.Sample.(chat.Read)
		for condition, want := range map[string]bool{
			format.IsState: kind.Class == chat.State,
			format.IsKept:  kind.Class == chat.State || isRead,
			format.IsAbout: about,
		} {
			if got := is(condition, kind); got != want {
				t.Errorf("%s: %s is %v, want %v", kind.Name, condition, got, want)
			}
		}
		if has := chat.Words(kind.Sample) != 0; has != is(format.HasText, kind) {
			t.Errorf("%s has words that go with a message: %v", kind.Name, has)
		}
	}
}

// Of a message that grows the log keeps the latest form, and of one that is told anew all of them;
// of either nothing once it is deleted.
func TestUpdates(t *testing.T) {
	dir := t.TempDir()
	log := open(t, dir)
	add := func(body chat.Body) chat.Event {
		t.Helper()
		ev, _, err := log.Append(t.Context(), chat.Draft{Room: "r", From: chat.Person{Name: "make"}, Body: body})
		if err != nil {
			t.Fatal(err)
		}
		return ev
	}
	grown, told := add(chat.Message{Text: "grows"}).ID.Seq, add(chat.Message{Text: "is told"}).ID.Seq
	for n := range 5 {
		add(chat.NewUpdate(grown, fmt.Sprint("form ", n), chat.Status{State: chat.Running}))
		add(chat.NewUpdate(told, fmt.Sprint("tale ", n), chat.Status{State: chat.Firing}))
	}
	add(chat.NewUpdate(grown, "whole", chat.Status{State: chat.Ended, Exit: 2}))
	texts := func() string {
		events, _ := readAll(t, log.Read(t.Context(), 0, 1000))
		var texts []string
		for _, ev := range events {
			texts = append(texts, ev.Text())
		}
		return strings.Join(texts, ", ")
	}
	if got, want := texts(), "grows, is told, tale 0, tale 1, tale 2, tale 3, tale 4, whole"; got != want {
		t.Errorf("the log has %q, want %q", got, want)
	}
	updates, err := log.Updates(t.Context(), told, 3)
	if err != nil || len(updates) != 3 || updates[0].Text() != "tale 2" || updates[2].Text() != "tale 4" {
		t.Errorf("the newest updates are %+v, %v", updates, err)
	}
	add(chat.Delete{Of: grown})
	add(chat.Delete{Of: told})
	if got := strings.Trim(texts(), ", "); got != "" {
		t.Errorf("after the deletion the log has %q", got)
	}
	if updates, err := log.Updates(t.Context(), told, 3); err != nil || len(updates) != 0 {
		t.Errorf("the updates of a deleted message are %+v, %v", updates, err)
	}
}
