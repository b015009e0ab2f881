package chat

// PersonID names somebody for good, whatever name they go by: a guest, or a token. It is
// never shown to others. It begins with a letter and holds visible ASCII alone.
type PersonID string

// Person is who does something. ID is empty where nobody owns the name: anybody can speak
// under it.
type Person struct {
	ID   PersonID
	Name Name
}

// Key is what two persons are told apart by: the id, or where there is none a colon and the
// key of the name.
func (p Person) Key() string {
	if p.ID != "" {
		return string(p.ID)
	}
	return ":" + p.Name.Key()
}
