package broker

import (
	"context"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"plainchat/chat"
)

// site is a node of a chat: what it knows of people, and what brings them to the others.
type site struct {
	*presence
	id      string
	net     *network
	follows map[chat.Room]int // guarded by net.mu
}

// network brings what sites tell to each other, unless it loses that.
type network struct {
	sites []*site
	mu    sync.Mutex
	loses func() bool
	told  map[string]int // messages of each sort
}

func (net *network) lose(loses func() bool) {
	net.mu.Lock()
	defer net.mu.Unlock()
	net.loses = loses
}

func (s *site) others(sort string, hear func(to *site)) {
	s.net.mu.Lock()
	s.net.told[sort]++
	s.net.mu.Unlock()
	for _, other := range s.net.sites {
		s.net.mu.Lock()
		arrives := other != s && !s.net.loses()
		s.net.mu.Unlock()
		if arrives {
			hear(other)
		}
	}
}

func (s *site) Tell(changes []Whereabouts) {
	s.others("changes", func(to *site) { to.hear(s.id, changes) })
}

func (s *site) TellAll(everybody []Whereabouts) {
	s.others("everybody", func(to *site) { to.hearAll(s.id, everybody) })
}

func (s *site) TellTyping(room chat.Room, names []chat.Name) {
	s.others("typing", func(to *site) {
		if to.following(room) > 0 {
			to.hearTyping(room, names)
		}
	})
}

func (s *site) follow(room chat.Room, by int) {
	s.net.mu.Lock()
	defer s.net.mu.Unlock()
	s.follows[room] += by
}

func (s *site) following(room chat.Room) int {
	s.net.mu.Lock()
	defer s.net.mu.Unlock()
	return s.follows[room]
}

func (s *site) Follow(room chat.Room)   { s.follow(room, +1) }
func (s *site) Unfollow(room chat.Room) { s.follow(room, -1) }

// newNetwork starts sites that run until the test's end.
func newNetwork(t *testing.T, n int) *network {
	ctx, cancel := context.WithCancel(t.Context())
	var running sync.WaitGroup
	t.Cleanup(func() {
		cancel()
		running.Wait()
	})
	net := &network{loses: func() bool { return false }, told: make(map[string]int)}
	for i := range n {
		s := &site{id: fmt.Sprint("n", i), net: net, follows: make(map[chat.Room]int)}
		s.presence = newPresence(func(frame) {})
		s.out = newOutbox()
		net.sites = append(net.sites, s)
	}
	for _, s := range net.sites {
		running.Go(func() { s.run(ctx) })
		running.Go(func() { s.relay(ctx, s) })
	}
	return net
}

func inRoom(p *presence, room chat.Room) (people []string) {
	_, first := p.people(room, 1000)
	for _, who := range first {
		people = append(people, fmt.Sprint(who.Name, who.Idle))
	}
	slices.Sort(people)
	return people
}

func typingIn(p *presence, room chat.Room) (names []chat.Name) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if a := p.rooms[room]; a != nil && a.typing != nil {
		for _, who := range a.typing.typists {
			names = append(names, who.name)
		}
	}
	slices.Sort(names)
	return names
}

// crowdAt are streams that open and close at random at all sites.
type crowdAt struct {
	net  *network
	rng  *rand.Rand
	open []openStream
}

type openStream struct {
	at   *site
	name chat.Name
	room chat.Room
}

// step has somebody do something, somewhere.
func (c *crowdAt) step() {
	at := c.net.sites[c.rng.IntN(len(c.net.sites))]
	name, room := chat.Name(fmt.Sprint("p", c.rng.IntN(6))), chat.Room(fmt.Sprint("r", c.rng.IntN(2)))
	switch n := c.rng.IntN(5); {
	case n == 0 && len(c.open) > 0:
		i := c.rng.IntN(len(c.open))
		s := c.open[i]
		c.open = slices.Delete(c.open, i, i+1)
		s.at.leave(s.name, []chat.Room{s.room})
	case n == 1:
		at.setIdle(room, name, c.rng.IntN(2) == 0)
	case n == 2:
		at.types(room, name)
	case n == 3:
		for _, s := range c.net.sites { // all have the same log
			s.posted(room, name)
		}
	default:
		at.join(name, []chat.Room{room})
		c.open = append(c.open, openStream{at, name, room})
	}
}

// check compares who listens with what all sites believe.
func (c *crowdAt) check(t *testing.T) {
	t.Helper()
	for _, room := range []chat.Room{"r0", "r1"} {
		here := make(map[chat.Name]bool)
		for _, s := range c.open {
			if s.room == room {
				here[s.name] = true
			}
		}
		want := inRoom(c.net.sites[0].presence, room)
		for _, s := range c.net.sites {
			if online, _ := s.people(room, 0); online != len(here) {
				t.Fatalf("in %s are %v, and at %s are %d", room, slices.Sorted(maps.Keys(here)), s.id, online)
			}
			if got := inRoom(s.presence, room); !slices.Equal(got, want) {
				t.Fatalf("in %s are for %s %v, and for %s %v", room, s.id, got, c.net.sites[0].id, want)
			}
		}
	}
}

// Whatever people do at whichever node, and whatever gets lost on the way, soon after the last loss all
// nodes have the same people, as many as there are, and agree who of them is idle.
func TestNodesAgree(t *testing.T) {
	for seed := range uint64(20) {
		synctest.Test(t, func(t *testing.T) {
			net := newNetwork(t, 3)
			c := &crowdAt{net: net, rng: rand.New(rand.NewPCG(seed, 1))}
			losses := rand.New(rand.NewPCG(seed, 2))
			for range 10 {
				net.lose(func() bool { return losses.IntN(3) == 0 })
				for range 100 {
					c.step()
					time.Sleep(time.Duration(c.rng.IntN(300)) * time.Millisecond)
				}
				net.lose(func() bool { return false })
				time.Sleep((2*snapshotWindows + 4) * presenceWindow)
				c.check(t)
			}
			for _, s := range c.open {
				s.at.leave(s.name, []chat.Room{s.room})
			}
			time.Sleep(10 * time.Second)
			for _, s := range net.sites {
				s.presence.mu.Lock()
				rooms, nodes := len(s.rooms), len(s.nodes)
				s.presence.mu.Unlock()
				if rooms > 0 || nodes > 0 || s.following("r0")+s.following("r1") > 0 {
					t.Errorf("%s has not forgotten %d rooms, %d nodes", s.id, rooms, nodes)
				}
			}
		})
	}
}

// Without a loss, all nodes know after half a second.
func TestNodesAgreeSoon(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		net := newNetwork(t, 3)
		c := &crowdAt{net: net, rng: rand.New(rand.NewPCG(5, 6))}
		for range 1000 {
			c.step()
			time.Sleep(2 * presenceWindow)
			c.check(t)
		}
	})
}

// However much happens in a moment, it is told in one message, and a person in it once.
func TestChangesAreGathered(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		net := newNetwork(t, 2)
		at := net.sites[0]
		time.Sleep(presenceWindow + presenceWindow/2) // past the first snapshots, and not at a tick
		net.mu.Lock()
		clear(net.told)
		net.mu.Unlock()
		for n := range 500 {
			name := chat.Name(fmt.Sprint("p", n%50))
			at.join(name, []chat.Room{"a"})
			at.types("a", name)
		}
		time.Sleep(presenceWindow)
		net.mu.Lock()
		defer net.mu.Unlock()
		if net.told["changes"] != 1 || net.told["typing"] != 1 {
			t.Errorf("it was told in %v messages", net.told)
		}
		if online, _ := net.sites[1].people("a", 0); online != 50 {
			t.Errorf("%d people are there, want 50", online)
		}
	})
}

// Who is asked for everybody tells them with the next news.
func TestEverybodyIsAskedFor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		net := newNetwork(t, 2)
		net.sites[0].join("Ann", []chat.Room{"a"})
		time.Sleep(presenceWindow + presenceWindow/2)
		net.sites[1].hearAll("n0", nil) // as one that has just begun
		net.sites[0].tellAll()
		time.Sleep(presenceWindow)
		if got := inRoom(net.sites[1].presence, "a"); !slices.Equal(got, []string{"Annfalse"}) {
			t.Errorf("%v are there, want Ann", got)
		}
	})
}

// A person with devices at two nodes is one person, and goes when the last has gone.
func TestOnePersonAtTwoNodes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		net := newNetwork(t, 3)
		room := []chat.Room{"a"}
		wants := func(want ...string) {
			t.Helper()
			time.Sleep(2 * presenceWindow)
			for _, s := range net.sites {
				got := inRoom(s.presence, "a")
				for i := range got { // each node knows a person by the form of the name that it has heard first
					got[i] = strings.Replace(got[i], "ANN", "Ann", 1)
				}
				if !slices.Equal(got, want) {
					t.Errorf("%s has %v, want %v", s.id, got, want)
				}
			}
		}
		net.sites[0].join("Ann", room)
		net.sites[1].join("ANN", room)
		wants("Annfalse")
		net.sites[2].setIdle("a", "ANN", true) // wherever the request comes to
		wants("Anntrue")
		net.sites[0].leave("Ann", room)
		wants("Anntrue")
		for _, s := range net.sites {
			s.hearAll("gone", []Whereabouts{{Room: "a", Name: "Ben", Here: true}})
		}
		wants("Anntrue", "Benfalse")
		for _, s := range net.sites {
			s.hearAll("gone", nil) // as Lose does
		}
		net.sites[1].leave("ANN", room)
		wants()
	})
}

// Who types is told only to nodes at which somebody listens to the room, and nobody types who has
// posted meanwhile.
func TestTypingAtOtherNodes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		net := newNetwork(t, 3)
		net.sites[1].join("", []chat.Room{"a"}) // a silent reader
		net.sites[2].join("Ben", []chat.Room{"b"})
		time.Sleep(2*presenceWindow + presenceWindow/2) // not at a tick
		for i, want := range []int{0, 1, 0} {
			if got := net.sites[i].following("a"); got != want {
				t.Errorf("%s follows the room %d times, want %d", net.sites[i].id, got, want)
			}
		}
		net.sites[0].types("a", "Ann") // who need not listen
		time.Sleep(presenceWindow)
		if got := typingIn(net.sites[1].presence, "a"); !slices.Equal(got, []chat.Name{"Ann"}) {
			t.Errorf("%v type, want Ann", got)
		}
		for _, s := range net.sites {
			s.posted("a", "Ann")
		}
		net.sites[0].types("a", "Ann")
		for _, s := range net.sites {
			s.posted("a", "Ann") // before it was told
		}
		time.Sleep(2 * presenceWindow)
		if got := typingIn(net.sites[1].presence, "a"); len(got) > 0 {
			t.Errorf("%v type, who have posted", got)
		}
		net.sites[1].leave("", []chat.Room{"a"})
		time.Sleep(2 * presenceWindow)
		if net.sites[1].following("a") != 0 {
			t.Error("it follows a room to which nobody listens")
		}
	})
}

// BenchmarkPeopleOfOthers is what it costs to take in, once more, that 5,000 people listen at another node.
func BenchmarkPeopleOfOthers(b *testing.B) {
	var everybody []Whereabouts
	for n := range 5000 {
		everybody = append(everybody, Whereabouts{Room: chat.Room(fmt.Sprint("room-", n%100)), Name: chat.Name(fmt.Sprint("Person ", n)), Here: true, At: 1})
	}
	p := newPresence(func(frame) {})
	p.hearAll("n", everybody)
	for b.Loop() {
		p.hearAll("n", everybody)
	}
}
