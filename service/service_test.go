package service_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"testing"

	"plainchat/chat"
	"plainchat/policy"
	"plainchat/service"
	"plainchat/store"
	"plainchat/store/storetest"
)

var quiet = slog.New(slog.DiscardHandler)

func start(t testing.TB) (*service.Service, *store.SQLite) {
	t.Helper()
	log, err := store.Open(t.Context(), store.Options{Dir: t.TempDir(), Logger: quiet})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { log.Close() })
	return on(t, log), log
}

// on starts a service on a log.
func on(t testing.TB, log service.Log) *service.Service {
	t.Helper()
	s, err := service.Start(t.Context(), service.Options{Log: log, Logger: quiet})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s
}

// startNodes starts two services of one chat, each with a log of its own.
func startNodes(t testing.TB) (nodes []*service.Service, logs []*store.Replica) {
	t.Helper()
	journal := storetest.NewMemory("e1")
	for range 2 {
		log, err := store.OpenReplica(t.Context(), store.Options{Dir: t.TempDir(), Logger: quiet}, journal)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { log.Close() })
		nodes, logs = append(nodes, on(t, log)), append(logs, log)
	}
	return nodes, logs
}

func guest(n int) policy.Caller {
	return policy.Caller{Person: chat.Person{ID: chat.PersonID(fmt.Sprint("g", n))}}
}

func say(s *service.Service, c policy.Caller, name chat.Name, text string) (chat.Event, error) {
	ev, _, err := s.Send(context.Background(), c, chat.Draft{
		Room: "r", From: chat.Person{ID: c.Person.ID, Name: name}, Body: chat.Message{Text: text},
	})
	return ev, err
}

// Of all who take a name at the same moment one has it, and only that one has spoken under it.
func TestOneOwner(t *testing.T) {
	s, log := start(t)
	oneOwner(t, log, s)
}

// So it is where they take it at different nodes.
func TestOneOwnerAtNodes(t *testing.T) {
	nodes, logs := startNodes(t)
	oneOwner(t, logs[0], nodes...)
	_, last, err := logs[0].Bounds(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if reached, err := logs[1].Reach(t.Context(), last); !reached || err != nil {
		t.Fatalf("Reach = %v, %v", reached, err)
	}
	oneAuthor(t, logs[1])
}

func oneOwner(t *testing.T, log store.Log, nodes ...*service.Service) {
	t.Helper()
	const guests, names = 8, 5
	var mu sync.Mutex
	owners := make(map[chat.Name]map[int]bool)
	var speaking sync.WaitGroup
	for n := range guests {
		speaking.Go(func() {
			for i := range names {
				name := chat.Name(fmt.Sprint("name", i))
				_, err := say(nodes[n%len(nodes)], guest(n), name, "mine")
				var taken *service.NameTaken
				if err != nil && !errors.As(err, &taken) {
					t.Error(err)
				}
				if err == nil {
					mu.Lock()
					if owners[name] == nil {
						owners[name] = make(map[int]bool)
					}
					owners[name][n] = true
					mu.Unlock()
				}
			}
		})
	}
	speaking.Wait()
	for name, who := range owners {
		if len(who) != 1 {
			t.Errorf("%s belongs to %v", name, who)
		}
	}
	if len(owners) != names {
		t.Errorf("%d names are owned, want %d", len(owners), names)
	}
	oneAuthor(t, log)
}

// oneAuthor fails unless one person alone has spoken under each name.
func oneAuthor(t *testing.T, log store.Log) {
	t.Helper()
	authors := make(map[chat.Name]chat.PersonID)
	_, last, _ := log.Bounds(t.Context())
	for ev, err := range log.Read(t.Context(), 0, last, "r") {
		if err != nil {
			t.Fatal(err)
		}
		if before := authors[ev.From.Name]; before != "" && before != ev.From.ID {
			t.Errorf("%s is said by %s and by %s", ev.From.Name, before, ev.From.ID)
		}
		authors[ev.From.Name] = ev.From.ID
	}
}

// The refusal suggests a name that works.
func TestAlternative(t *testing.T) {
	s, _ := start(t)
	if _, err := say(s, guest(1), "Ann", "hi"); err != nil {
		t.Fatal(err)
	}
	_, err := say(s, policy.Caller{}, "ann", "hi")
	taken, ok := errors.AsType[*service.NameTaken](err)
	if !ok || !errors.Is(err, policy.NameTaken) {
		t.Fatalf("err = %v, want NameTaken", err)
	}
	if _, err := say(s, policy.Caller{}, taken.Alternative, "hi"); err != nil {
		t.Errorf("%q is no alternative: %v", taken.Alternative, err)
	}
}

// A guest claims a name once, not with each message.
func TestClaims(t *testing.T) {
	s, log := start(t)
	for range 3 {
		if _, err := say(s, guest(1), "Ann", "hi"); err != nil {
			t.Fatal(err)
		}
	}
	if _, last, _ := log.Bounds(t.Context()); last != 4 {
		t.Errorf("three messages and a claim are %d events", last)
	}
}

func TestWhatIsSetCountsAtOnce(t *testing.T) {
	s, _ := start(t)
	operator := policy.Caller{Operator: true}
	for n := range 20 {
		archived := n%2 == 0
		if _, _, err := s.Send(t.Context(), operator, chat.Draft{Room: "r", Body: chat.RoomState{Archived: archived}}); err != nil {
			t.Fatal(err)
		}
		if _, err := say(s, guest(1), "Ann", "hi"); errors.Is(err, policy.Archived) != archived {
			t.Errorf("archived %v: %v", archived, err)
		}
	}
}

func BenchmarkSend(b *testing.B) {
	s, _ := start(b)
	for _, who := range []policy.Caller{{}, guest(1)} {
		b.Run("id="+string(who.Person.ID), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := say(s, who, "Ann"+chat.Name(who.Person.ID), "How much is a message of ordinary length?"); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
