package broker

import (
	"container/list"
	"slices"
	"time"

	"plainchat/chat"
)

const (
	// presenceNames is how many names one event lists at the most, of each sort.
	presenceNames = 50
	// presenceHere is how many of the people in a room an event or a hello lists.
	presenceHere = 5
)

// Person is somebody who listens in a room.
type Person struct {
	Name chat.Name `json:"user_name"`
	Idle bool      `json:"idle"`
	// Since is since when they are idle; the zero time of those who are not.
	Since time.Time `json:"-"`
}

// attendance is who listens in one room. A person is a name, however many streams are open
// under it; names are told apart by their Key. It is guarded by presence.mu.
type attendance struct {
	room      chat.Room
	listeners int                  // streams, silent ones too
	elsewhere int                  // people who listen at other nodes, once for each of those
	people    map[string]*attendee // those here, and those whose going is not announced yet
	arrivals  list.List            // the same, in the order in which they came
	online    int                  // how many are here
	idle      int                  // how many of them are idle
	changed   []*attendee          // who may have come, gone, or become idle or active since the latest news
	latest    frame                // the newest announcement
	typing    *typing              // nil until somebody types
	waiting   bool                 // to be announced
}

type attendee struct {
	name    chat.Name
	key     string
	arrival *list.Element
	streams int // at this node, and one for each other node at which they have any
	local   int // those at this node, where there are others
	idle    bool
	since   time.Time // when they became idle, or were last known to be active; zero until either is known
	// What the room knows: that they are here, and that they are idle.
	toldHere, toldIdle bool
	changed            bool // is in the list of those
}

func (who *attendee) here() bool { return who.streams > 0 }

func (who *attendee) person() Person {
	p := Person{Name: who.name, Idle: who.idle}
	if who.idle {
		p.Since = who.since
	}
	return p
}

// count counts a person's streams, and reports whether that may be news.
func (a *attendance) count(name chat.Name, key string, by int) (news bool) {
	who := a.people[key]
	if who == nil {
		who = a.add(name, key)
	}
	if who.streams+by == 0 {
		a.setIdle(key, false, time.Time{})
	}
	before := who.here()
	who.streams += by
	switch {
	case before == who.here():
		return false
	case before:
		a.online--
	default:
		a.online++
	}
	a.mark(who)
	return true
}

func (a *attendance) add(name chat.Name, key string) *attendee {
	who := &attendee{name: name, key: key}
	who.arrival = a.arrivals.PushBack(who)
	if a.people == nil {
		a.people = make(map[string]*attendee)
	}
	a.people[key] = who
	return who
}

func (a *attendance) forget(who *attendee) {
	delete(a.people, who.key)
	a.arrivals.Remove(who.arrival)
}

// setIdle makes somebody who is here idle since a time, or active, and reports whether that may be
// news.
func (a *attendance) setIdle(key string, idle bool, at time.Time) (news bool) {
	who := a.people[key]
	switch {
	case who == nil || !who.here():
		return false
	case who.idle == idle && idle:
		return false // since before
	}
	who.since = at
	if who.idle == idle {
		return false
	}
	who.idle = idle
	if idle {
		a.idle++
	} else {
		a.idle--
	}
	a.mark(who)
	return true
}

func (a *attendance) mark(who *attendee) {
	if !who.changed {
		who.changed = true
		a.changed = append(a.changed, who)
	}
}

// presenceJSON is the data of a presence event.
type presenceJSON struct {
	Room   chat.Room   `json:"room"`
	Online int         `json:"online"` // people, not connections
	Joined []chat.Name `json:"joined"`
	Left   []chat.Name `json:"left"`
	Idle   []chat.Name `json:"idle"`   // who has become so
	Active []chat.Name `json:"active"` // who is so again
	Here   []Person    `json:"here"`   // the first of them
	Data   string      `json:"data"`   // for a person: "User Connected"
}

// settle makes what has changed the room's news, if it amounts to any.
func (a *attendance) settle() (event presenceJSON, changed bool) {
	for _, who := range a.changed {
		here, idle := who.here(), who.here() && who.idle
		switch {
		case here && !who.toldHere:
			event.Joined = append(event.Joined, who.name)
		case !here && who.toldHere:
			event.Left = append(event.Left, who.name)
		}
		switch {
		case idle && !who.toldIdle:
			event.Idle = append(event.Idle, who.name)
		case here && !idle && who.toldIdle:
			event.Active = append(event.Active, who.name)
		}
		who.toldHere, who.toldIdle, who.changed = here, idle, false
		if !here {
			a.forget(who)
		}
	}
	a.changed = nil
	changed = len(event.Joined)+len(event.Left)+len(event.Idle)+len(event.Active) > 0
	event.Data = event.headline()
	for _, names := range []*[]chat.Name{&event.Joined, &event.Left, &event.Idle, &event.Active} {
		*names = firstNames(*names)
	}
	event.Room, event.Online, event.Here = a.room, a.online, a.first(presenceHere)
	return event, changed
}

func (event *presenceJSON) headline() string {
	switch {
	case len(event.Joined) > 0:
		return "User Connected"
	case len(event.Left) > 0:
		return "User Disconnected"
	case len(event.Active) > 0:
		return "User Active"
	}
	return "User Idle"
}

// news returns the newest announcements.
func (a *attendance) news() []frame {
	if a.typing == nil {
		return []frame{a.latest}
	}
	return []frame{a.latest, a.typing.latest}
}

// first returns the people who are here, as many as came first; never nil, so that it is a JSON
// array.
func (a *attendance) first(most int) []Person {
	people := make([]Person, 0, min(most, a.online))
	for e := a.arrivals.Front(); e != nil && len(people) < most; e = e.Next() {
		if who := e.Value.(*attendee); who.here() {
			people = append(people, who.person())
		}
	}
	return people
}

// firstNames returns the names in order, no more than an event lists; never nil,
// so that it is a JSON array.
func firstNames(names []chat.Name) []chat.Name {
	slices.Sort(names)
	return append([]chat.Name{}, names[:min(len(names), presenceNames)]...)
}
