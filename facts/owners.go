package facts

import (
	"slices"

	"plainchat/chat"
)

// owners are the robots that own names, by what the names look like: one map for each place of
// chat.Skeletons. Robots may have one name together.
type owners [len(chat.Skeletons{})]map[string][]chat.PersonID

func newOwners() (o owners) {
	for i := range o {
		o[i] = make(map[string][]chat.PersonID)
	}
	return o
}

// add gives a robot its name.
func (o *owners) add(robot chat.Person) {
	for i, skeleton := range robot.Name.Skeletons() {
		o[i][skeleton] = append(o[i][skeleton], robot.ID)
	}
}

// remove takes its name from a robot, if it has it.
func (o *owners) remove(robot chat.Person) {
	for i, skeleton := range robot.Name.Skeletons() {
		left := slices.DeleteFunc(o[i][skeleton], func(id chat.PersonID) bool { return id == robot.ID })
		if len(left) == 0 {
			delete(o[i], skeleton)
		} else {
			o[i][skeleton] = left
		}
	}
}

// nobody reports whether no robot owns a name.
func (o *owners) nobody() bool { return len(o[0]) == 0 }

// of returns a robot whose name looks like one, or "".
func (o *owners) of(skeletons chat.Skeletons) chat.PersonID {
	for i, skeleton := range skeletons {
		if robots := o[i][skeleton]; len(robots) > 0 {
			return robots[0]
		}
	}
	return ""
}

// has reports whether somebody is a robot whose name looks like one.
func (o *owners) has(skeletons chat.Skeletons, id chat.PersonID) bool {
	for i, skeleton := range skeletons {
		if slices.Contains(o[i][skeleton], id) {
			return true
		}
	}
	return false
}
