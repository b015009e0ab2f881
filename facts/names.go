package facts

import (
	"slices"
	"time"

	"plainchat/chat"
)

// Ownership is how long a name is its owner's after they last claimed it.
const Ownership = 30 * 24 * time.Hour

// renewal is how old a claim is when its owner, who still speaks, makes another. It leaves
// a few claims for each month.
const renewal = 24 * time.Hour

// names are the claims of guests by what names look like: one map for each place of
// chat.Skeletons, in which the last claim of that look stands.
type names struct {
	claims [len(chat.Skeletons{})]map[string]claim
	owned  map[chat.PersonID][]ownName // what each has claimed last, the newest at the end
	swept  int                         // how many claims the last sweep has left
}

type claim struct {
	skeletons chat.Skeletons
	owner     chat.PersonID
	at        time.Time
}

// ownName is a name that somebody has claimed. It may be somebody else's by now.
type ownName struct {
	name      chat.Name
	skeletons chat.Skeletons
}

// maxOwnNames is how many names of a person are known, the last ones.
const maxOwnNames = 10

// live reports whether the name is still the owner's; not so for no claim.
func (c claim) live(at time.Time) bool { return c.owner != "" && at.Sub(c.at) < Ownership }

func newNames() names {
	n := names{owned: make(map[chat.PersonID][]ownName)}
	for i := range n.claims {
		n.claims[i] = make(map[string]claim)
	}
	return n
}

func (n *names) empty() bool { return len(n.claims[0]) == 0 }

// claim gives a name to somebody. It is nobody else's.
func (n *names) claim(name chat.Name, skeletons chat.Skeletons, owner chat.PersonID, at time.Time) {
	n.sweep(at)
	own := slices.DeleteFunc(n.owned[owner], func(o ownName) bool { return o.name == name })
	own = append(own, ownName{name, skeletons})
	n.owned[owner] = own[max(0, len(own)-maxOwnNames):]
	for i, skeleton := range skeletons {
		n.claims[i][skeleton] = claim{skeletons, owner, at}
	}
}

// release takes all names that look like one from their owners.
func (n *names) release(skeletons chat.Skeletons) {
	for i, skeleton := range skeletons {
		if found, ok := n.claims[i][skeleton]; ok {
			n.remove(found)
		}
	}
}

// remove takes a claim out of each map, where no later one stands in its place.
func (n *names) remove(c claim) {
	for i, skeleton := range c.skeletons {
		if n.claims[i][skeleton] == c {
			delete(n.claims[i], skeleton)
		}
	}
}

// otherOwner returns who owns a name that looks like one and is not a person, or "".
func (n *names) otherOwner(skeletons chat.Skeletons, than chat.PersonID, at time.Time) chat.PersonID {
	for i, skeleton := range skeletons {
		if c := n.claims[i][skeleton]; c.owner != than && c.live(at) {
			return c.owner
		}
	}
	return ""
}

// claimed returns since when all that looks like a name is somebody's by their last claims;
// the zero time where some of it is not.
func (n *names) claimed(skeletons chat.Skeletons, by chat.PersonID) time.Time {
	oldest := n.claims[0][skeletons[0]].at
	for i, skeleton := range skeletons {
		c := n.claims[i][skeleton]
		if c.owner != by {
			return time.Time{}
		}
		if c.at.Before(oldest) {
			oldest = c.at
		}
	}
	return oldest
}

// of returns the names that are somebody's at a time, the newest claim first.
func (n *names) of(owner chat.PersonID, at time.Time) (all []chat.Name) {
	for _, own := range slices.Backward(n.owned[owner]) {
		if claimed := n.claimed(own.skeletons, owner); !claimed.IsZero() && at.Sub(claimed) < Ownership {
			all = append(all, own.name)
		}
	}
	return all
}

// sweep drops claims that are over once there are twice as many as the last sweep has left:
// memory is for the names that are owned, however many there were before.
func (n *names) sweep(at time.Time) {
	const atLeast = 1024
	if len(n.claims[0]) < 2*n.swept+atLeast {
		return
	}
	for i := range n.claims {
		for skeleton, c := range n.claims[i] {
			if !c.live(at) {
				delete(n.claims[i], skeleton)
			}
		}
	}
	for owner := range n.owned {
		if len(n.of(owner, at)) == 0 {
			delete(n.owned, owner)
		}
	}
	n.swept = len(n.claims[0])
}
