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
