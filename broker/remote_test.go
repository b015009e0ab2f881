package broker

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"plainchat/chat"
)

// wire is a Relay that brings what one node tells to others at once.
type wire struct {
	from string
	to   []*presence
}

func (w wire) Tell(changes []Whereabouts) {
	for _, p := range w.to {
		p.hear(w.from, changes)
	}
}

func newNodes(n int) []*presence {
	var nodes []*presence
	for range n {
		nodes = append(nodes, newPresence(func(frame) {}))
	}
	for i, p := range nodes {
		w := wire{from: fmt.Sprint("n", i)}
		for _, other := range nodes {
			if other != p {
				w.to = append(w.to, other)
			}
		}
		p.relay = w
	}
	return nodes
}

// settleAll tells all news, to those who listen and to the other nodes.
func settleAll(nodes []*presence) {
	for _, p := range nodes {
		p.flush()
	}
	for _, p := range nodes {
		for _, more := p.next(); more; {
			_, more = p.next()
		}
	}
}

func inRoom(p *presence, room chat.Room) (people []string) {
	_, first := p.people(room, 1000)
	for _, who := range first {
		people = append(people, fmt.Sprint(who.Name, who.Idle))
	}
	slices.Sort(people)
	return people
}

// Whatever people do at whichever node, all nodes have the same people, also one that is told all at once.
func TestNodesAgree(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	nodes := newNodes(3)
	rooms := []chat.Room{"a", "b"}
	type stream struct {
		at    *presence
		name  chat.Name
		rooms []chat.Room
	}
	var open []stream
	for step := range 3000 {
		at := nodes[rng.IntN(len(nodes))]
		name := chat.Name(fmt.Sprint("p", rng.IntN(6)))
		room := rooms[rng.IntN(2)]
		switch n := rng.IntN(4); {
		case n == 0 && len(open) > 0:
			i := rng.IntN(len(open))
			open[i].at.leave(open[i].name, open[i].rooms)
			open = slices.Delete(open, i, i+1)
		case n == 1:
			at.setIdle(room, name, rng.IntN(2) == 0)
		case n == 2:
			at.types(room, name)
		default:
			s := stream{at, name, []chat.Room{room}}
			s.at.join(s.name, s.rooms)
			open = append(open, s)
		}
		settleAll(nodes) // as if there were no delay
		for _, room := range rooms {
			want := inRoom(nodes[0], room)
			for i, p := range nodes[1:] {
				if got := inRoom(p, room); !slices.Equal(got, want) {
					t.Fatalf("step %d: in %s are %v, and for node %d %v", step, room, want, i+1, got)
				}
			}
		}
	}
	late := newPresence(func(frame) {})
	for i, p := range nodes {
		late.hearAll(fmt.Sprint("n", i), p.here())
	}
	for _, room := range rooms {
		if got, want := inRoom(late, room), inRoom(nodes[0], room); !slices.Equal(got, want) {
			t.Errorf("in %s are %v, and for who comes late %v", room, want, got)
		}
	}
	for _, s := range open {
		s.at.leave(s.name, s.rooms)
	}
	settleAll(nodes)
	for i := range nodes {
		late.hearAll(fmt.Sprint("n", i), nil)
	}
	for _, p := range append(nodes, late) {
		if len(p.rooms) > 0 || len(p.nodes) > 0 {
			t.Errorf("it has not forgotten %d rooms, %d nodes", len(p.rooms), len(p.nodes))
		}
	}
}
