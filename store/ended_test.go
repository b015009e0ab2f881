package store

import (
	"errors"
	"testing"

	"plainchat/chat"
)

// What has ended is not lost, whoever was late to tell its end.
func TestEndedIsNotLost(t *testing.T) {
	log, err := Open(t.Context(), Options{Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	defer log.Close()
	ann := chat.Person{Name: "Ann"}
	message, _, err := log.Append(t.Context(), chat.Draft{Room: "a", From: ann, Body: chat.Message{Text: "x"}})
	if err != nil {
		t.Fatal(err)
	}
	for i, step := range []struct {
		state chat.Condition
		want  error
	}{{chat.Lost, nil}, {chat.Running, nil}, {chat.Lost, nil}, {chat.Running, nil}, {chat.Ended, nil}, {chat.Lost, ErrEnded}, {chat.Ended, nil}} {
		update := chat.NewUpdate(message.ID.Seq, "x", chat.Status{State: step.state})
		if _, _, err := log.Append(t.Context(), chat.Draft{Room: "a", From: ann, Body: update}); !errors.Is(err, step.want) {
			t.Errorf("step %d, %s: %v, want %v", i, step.state, err, step.want)
		}
	}
}
