package broker

import (
	"slices"

	"plainchat/chat"
)

// attendance is who listens in one room. A person is a name, however many streams are open
// under it; names are told apart by their Key. It is guarded by presence.mu.
type attendance struct {
	room      chat.Room
	listeners int                  // streams, silent ones too
	people    map[string]*attendee // those here, and those whose going is not announced yet
	online    int                  // how many are here
	changed   []*attendee          // who may have come or gone since the latest news
	waiting   bool                 // to be announced
	latest    frame                // the newest announcement
}

type attendee struct {
	name      chat.Name
	key       string
	streams   int
	announced bool // the room knows that they are here
	changed   bool // is in the list of those
}

// count counts a person's streams.
func (a *attendance) count(name chat.Name, by int) {
	key := name.Key()
	who := a.people[key]
	if who == nil {
		who = &attendee{name: name, key: key}
		if a.people == nil {
			a.people = make(map[string]*attendee)
		}
		a.people[key] = who
	}
	before := who.streams
	who.streams += by
	switch {
	case before == 0:
		a.online++
	case who.streams == 0:
		a.online--
	default:
		return
	}
	if !who.changed {
		who.changed = true
		a.changed = append(a.changed, who)
	}
}

// settle makes what has changed the room's news, if it amounts to any.
func (a *attendance) settle() (event presenceJSON, changed bool) {
	var joined, left []chat.Name
	for _, who := range a.changed {
		here := who.streams > 0
		if here && !who.announced {
			joined = append(joined, who.name)
		} else if !here && who.announced {
			left = append(left, who.name)
		}
		who.announced, who.changed = here, false
		if !here {
			delete(a.people, who.key)
		}
	}
	a.changed = nil
	return presenceJSON{
		Room: a.room, Online: a.online, Data: headline(joined), Joined: firstNames(joined), Left: firstNames(left),
	}, len(joined)+len(left) > 0
}

func headline(joined []chat.Name) string {
	if len(joined) > 0 {
		return "User Connected"
	}
	return "User Disconnected"
}

// firstNames returns the names in order, no more than an event lists; never nil,
// so that it is a JSON array.
func firstNames(names []chat.Name) []chat.Name {
	slices.Sort(names)
	return append([]chat.Name{}, names[:min(len(names), presenceNames)]...)
}
