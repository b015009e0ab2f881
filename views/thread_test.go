package views_test

import (
	"errors"
	"path/filepath"
	"slices"
	"testing"

	"plainchat/chat"
	"plainchat/store"
	"plainchat/views"
	"plainchat/views/viewstest"
)

// root is the message that a thread begins with.
func (s *story) root(seq uint64) uint64 {
	for target := s.now[seq].event.Body.Target(); s.now[target] != nil; target = s.now[seq].event.Body.Target() {
		seq = target
	}
	return seq
}

// checkPlaces compares the thread of a message, and the page around it, with what they should be.
func (s *story) checkPlaces(t *testing.T, messages *views.Messages, how string) {
	t.Helper()
	if len(s.order) == 0 {
		return
	}
	of := s.now[pick(s, s.order)].event
	var inRoom, inThread []uint64
	for _, seq := range s.order {
		if s.now[seq].event.Room != of.Room {
			continue
		}
		inRoom = append(inRoom, seq)
		if s.root(seq) == s.root(of.ID.Seq) {
			inThread = append(inThread, seq)
		}
	}
	s.wantPage(t, messages, views.Page{Page: store.Page{Room: of.Room, Limit: 10_000}, Thread: of.ID.Seq}, inThread, how)
	limit := 1 + s.rand.IntN(8)
	after := inThread[s.rand.IntN(len(inThread))]
	later := inThread[slices.Index(inThread, after)+1:]
	s.wantPage(t, messages, views.Page{Page: store.Page{Room: of.Room, Limit: limit, After: after}, Thread: of.ID.Seq}, later[:min(limit, len(later))], how)
	at := slices.Index(inRoom, of.ID.Seq)
	end := min(len(inRoom), at+1+limit/2)
	s.wantPage(t, messages, views.Page{Page: store.Page{Room: of.Room, Limit: limit}, Around: of.ID.Seq}, inRoom[max(0, end-limit):end], how)
}

func (s *story) wantPage(t *testing.T, messages *views.Messages, p views.Page, want []uint64, how string) {
	t.Helper()
	h, err := messages.Page(t.Context(), p)
	var got []uint64
	for _, m := range h.Messages {
		got = append(got, m.ID.Seq)
	}
	if err != nil || !slices.Equal(got, want) {
		t.Fatalf("%s: %+v has %d, %v; want %d", how, p, got, err, want)
	}
}

// What is not there has no thread and nothing around it, and neither is without end.
func TestPlacesThatAreNone(t *testing.T) {
	log, err := store.Open(t.Context(), store.Options{Dir: t.TempDir(), Logger: quiet})
	if err != nil {
		t.Fatal(err)
	}
	defer log.Close()
	p := views.Start(views.Options{Path: filepath.Join(t.TempDir(), "views.db"), Log: log, Views: views.All, Logger: quiet})
	defer p.Close()
	messages := views.NewMessages(log, p)
	say := func(room chat.Room, body chat.Body) {
		if _, _, err := log.Append(t.Context(), chat.Draft{Room: room, From: chat.Person{Name: "Ann"}, Body: body}); err != nil {
			t.Fatal(err)
		}
	}
	say("r", chat.Message{Text: "one"})
	say("r", chat.Edit{Of: 1, Text: "two"})
	say("s", chat.Message{Text: "three"})
	const long = 300
	for i := range uint64(long) { // each answers the one before
		say("r", chat.Message{Text: "reply", ReplyTo: max(1, min(i, 1)*(3+i))})
	}
	viewstest.Settle(t, p)
	for _, seq := range []uint64{2, 3, 1000} {
		for _, page := range []views.Page{{Around: seq}, {Thread: seq}} {
			page.Room, page.Limit = "r", 10
			if h, err := messages.Page(t.Context(), page); !errors.Is(err, views.ErrNoMessage) {
				t.Errorf("%+v has %+v, %v", page, h, err)
			}
		}
	}
	for _, size := range []int{1, 10, 100} {
		page := views.Page{Page: store.Page{Room: "r", Limit: 1000}, Bytes: 100 * size, Size: func(*views.Message) int { return size }}
		page.Thread = 3 + long
		if h, err := messages.Page(t.Context(), page); err != nil || len(h.Messages) != 100 || !h.More || h.Size != 100*size || h.Messages[0].ID.Seq != 1 {
			t.Errorf("a thread of long messages has %d, more %v, size %d, %v", len(h.Messages), h.More, h.Size, err)
		}
		page.Thread, page.Around = 0, 150
		if h, err := messages.Page(t.Context(), page); err != nil || len(h.Messages) != 100 || !h.More || !h.Newer || h.Size != 100*size || h.Messages[49].ID.Seq != 150 {
			t.Errorf("around long messages there are %d, more %v %v, size %d, %v", len(h.Messages), h.More, h.Newer, h.Size, err)
		}
		page.Bytes, page.Around = 1, 150
		if h, err := messages.Page(t.Context(), page); err != nil || len(h.Messages) != 1 || h.Messages[0].ID.Seq != 150 || !h.More || !h.Newer {
			t.Errorf("around one that is too long there are %d, %v", len(h.Messages), err)
		}
	}
	if _, err := views.NewMessages(log, nil).Page(t.Context(), views.Page{Page: store.Page{Room: "r", Limit: 1}, Thread: 1}); !errors.Is(err, views.ErrNotReady) {
		t.Errorf("without a view: %v", err)
	}
}
