package chat

import (
	"errors"
	"fmt"

	"github.com/go-json-experiment/json"
)

// Class says how long events of a kind are kept.
type Class uint8

// The classes.
const (
	Content Class = iota // until retention removes it, or it is deleted
	State                // forever
	Latest               // the newest of its subject: a person in a room, or a message, with which it goes
)

// String returns the word of the documentation.
func (c Class) String() string {
	return [...]string{"content", "state", "latest"}[c]
}

// Kind is one of the things that can happen. Each has a file of its own.
type Kind struct {
	// Name stands in the log. What is encoded in another way has another name.
	Name string
	// Wire is the event's name on a stream; empty for what no stream carries.
	Wire  string
	Class Class
	// Decode reads what Body.Append has written. What breaks a rule of the kind is an error.
	Decode func(data string) (Body, error)
	Sample Body   // for tests, and for the documentation
	Doc    string // a sentence
}

// Body is what an event says. Each is a comparable struct, and made by a function of this
// package or by Kind.Decode; there are none of other packages.
type Body interface {
	Kind() *Kind
	// Append appends the form in the log, which is never empty.
	Append(dst []byte) []byte
	// Target returns the position of the message that the event is about; 0 for none.
	Target() uint64
	// appendMembers appends the members of the wire form that are the kind's own, each with
	// a comma before it.
	appendMembers(dst []byte, epoch string) []byte
}

// Kinds are all that there are, in the order of the documentation.
var Kinds = []*Kind{
	messageKind, replyKind, editKind, updateKind, progressKind, deleteKind, reactionKind, askKind, answerKind,
	roomKind, pinKind, nameKind, tokenKind, hookKind, webhookKind, deliveryKind, readKind,
}

// KindOf returns the kind with a name, or nil.
func KindOf(name string) *Kind {
	for _, k := range Kinds {
		if k.Name == name {
			return k
		}
	}
	return nil
}

var errBody = errors.New("chat: the body breaks a rule of its kind")

// decode reads the JSON object that a body is in the log. A member that is unknown or
// repeated is an error.
func decode[T any](data string) (form T, err error) {
	if err := json.Unmarshal([]byte(data), &form, json.RejectUnknownMembers(true)); err != nil {
		return form, fmt.Errorf("%w: %w", errBody, err)
	}
	return form, nil
}
