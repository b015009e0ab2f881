package broker

import (
	"context"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"plainchat/chat"
)

const (
	// activityPause is the shortest time between two bulletins, and activityWindow how long the
	// first after a silence gathers. If telling one took long, there is a pause of activityRest
	// times as long after it.
	activityPause  = time.Second
	activityWindow = 250 * time.Millisecond
	activityRest   = 9
	// activityBytes is about how long a bulletin's list of rooms may be. The rest waits for the
	// next, those that waited longest first.
	activityBytes = 16 << 10
	// activityMentions is how many names are told of a room.
	activityMentions = 20
	// activityKept is how many bulletins are kept for streams that lag.
	activityKept = 8
)

// Audience is those who may listen to the same rooms. What is told of rooms that a stream did not
// name is made once for each audience, and May is where it is asked which rooms that may be.
type Audience struct {
	Key string // equal for the same rights, and for no others
	// May reports by an error that they may not listen to a room. It must be quick, and may be
	// called concurrently. Nil allows all.
	May func(chat.Room) error
}

// activity gathers in which rooms messages were posted, for streams that want to know of rooms
// beside their own. A message costs it the same however many those are, and a stream at most one
// write a second, of bounded size, however many messages there are.
type activity struct {
	tell     func(*bulletin) // brings a bulletin to the current connections that want it
	changed  chan struct{}   // has room for one: something waits to be told
	watching atomic.Int64    // streams; while there are none nothing is gathered

	mu        sync.Mutex
	audiences map[string]*audience
	people    map[chat.PersonID]int // of the streams, by their person
	rooms     map[chat.Room]*tally  // what waits to be told
	waiting   []*tally              // the same, in the order in which they began to
	reads     map[chat.PersonID]map[chat.Room]chat.ID
	number    uint64                  // counts the bulletins
	recent    [activityKept]*bulletin // by their number, modulo the length
}

// audience is an Audience with its streams.
type audience struct {
	Audience
	streams int
}

// watcher is a stream that wants to know.
type watcher struct {
	audience *audience
	person   chat.PersonID // empty if it is not known
	told     uint64        // the last bulletin that it was told; guarded by shard.mu
	index    int           // where it is in shard.watchers; guarded by shard.mu
}

// tally is what was posted in a room since that was told.
type tally struct {
	Room     chat.Room `json:"room"`
	ID       chat.ID   `json:"id"`       // of the last message
	Messages int       `json:"messages"` // how many
	Mentions []string  `json:"mentions"` // names, as chat.Name.MentionKey has them
}

func newActivity(tell func(*bulletin)) *activity {
	return &activity{
		tell: tell, changed: make(chan struct{}, 1),
		audiences: make(map[string]*audience), people: make(map[chat.PersonID]int),
		rooms: make(map[chat.Room]*tally), reads: make(map[chat.PersonID]map[chat.Room]chat.ID),
	}
}

// join counts a stream in. It is told what is posted from now on.
func (a *activity) join(of Audience, person chat.PersonID) *watcher {
	a.mu.Lock()
	defer a.mu.Unlock()
	to := a.audiences[of.Key]
	if to == nil {
		to = &audience{Audience: of}
		a.audiences[of.Key] = to
	}
	to.streams++
	if person != "" {
		a.people[person]++
	}
	a.watching.Add(1)
	return &watcher{audience: to, person: person, told: a.number}
}

// leave counts it out again.
func (a *activity) leave(w *watcher) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if w.audience.streams--; w.audience.streams == 0 {
		delete(a.audiences, w.audience.Key)
	}
	if a.people[w.person]--; a.people[w.person] <= 0 {
		delete(a.people, w.person)
	}
	if a.watching.Add(-1) == 0 {
		clear(a.rooms)
		clear(a.reads)
		a.waiting, a.recent = nil, [activityKept]*bulletin{}
	}
}

// happened gathers an event of the log: a message, or how far somebody has read.
func (a *activity) happened(ev chat.Event) {
	if a.watching.Load() == 0 {
		return
	}
	switch body := ev.Body.(type) {
	case chat.Message:
		a.posted(ev, body.Text)
	case chat.Read:
		a.read(ev.From.ID, ev.Room, chat.ID{Epoch: ev.ID.Epoch, Seq: body.Upto})
	}
}

func (a *activity) posted(ev chat.Event, text string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	t := a.rooms[ev.Room]
	if t == nil {
		t = &tally{Room: ev.Room, Mentions: []string{}}
		a.rooms[ev.Room] = t
		a.waiting = append(a.waiting, t)
	}
	t.ID = ev.ID
	t.Messages++
	t.mention(text)
	a.wake()
}

// mention adds the names that a text mentions, unless there are enough: to find them takes some
// time.
func (t *tally) mention(text string) {
	if len(t.Mentions) == activityMentions {
		return
	}
	for _, name := range chat.Mentions(text) {
		if len(t.Mentions) < activityMentions && !slices.Contains(t.Mentions, name) {
			t.Mentions = append(t.Mentions, name)
		}
	}
}

func (a *activity) read(person chat.PersonID, room chat.Room, upto chat.ID) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.people[person] == 0 {
		return
	}
	if a.reads[person] == nil {
		a.reads[person] = make(map[chat.Room]chat.ID)
	}
	a.reads[person][room] = upto
	a.wake()
}

func (a *activity) wake() {
	select {
	case a.changed <- struct{}{}:
	default:
	}
}

// run tells what is gathered until ctx ends.
func (a *activity) run(ctx context.Context) {
	for next := time.Now(); ; {
		select {
		case <-ctx.Done():
			return
		case <-a.changed:
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(max(activityWindow, time.Until(next))):
		}
		began := time.Now()
		if b := a.gather(); b != nil {
			a.tell(b)
		}
		next = began.Add(max(activityPause, (activityRest+1)*time.Since(began)))
	}
}

// since returns the bulletins after one, up to another; false if some are not kept any more.
func (a *activity) since(told, upto uint64) (missed []*bulletin, all bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for number := told + 1; number <= upto; number++ {
		b := a.recent[number%activityKept]
		if b == nil || b.number != number {
			return nil, false
		}
		missed = append(missed, b)
	}
	return missed, true
}
