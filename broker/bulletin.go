package broker

import (
	"maps"
	"slices"

	"plainchat/chat"
)

// bulletin is what was posted in a moment, as each audience may know it. It never changes.
type bulletin struct {
	number uint64
	rooms  map[*audience][]byte     // their list as JSON; those that may know of none are left out
	chunks map[*audience][]byte     // the whole event, for those of whom nothing else is told
	reads  map[chat.PersonID][]byte // their read positions as JSON
}

// readJSON is how far somebody has read a room.
type readJSON struct {
	Room chat.Room `json:"room"`
	Upto chat.ID   `json:"upto"`
}

// missedActivity tells a stream that lagged too long to be told what it missed.
var missedActivity = asChunk(appendFrame(nil, "", eventActivity, []byte(`{"rooms":[],"missed":true}`)))

// gather makes a bulletin of what has waited longest; nil if nobody may know of any.
func (a *activity) gather() *bulletin {
	tallies, reads, audiences := a.take()
	encoded := make([][]byte, len(tallies))
	for i, t := range tallies {
		encoded[i] = mustJSON(t)
	}
	b := &bulletin{rooms: make(map[*audience][]byte), chunks: make(map[*audience][]byte), reads: make(map[chat.PersonID][]byte)}
	for _, to := range audiences { // no lock is held while others' code runs
		if rooms := to.list(tallies, encoded); len(rooms) > 0 {
			b.rooms[to], b.chunks[to] = rooms, activityChunk(rooms, nil)
		}
	}
	for person, upto := range reads {
		b.reads[person] = listReads(upto)
	}
	if len(b.rooms)+len(b.reads) == 0 {
		return nil
	}
	a.keep(b)
	return b
}

// take takes what is to be told out of what waits.
func (a *activity) take() (tallies []tally, reads map[chat.PersonID]map[chat.Room]chat.ID, audiences []*audience) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for size := 0; len(a.waiting) > 0 && size < activityBytes; {
		t := a.waiting[0]
		a.waiting[0] = nil
		a.waiting = a.waiting[1:]
		delete(a.rooms, t.Room)
		tallies = append(tallies, *t)
		size += t.size()
	}
	if len(a.waiting) > 0 {
		a.wake()
	}
	reads, a.reads = a.reads, make(map[chat.PersonID]map[chat.Room]chat.ID)
	return tallies, reads, slices.Collect(maps.Values(a.audiences))
}

// size is about how long a tally is as JSON.
func (t *tally) size() int {
	n := len(t.Room) + 80
	for _, name := range t.Mentions {
		n += len(name) + len(`"",`)
	}
	return n
}

func (a *activity) keep(b *bulletin) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.number++
	b.number = a.number
	a.recent[b.number%activityKept] = b
}

// list returns the rooms that an audience may know of as the members of a JSON array.
func (to *audience) list(tallies []tally, encoded [][]byte) (rooms []byte) {
	for i, t := range tallies {
		if to.May != nil && to.May(t.Room) != nil {
			continue
		}
		if len(rooms) > 0 {
			rooms = append(rooms, ',')
		}
		rooms = append(rooms, encoded[i]...)
	}
	return rooms
}

func listReads(upto map[chat.Room]chat.ID) []byte {
	var reads []readJSON
	for _, room := range slices.Sorted(maps.Keys(upto)) {
		reads = append(reads, readJSON{room, upto[room]})
	}
	return mustJSON(reads)
}

// activityChunk returns the event of some rooms, and of how far its reader has read some.
func activityChunk(rooms, reads []byte) []byte {
	data := append([]byte(`{"rooms":[`), rooms...)
	data = append(data, ']')
	if reads != nil {
		data = append(append(data, `,"read":`...), reads...)
	}
	return asChunk(appendFrame(nil, "", eventActivity, append(data, '}')))
}

// chunk returns what a stream is told; nothing if that is empty.
func (b *bulletin) chunk(w *watcher) []byte {
	if reads := b.reads[w.person]; reads != nil && w.person != "" {
		return activityChunk(b.rooms[w.audience], reads)
	}
	return b.chunks[w.audience]
}
