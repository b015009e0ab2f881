package views_test

import (
	"context"
	"math"
	"testing"
	"testing/synctest"

	"plainchat/chat"
	"plainchat/store"
	"plainchat/views"
	"plainchat/views/viewstest"
)

// slow is a view that takes in nothing while its gate is closed.
type slow struct {
	views.Rooms
	gate chan struct{}
}

func (slow) Name() string { return "slow" }

func (slow) Tables() string { return "" }

func (s slow) Prepare(context.Context, *views.Statements) (views.Applier, error) {
	return slowApplier(s), nil
}

type slowApplier slow

func (s slowApplier) Apply(_ context.Context, ev chat.Event) error {
	if _, is := ev.Body.(chat.Edit); is {
		<-s.gate
	}
	return nil
}

func (slowApplier) Prune(context.Context, uint64) (more bool, err error) { return false, nil }

// A page waits for the views only a moment, and tells how far they were; plain messages it does
// not wait for.
func TestPageOfViewsThatLag(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		dir := t.TempDir()
		log, err := store.Open(t.Context(), store.Options{Dir: dir, Logger: quiet})
		if err != nil {
			t.Fatal(err)
		}
		defer log.Close()
		s := slow{gate: make(chan struct{})}
		p := views.Start(views.Options{Path: dir + "/views.db", Log: log, Views: []views.View{views.Timeline{}, s}, Logger: quiet})
		defer p.Close()
		viewstest.Settle(t, p)
		messages := views.NewMessages(log, p)
		happen := func(body chat.Body) {
			if _, _, err := log.Append(t.Context(), chat.Draft{Room: "r", From: chat.Person{Name: "Ann"}, Body: body}); err != nil {
				t.Fatal(err)
			}
		}
		want := func(text string, upto uint64) {
			t.Helper()
			h, err := messages.Page(t.Context(), views.Page{Page: store.Page{Room: "r", Limit: 1}})
			if err != nil || h.Messages[0].Text() != text || h.Upto != upto {
				t.Errorf("the page has %+v up to %d, %v; want %q up to %d", h.Messages, h.Upto, err, text, upto)
			}
		}
		happen(chat.Message{Text: "one"})
		want("one", math.MaxUint64)
		viewstest.Settle(t, p)
		happen(chat.Edit{Of: 1, Text: "two"})
		want("one", 1)
		close(s.gate)
		want("two", math.MaxUint64)
	})
}

// The tree of a message is that of the text as it stands, whatever was asked of it before.
func TestTreeOfAnEditedMessage(t *testing.T) {
	dir := t.TempDir()
	log, err := store.Open(t.Context(), store.Options{Dir: dir, Logger: quiet})
	if err != nil {
		t.Fatal(err)
	}
	defer log.Close()
	p := views.Start(views.Options{Path: dir + "/views.db", Log: log, Views: []views.View{views.Timeline{}}, Logger: quiet})
	defer p.Close()
	viewstest.Settle(t, p)
	for _, body := range []chat.Body{
		chat.Message{Text: "*one*"}, chat.Message{Text: "**two**"}, chat.Message{Text: "three"}, chat.Message{Text: "*four*"}, chat.Message{Text: "`five`"},
		chat.Edit{Of: 1, Text: "~~1~~"}, chat.Edit{Of: 2, Text: "2"}, chat.Edit{Of: 3, Text: "_3_"}, chat.Delete{Of: 4}, chat.Pin{Of: 5},
	} {
		if _, _, err := log.Append(t.Context(), chat.Draft{Room: "r", From: chat.Person{Name: "Ann"}, Body: body}); err != nil {
			t.Fatal(err)
		}
	}
	size := func(m *views.Message) int { return len(m.AppendJSON(nil)) }
	h, err := views.NewMessages(log, p).Page(t.Context(), views.Page{Page: store.Page{Room: "r", Limit: 9}, Size: size, Bytes: 1 << 20})
	if err != nil || len(h.Messages) != 5 {
		t.Fatalf("the page has %d messages, %v", len(h.Messages), err)
	}
	for i, want := range []string{`[{"t":"p","c":[{"t":"del","c":["1"]}]}]`, "", `[{"t":"p","c":[{"t":"em","c":["3"]}]}]`, "", `[{"t":"p","c":[{"t":"code","c":["five"]}]}]`} {
		got := ""
		if tree := h.Messages[i].Tree(); tree != nil {
			got = string(tree.AppendJSON(nil))
		}
		if got != want {
			t.Errorf("message %d has the tree %s, want %s", i+1, got, want)
		}
	}
}
