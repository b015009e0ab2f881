package chat

import "strings"

// PersonID names somebody for good, whatever name they go by: a guest, or a token. It is
// never shown to others. It begins with a letter and holds visible ASCII alone.
type PersonID string

// What the ids of robots begin with. Nobody else's does: a guest's begins with "g".
const (
	tokenPrefix = "t-"
	hookPrefix  = "h-"
)

// Person is who does something. ID is empty where nobody owns the name: anybody can speak
// under it.
type Person struct {
	ID   PersonID
	Name Name
}

// Robot reports whether it is a program that was given a name of its own: a token or a hook. One that
// speaks under a name that nobody owns cannot be told from a person.
func (p Person) Robot() bool {
	return strings.HasPrefix(string(p.ID), tokenPrefix) || strings.HasPrefix(string(p.ID), hookPrefix)
}

// Key is what two persons are told apart by: the id, or where there is none a colon and the
// key of the name.
func (p Person) Key() string {
	if p.ID != "" {
		return string(p.ID)
	}
	return ":" + p.Name.Key()
}
