package service_test

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"sync"
	"testing"

	"plainchat/chat"
	"plainchat/policy"
	"plainchat/service"
	"plainchat/store"
	"plainchat/store/storetest"
	"plainchat/views"
)

// viewed starts a service on a log whose questions are known.
func viewed(t *testing.T, log interface {
	service.Log
	views.Log
	LastChange() uint64
}) *service.Service {
	t.Helper()
	p := views.Start(views.Options{Path: filepath.Join(t.TempDir(), "views.db"), Log: log, Views: views.All, Logger: quiet})
	t.Cleanup(func() { p.Close() })
	for !p.Ready() {
		<-p.Moved()
	}
	s, err := service.Start(t.Context(), service.Options{Log: log, Logger: quiet, Asks: views.NewAskList(log, p)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s
}

// startAsking starts a service, and asks something.
func startAsking(t *testing.T, s *service.Service, ask chat.Ask) (of uint64) {
	t.Helper()
	message, err := say(s, guest(0), "Asker", "Deploy?")
	if err != nil {
		t.Fatal(err)
	}
	ask.Of = message.ID.Seq
	if _, _, err := s.Send(t.Context(), guest(0), chat.Draft{Room: "r", From: message.From, Body: ask}); err != nil {
		t.Fatal(err)
	}
	return ask.Of
}

func reply(s *service.Service, n int, answer chat.Answer, key string) (chat.Event, error) {
	name := chat.Name(fmt.Sprint("guest ", n))
	ev, _, err := s.Send(context.Background(), guest(n), chat.Draft{Room: "r", From: chat.Person{ID: guest(n).Person.ID, Name: name}, Key: key, Body: answer})
	return ev, err
}

// Of fifty who answer at the same time, at one node or at two, one does; the others are told who.
func TestOneAnswerCounts(t *testing.T) {
	one, err := store.Open(t.Context(), store.Options{Dir: t.TempDir(), Logger: quiet})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { one.Close() })
	setups := map[string][]*service.Service{"one node": {viewed(t, one)}, "two nodes": nil}
	journal := storetest.NewMemory("e1")
	for range 2 {
		log, err := store.OpenReplica(t.Context(), store.Options{Dir: t.TempDir(), Logger: quiet}, journal)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { log.Close() })
		setups["two nodes"] = append(setups["two nodes"], viewed(t, log))
	}
	for name, nodes := range setups {
		t.Run(name, func(t *testing.T) {
			const people = 50
			of := startAsking(t, nodes[0], chat.Ask{Choices: "yes\nno"})
			for _, node := range nodes {
				if err := node.Facts.Await(t.Context(), of+2); err != nil { // the other node knows the question
					t.Fatal(err)
				}
			}
			answers, errs := make([]chat.Event, people), make([]error, people)
			var group sync.WaitGroup
			for n := range people {
				group.Go(func() {
					choice := []string{"yes", "no"}[n%2]
					answers[n], errs[n] = reply(nodes[n%len(nodes)], n+1, chat.Answer{Of: of, Choice: choice}, "k")
				})
			}
			group.Wait()
			winner := slices.Index(errs, nil)
			if winner < 0 || slices.Contains(errs[winner+1:], nil) {
				t.Fatalf("not one has won: %v", errs)
			}
			for n, err := range errs {
				late, ok := errors.AsType[*service.Answered](err)
				if n != winner && (!ok || !errors.Is(err, policy.Answered) || late.Answer != answers[winner].ID.Seq || late.By != answers[winner].From.Name) {
					t.Errorf("%d is told %+v", n, err)
				}
				again, err := reply(nodes[0], n+1, chat.Answer{Of: of, Choice: []string{"yes", "no"}[n%2]}, "k")
				if won := err == nil || errors.Is(err, service.ErrUnchanged); won != (n == winner) {
					t.Errorf("%d, who has won: %v, is told with the retry %+v, %v", n, n == winner, again, err)
				}
			}
		})
	}
}

// Of a poll the last answer of each counts, until the time is over.
func TestPollIsOver(t *testing.T) {
	_, log := start(t)
	s := viewed(t, log)
	of := startAsking(t, s, chat.Ask{Choices: "tea\ncoffee", Poll: true})
	for _, choice := range []string{"tea", "coffee", "tea"} {
		if _, err := reply(s, 1, chat.Answer{Of: of, Choice: choice}, ""); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := reply(s, 1, chat.Answer{Of: of, Choice: "tea"}, ""); !errors.Is(err, service.ErrUnchanged) {
		t.Errorf("the same answer again: %v", err)
	}
	server := policy.Caller{Person: chat.Person{Name: chat.Operator}, Server: true}
	end := chat.Draft{Room: "r", From: server.Person, Body: chat.Answer{Of: of, Expired: true}}
	if _, _, err := s.Send(t.Context(), server, end); err != nil {
		t.Fatal(err)
	}
	for _, choice := range []string{"tea", "coffee"} {
		if _, err := reply(s, 1, chat.Answer{Of: of, Choice: choice}, ""); !errors.Is(err, policy.Expired) {
			t.Errorf("an answer that is too late: %v", err)
		}
	}
	if _, _, err := s.Send(t.Context(), server, end); !errors.Is(err, policy.Expired) {
		t.Errorf("the time is over again: %v", err)
	}
}

// A service without questions refuses an answer, and lets nobody think that it counts.
func TestNobodyKnowsTheQuestions(t *testing.T) {
	s, _ := start(t)
	of := startAsking(t, s, chat.Ask{Choices: "yes\nno"})
	if _, err := reply(s, 1, chat.Answer{Of: of, Choice: "yes"}, ""); err == nil {
		t.Error("an answer is taken")
	}
}
