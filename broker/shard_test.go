package broker

import (
	"math/rand/v2"
	"slices"
	"testing"

	"plainchat/chat"
)

// However connections come and go, each is in the lists once, at the places it knows of.
func TestShardLists(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	names := []chat.Room{"a", "b", "c", "d"}
	s := newShard(newTape(8, 1000, 0), nil, nil, new(Stats))
	var all []*conn
	for range 2000 {
		if rng.IntN(2) == 0 || len(all) == 0 {
			c := new(conn)
			for _, room := range names {
				if len(c.rooms) == 0 || rng.IntN(2) == 0 {
					c.rooms = append(c.rooms, room)
				}
			}
			c.indices = make([]int, len(c.rooms))
			s.add(c)
			all = append(all, c)
		} else {
			i := rng.IntN(len(all))
			s.detach(all[i])
			all = slices.Delete(all, i, i+1)
		}
		checkLists(t, s, all)
	}
}

func checkLists(t *testing.T, s *shard, all []*conn) {
	t.Helper()
	memberships, listed := 0, 0
	for _, c := range all {
		memberships += len(c.rooms)
		if s.conns[c.index] != c {
			t.Fatal("a connection is not where it should be")
		}
		for i, room := range c.rooms {
			if s.rooms[room][c.indices[i]] != c {
				t.Fatalf("a connection is not where it should be in room %s", room)
			}
		}
	}
	for room, list := range s.rooms {
		if listed += len(list); len(list) == 0 {
			t.Fatalf("room %s is kept with nobody in it", room)
		}
	}
	if len(s.conns) != len(all) || listed != memberships {
		t.Fatalf("%d connections in %d places, want %d in %d", len(s.conns), listed, len(all), memberships)
	}
}

// BenchmarkDetach is a frame to connections of which none takes it at once, as with TLS:
// all are detached, and attached again. The time for each must not grow with their number.
func BenchmarkDetach(b *testing.B) {
	for _, size := range []int{1000, 20000} {
		b.Run(map[int]string{1000: "1,000", 20000: "20,000"}[size], func(b *testing.B) {
			s := newShard(newTape(8, 1000, 0), nil, nil, new(Stats))
			conns := make([]*conn, size)
			for i := range conns {
				conns[i] = &conn{rooms: []chat.Room{"lobby"}, indices: make([]int, 1)}
				s.add(conns[i])
			}
			for b.Loop() {
				for _, c := range rand.Perm(size) {
					s.detach(conns[c])
				}
				for _, c := range conns {
					s.add(c)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(size), "ns/connection")
		})
	}
}
