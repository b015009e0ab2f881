package service_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"testing"

	"plainchat/chat"
	"plainchat/policy"
	"plainchat/service"
	"plainchat/store"
)

// What was stored is answered as stored when it is sent again, whatever has become of the right
// to send it.
func TestRetryAfterTheRightIsGone(t *testing.T) {
	operator := policy.Caller{Person: chat.Person{Name: chat.Operator}, Operator: true}
	ends := map[string]struct {
		end  func(s *service.Service) error
		code policy.Code // what is refused that was not sent before
	}{
		"archived": {func(s *service.Service) error {
			_, _, err := s.Send(context.Background(), operator, chat.Draft{Room: "r", From: operator.Person, Body: chat.RoomState{Archived: true}})
			return err
		}, policy.Archived},
		"name lost": {func(s *service.Service) error {
			_, _, err := s.Send(context.Background(), operator, chat.Draft{From: operator.Person, Body: chat.NameClaim{Name: "Ann"}})
			if err == nil {
				_, err = say(s, guest(2), "Ann", "mine now")
			}
			return err
		}, policy.NameTaken},
	}
	for name, tt := range ends {
		for _, who := range []policy.Caller{guest(1), {}} {
			t.Run(fmt.Sprint(name, who.Person.ID), func(t *testing.T) {
				s, _ := start(t)
				d := chat.Draft{Room: "r", From: chat.Person{ID: who.Person.ID, Name: "Ann"}, Key: "k", Body: chat.Message{Text: "hi"}}
				first, _, err := s.Send(t.Context(), who, d)
				if err == nil {
					err = tt.end(s)
				}
				if err != nil {
					t.Fatal(err)
				}
				if ev, duplicate, err := s.Send(t.Context(), who, d); err != nil || !duplicate || ev != first {
					t.Errorf("the retry is answered %+v, %v, %v", ev, duplicate, err)
				}
				for key, text := range map[string]string{"": "hi", "other": "hi", "k": "another"} {
					d.Key, d.Body = key, chat.Message{Text: text}
					if ev, _, err := s.Send(t.Context(), who, d); !errors.Is(err, tt.code) {
						t.Errorf("%q with the key %q: %+v, %v; want %v", text, key, ev, err, tt.code)
					}
				}
			})
		}
	}
}

// A name is nobody's whose message was not stored.
func TestNothingClaimedWithoutAMessage(t *testing.T) {
	s, _ := start(t)
	send := func(name chat.Name, text string) error {
		_, _, err := s.Send(t.Context(), guest(1), chat.Draft{Room: "r", From: chat.Person{ID: "g1", Name: name}, Key: "k", Body: chat.Message{Text: text}})
		return err
	}
	if err := send("Ann", "first"); err != nil {
		t.Fatal(err)
	}
	if _, reused := errors.AsType[*store.KeyReused](send("Ben", "second")); !reused {
		t.Error("a key is taken twice")
	}
	if _, err := say(s, guest(2), "Ben", "free"); err != nil {
		t.Errorf("the name of a message that was refused is taken: %v", err)
	}
}

// A log that has no room for a message has none for its claim.
func TestNothingClaimedInAFullLog(t *testing.T) {
	log, err := store.Open(t.Context(), store.Options{Dir: t.TempDir(), MaxSize: 128 << 10, Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	defer log.Close()
	s, err := service.Start(t.Context(), service.Options{Log: log, Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	for n := range 10_000 {
		name := chat.Name(fmt.Sprint("guest ", n))
		_, err := say(s, guest(n), name, "hi")
		if err == nil {
			continue
		}
		if !errors.Is(err, store.ErrMaxSize) {
			t.Fatal(err)
		}
		if free, err := say(s, policy.Caller{}, name, "hi"); errors.Is(err, policy.NameTaken) {
			t.Errorf("the name is taken: %+v", free)
		}
		return
	}
	t.Error("the log takes everything")
}
