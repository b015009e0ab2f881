package bench

import "math/rand/v2"

// zipfCycle is after how many tickets a spread by Zipf's law repeats itself.
const zipfCycle = 1 << 16

// spread says which room each ticket goes to, the same for publishers and
// subscribers, and numbers the tickets of each room without gaps.
type spread struct {
	rooms  []uint16 // of the tickets of one cycle
	places []uint32 // of the same, in their rooms
	counts []int    // by room: tickets of one cycle
}

// newSpread spreads evenly over the rooms in turn, or, if the exponent is not 0, at
// random by Zipf's law: the room k gets a share in proportion to
// 1/(k+1)^exponent. The draw is the same each time.
func newSpread(rooms int, exponent float64) *spread {
	s := &spread{counts: make([]int, rooms)}
	if exponent == 0 {
		for room := range rooms {
			s.add(room)
		}
		return s
	}
	zipf := rand.NewZipf(rand.New(rand.NewPCG(1, 2)), exponent, 1, uint64(rooms-1))
	for range zipfCycle {
		s.add(int(zipf.Uint64()))
	}
	return s
}

func (s *spread) add(room int) {
	s.rooms = append(s.rooms, uint16(room))
	s.places = append(s.places, uint32(s.counts[room]))
	s.counts[room]++
}

// room returns the room of a ticket.
func (s *spread) room(ticket int) int { return int(s.rooms[uint32(ticket)%uint32(len(s.rooms))]) }

// index returns the number of a ticket among those of its room.
func (s *spread) index(ticket int) int {
	cycle, place := uint32(ticket)/uint32(len(s.rooms)), uint32(ticket)%uint32(len(s.rooms))
	return int(cycle)*s.counts[s.rooms[place]] + int(s.places[place])
}
