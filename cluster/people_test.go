package cluster

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/nats-io/nats.go"

	"plainchat/broker"
	"plainchat/chat"
	"plainchat/store"
)

// air carries what nodes publish to those who have subscribed.
type air struct {
	mu    sync.Mutex
	heard map[string][]func(*nats.Msg)
	cut   bool
}

func (a *air) IsConnected() bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	return !a.cut
}

func (a *air) Publish(subject string, data []byte) error {
	a.mu.Lock()
	hear := slices.Clone(a.heard[subject])
	a.mu.Unlock()
	for _, f := range hear {
		f(&nats.Msg{Subject: subject, Data: data})
	}
	return nil
}

func (a *air) Subscribe(subject string, cb nats.MsgHandler) (*nats.Subscription, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.heard[subject] = append(a.heard[subject], cb)
	return new(nats.Subscription), nil
}

func (a *air) ChanSubscribe(subject string, ch chan *nats.Msg) (*nats.Subscription, error) {
	return a.Subscribe(subject, func(m *nats.Msg) { ch <- m })
}

// guests are the listeners of a node: who is elsewhere, as "node room name".
type guests struct {
	mu     sync.Mutex
	nodes  map[string]map[string]bool
	typing []string
	asked  int // times that everybody was to be told
}

func (g *guests) Hear(node string, changes []broker.Whereabouts) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.nodes[node] == nil {
		g.nodes[node] = make(map[string]bool)
	}
	for _, w := range changes {
		if w.Here {
			g.nodes[node][string(w.Room)+" "+string(w.Name)] = true
		} else {
			delete(g.nodes[node], string(w.Room)+" "+string(w.Name))
		}
	}
}

func (g *guests) HearAll(node string, everybody []broker.Whereabouts) {
	g.mu.Lock()
	delete(g.nodes, node)
	g.mu.Unlock()
	g.Hear(node, everybody)
}

func (g *guests) HearTyping(room chat.Room, names []chat.Name) {
	g.mu.Lock()
	defer g.mu.Unlock()
	for _, name := range names {
		g.typing = append(g.typing, string(room)+" "+string(name))
	}
}

func (g *guests) Lose(node string) { g.HearAll(node, nil) }

func (g *guests) TellAll() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.asked++
}

func (g *guests) count(node string) int {
	g.mu.Lock()
	defer g.mu.Unlock()
	return len(g.nodes[node])
}

// startPeople runs one node's.
func startPeople(t *testing.T, a *air) (p *People, g *guests, stop func()) {
	p = newPeople(a, "chat", slog.New(slog.DiscardHandler))
	g = &guests{nodes: make(map[string]map[string]bool)}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() {
		defer close(done)
		if err := p.Run(ctx, g); err != nil {
			t.Error(err)
		}
	}()
	synctest.Wait()
	stop = func() {
		cancel()
		<-done
	}
	t.Cleanup(stop)
	return p, g, stop
}

func crowd(n int) (people []broker.Whereabouts) {
	for i := range n {
		people = append(people, broker.Whereabouts{Room: chat.Room(fmt.Sprint("r", i%7)), Name: chat.Name(fmt.Sprint("Person ", i)), Here: true})
	}
	return people
}

// send publishes a message between nodes as it is.
func (a *air) send(t *testing.T, m told) {
	t.Helper()
	data, err := json.Marshal(m)
	if err != nil {
		t.Fatal(err)
	}
	if err := a.Publish("chat.people", data); err != nil {
		t.Fatal(err)
	}
}

// Thousands come in several parts, and are forgotten 9 s after the last that was heard of their node, or
// at once where it says that it leaves.
func TestPeopleOfANode(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := &air{heard: make(map[string][]func(*nats.Msg))}
		_, g, _ := startPeople(t, a)
		p, _, stop := startPeople(t, a)
		p.TellAll(crowd(5000))
		if n := g.count(p.id); n != 5000 {
			t.Fatalf("%d are there, want 5000", n)
		}
		p.Tell([]broker.Whereabouts{{Room: "r0", Name: "Person 0"}})
		p.TellAll(crowd(2500))
		if n := g.count(p.id); n != 2500 {
			t.Errorf("%d are there, want 2500", n)
		}
		time.Sleep(nodeTimeout)
		if n := g.count(p.id); n != 2500 {
			t.Errorf("after %s %d are there, want 2500", nodeTimeout, n)
		}
		time.Sleep(2 * silenceCheck)
		if n := g.count(p.id); n != 0 {
			t.Errorf("a node that is silent for longer has %d people, want none", n)
		}
		p.TellAll(crowd(10))
		if n := g.count(p.id); n != 10 {
			t.Errorf("once it is heard of again %d are there, want 10", n)
		}
		stop()
		if n := g.count(p.id); n != 0 {
			t.Errorf("after it has left %d are there", n)
		}
	})
}

// What comes late, twice, in part or makes no sense changes nothing that it should not.
func TestPeopleOutOfOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := &air{heard: make(map[string][]func(*nats.Msg))}
		_, g, _ := startPeople(t, a)
		ann, ben := broker.Whereabouts{Room: "r", Name: "Ann", Here: true}, broker.Whereabouts{Room: "r", Name: "Ben", Here: true}
		gone := broker.Whereabouts{Room: "r", Name: "Ann"}
		step := func(what string, want int, messages ...told) {
			t.Helper()
			for _, m := range messages {
				m.Node = "n"
				a.send(t, m)
			}
			if n := g.count("n"); n != want {
				t.Errorf("%s: %d are there, want %d", what, n, want)
			}
		}
		list := func(w ...broker.Whereabouts) []broker.Whereabouts { return w }
		step("a snapshot", 1, told{Number: 5, Parts: 1, People: list(ann)})
		step("an older change", 1, told{Number: 4, People: list(gone)})
		step("a message twice", 0, told{Number: 6, People: list(gone)}, told{Number: 5, Parts: 1, People: list(ann)})
		step("two parts", 2, told{Number: 7, Parts: 2, People: list(ann)}, told{Number: 8, Part: 1, Parts: 2, People: list(ben)})
		step("without its second part", 2, told{Number: 9, Parts: 3, People: list(ann)}, told{Number: 11, Part: 2, Parts: 3})
		step("without its first part", 2, told{Number: 13, Part: 1, Parts: 2})
		step("whole again", 1, told{Number: 14, Parts: 1, People: list(ben)})
		step("rooms and names that cannot be", 1, told{Number: 15, People: []broker.Whereabouts{
			{Room: "", Name: "Ann", Here: true}, {Room: "R R", Name: "Ann", Here: true}, {Room: "r", Here: true},
			{Room: "r", Name: chat.Name(strings.Repeat("x", 10_000)), Here: true}, {Room: "r", Name: "a\nb", Here: true}}})
		for _, junk := range []string{"", "{", "null", "[]", `{"node":1}`, `{"node":"n","number":-1}`, `{"number":99,"parts":1}`, `{"node":"n","number":16,"people":{}}`} {
			if err := a.Publish("chat.people", []byte(junk)); err != nil {
				t.Fatal(err)
			}
		}
		step("after junk", 1)
		step("parts without an end", 2, told{Number: 17, Part: -1, Parts: -1, People: list(ann)})
		step("it leaves", 0, told{Number: 18, Gone: true})
		step("what was on its way then", 0, told{Number: 19, Parts: 1, People: list(ann)})
		if len(g.nodes) != 1 {
			t.Errorf("there are nodes that have said nothing: %v", g.nodes)
		}
	})
}

// While it has no connection, a node tells nothing; what it tells next is taken for what it is.
func TestPeopleWithoutAConnection(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := &air{heard: make(map[string][]func(*nats.Msg))}
		_, g, _ := startPeople(t, a)
		p, _, _ := startPeople(t, a)
		p.TellAll(crowd(3))
		a.mu.Lock()
		a.cut = true
		a.mu.Unlock()
		p.TellAll(crowd(1))
		if n := g.count(p.id); n != 3 {
			t.Errorf("%d are there, want 3", n)
		}
		a.mu.Lock()
		a.cut = false
		a.mu.Unlock()
		p.TellAll(crowd(2))
		if n := g.count(p.id); n != 2 {
			t.Errorf("%d are there, want 2", n)
		}
	})
}

// A node that begins asks the others for everybody.
func TestPeopleAreAskedFor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := &air{heard: make(map[string][]func(*nats.Msg))}
		_, first, _ := startPeople(t, a)
		_, second, _ := startPeople(t, a)
		if first.asked != 1 || second.asked != 0 {
			t.Errorf("the first was asked %d times, the second %d", first.asked, second.asked)
		}
	})
}

// A node that was frozen does not take the others for gone, before it has read what they told meanwhile.
func TestPeopleAfterAFreeze(t *testing.T) {
	p := newPeople(&air{heard: make(map[string][]func(*nats.Msg))}, "chat", slog.New(slog.DiscardHandler))
	g := &guests{nodes: make(map[string]map[string]bool)}
	p.local = g
	start := time.Unix(1, 0)
	p.hear([]byte(`{"node":"n","number":1,"parts":1,"people":[{"room":"r","name":"Ann","here":true}]}`), start)
	p.loseSilent(start.Add(time.Second))
	p.loseSilent(start.Add(time.Minute))
	if n := g.count("n"); n != 1 {
		t.Errorf("after a minute in which it did nothing %d are there, want 1", n)
	}
	for now := time.Minute; now < time.Minute+nodeTimeout+time.Second; now += silenceCheck {
		p.loseSilent(start.Add(now))
	}
	if n := g.count("n"); n != 0 {
		t.Errorf("after %s more of silence %d are there, want none", nodeTimeout, n)
	}
}

// Who types is heard by a node that follows the room, and of that room.
func TestTypingBetweenNodes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := &air{heard: make(map[string][]func(*nats.Msg))}
		listens, g, _ := startPeople(t, a)
		p, _, _ := startPeople(t, a)
		listens.Follow("r")
		listens.Follow("방")
		p.TellTyping("r", []chat.Name{"Ann", "Ben"})
		p.TellTyping("방", []chat.Name{"민준"})
		p.TellTyping("other", []chat.Name{"Ann"})
		listens.TellTyping("r", []chat.Name{"myself"})
		if err := a.Publish(p.typingIn("r"), []byte(`{"node":"n","room":"R R","names":["Ann"]}`)); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		if want := []string{"r Ann", "r Ben", "방 민준"}; !slices.Equal(g.typing, want) {
			t.Errorf("heard %q, want %q", g.typing, want)
		}
	})
}

// BenchmarkPeople is what it costs that all of three nodes tell once, as they do every 3 s, of 5,000 people
// in all.
func BenchmarkPeople(b *testing.B) {
	nodes := make([]*People, 3)
	a := &air{heard: make(map[string][]func(*nats.Msg))}
	bytes := 0
	for i := range nodes {
		log, err := store.Open(b.Context(), store.Options{Dir: b.TempDir()})
		if err != nil {
			b.Fatal(err)
		}
		defer log.Close()
		streams, err := broker.New(log, broker.Options{})
		if err != nil {
			b.Fatal(err)
		}
		defer streams.Close()
		nodes[i] = newPeople(a, "chat", slog.New(slog.DiscardHandler))
		nodes[i].local = streams
		if _, err := a.Subscribe("chat.people", func(m *nats.Msg) {
			bytes += len(m.Data)
			nodes[i].hear(m.Data, time.Now())
		}); err != nil {
			b.Fatal(err)
		}
	}
	people := crowd(5000)
	for i := range people {
		people[i].At = time.Now().UnixMilli()
	}
	rounds := 0
	for b.Loop() {
		for i, n := range nodes {
			n.TellAll(people[i*len(people)/3 : (i+1)*len(people)/3])
		}
		rounds++
	}
	b.ReportMetric(float64(bytes)/float64(rounds*len(nodes)), "bytes/node")
}
