package facts

import (
	"maps"
	"slices"
	"sync"
	"time"

	"plainchat/chat"
)

// Facts are what the state events of a log amount to. It is for concurrent use. Times that
// are asked about are of the same clock as the events'.
type Facts struct {
	mu       sync.RWMutex
	names    names
	tokens   tokens
	webhooks webhooks
	robots   owners // of names: tokens, hooks and webhooks
	rooms    map[chat.Room]chat.RoomState
	pins     pins
	position uint64 // of the last event that was applied

	skeletons skeletonCache
}

// New returns the facts of a log without events.
func New() *Facts {
	return &Facts{names: newNames(), tokens: newTokens(), robots: newOwners(), rooms: make(map[chat.Room]chat.RoomState), pins: make(pins)}
}

// Apply makes an event count. Events come in the order of the log; one that was applied
// already changes nothing, nor does one that is not of class State. What comes of it depends
// on the events alone, not on when they are applied. It reports whether the event was new
// and of a kind by which people may do more or less than before.
func (f *Facts) Apply(ev chat.Event) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	if ev.ID.Seq <= f.position {
		return false
	}
	f.position = ev.ID.Seq
	switch body := ev.Body.(type) {
	case chat.NameClaim:
		skeletons := f.skeletons.of(body.Name)
		switch {
		case body.Owner == "":
			f.names.release(skeletons)
		case !f.taken(skeletons, body.Owner, ev.Time):
			f.names.claim(body.Name, skeletons, body.Owner, ev.Time)
		}
	case chat.Token:
		f.tokens.put(body, &f.robots)
	case chat.Webhook:
		f.webhooks.put(body, &f.robots)
	case chat.RoomState:
		f.rooms[ev.Room] = body
	case chat.Pin:
		f.pins.put(ev.Room, body)
		return false // nobody may do more or less than before
	default:
		return false
	}
	return true
}

// Room returns what is set of a room; the zero value where nothing ever was.
func (f *Facts) Room(room chat.Room) chat.RoomState {
	f.mu.RLock()
	defer f.mu.RUnlock()
	return f.rooms[room]
}

// Rooms returns what is set of each room of which anything ever was.
func (f *Facts) Rooms() map[chat.Room]chat.RoomState {
	f.mu.RLock()
	defer f.mu.RUnlock()
	return maps.Clone(f.rooms)
}

// Owner returns who owns a name at a time, or one that looks like it (chat.Skeletons), and
// "" where nobody does. Where several do, as with lan between Ian and Lan, it is one of
// them; a token goes before a guest.
func (f *Facts) Owner(name chat.Name, at time.Time) chat.PersonID {
	f.mu.RLock()
	defer f.mu.RUnlock()
	if f.unowned() {
		return ""
	}
	skeletons := f.skeletons.of(name)
	if owner := f.robots.of(skeletons); owner != "" {
		return owner
	}
	return f.names.otherOwner(skeletons, "", at)
}

// Names returns the names that a guest owns at a time, the last claimed first: at most 10 of those
// they have claimed.
func (f *Facts) Names(by chat.PersonID, at time.Time) []chat.Name {
	f.mu.RLock()
	defer f.mu.RUnlock()
	return f.names.of(by, at)
}

// Taken reports whether somebody else than a person, who is "" for whoever has no id, owns
// a name at a time, or one that looks like it. A token's name is the token's until it is
// revoked, whoever had it before. Tokens do not take names from each other. The operator's
// name is taken for all, who could else pose as the operator.
func (f *Facts) Taken(name chat.Name, by chat.PersonID, at time.Time) bool {
	f.mu.RLock()
	defer f.mu.RUnlock()
	skeletons := f.skeletons.of(name)
	return skeletons.Alike(operator) || !f.unowned() && f.taken(skeletons, by, at)
}

var operator = chat.Operator.Skeletons()

// Alternative returns a name like this one that is not taken; "" if none was found.
func (f *Facts) Alternative(name chat.Name, by chat.PersonID, at time.Time) chat.Name {
	return name.Alternative(func(other chat.Name) bool { return f.Taken(other, by, at) })
}

func (f *Facts) taken(skeletons chat.Skeletons, by chat.PersonID, at time.Time) bool {
	if f.robots.of(skeletons) != "" {
		return !f.robots.has(skeletons, by)
	}
	return f.names.otherOwner(skeletons, by, at) != ""
}

// unowned reports whether there are no owners at all, as in a chat that was only ever used
// by scripts.
func (f *Facts) unowned() bool { return f.names.empty() && f.robots.nobody() }

// ShouldClaim reports whether a guest who speaks under a name that is not taken should claim
// it: it is not wholly theirs yet, or their last claim is a day old.
func (f *Facts) ShouldClaim(name chat.Name, by chat.PersonID, at time.Time) bool {
	f.mu.RLock()
	defer f.mu.RUnlock()
	skeletons := f.skeletons.of(name)
	return f.robots.of(skeletons) == "" && at.Sub(f.names.claimed(skeletons, by)) >= renewal
}

// TokenByHash returns the token whose secret has a hash, be it revoked.
func (f *Facts) TokenByHash(hash string) (chat.Token, bool) {
	f.mu.RLock()
	defer f.mu.RUnlock()
	i, ok := f.tokens.byHash[hash]
	return f.tokens.at(i, ok)
}

// TokenByID returns the token that is called by an id, be it revoked.
func (f *Facts) TokenByID(id string) (chat.Token, bool) {
	f.mu.RLock()
	defer f.mu.RUnlock()
	i, ok := f.tokens.byID[id]
	return f.tokens.at(i, ok)
}

// Tokens returns all tokens in the order in which they were made, those revoked among them.
func (f *Facts) Tokens() []chat.Token {
	f.mu.RLock()
	defer f.mu.RUnlock()
	return slices.Clone(f.tokens.list)
}
