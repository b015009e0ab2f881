// Package policy says who may do what. Its rules are pure: they know what they are given, and
// nothing of logs, requests or clocks. A test walks every kind of event, every sort of person
// and every sort of room.
package policy

import (
	"errors"

	"plainchat/chat"
)

// Caller is who asks.
type Caller struct {
	// Person is a guest's, or a token's; its ID is empty where somebody only gives a name.
	Person   chat.Person
	Operator bool        // whoever can open the data folder
	Token    *chat.Token // that was shown; nil for none
	Author   string      // the secret by which somebody without an id is the author of a message; empty for none
	Server   bool        // the server itself, which does what comes of time alone
}

// Facts are what else the rules go by.
type Facts struct {
	NameTaken bool           // somebody else owns the name of the draft, or one that looks like it
	Room      chat.RoomState // of the draft's room
	Target    *chat.Event    // the message that the draft is about; nil if there is none such in its room
	Pinned    bool           // that is pinned
	Reacted   *Reacted       // where the draft is a reaction to it; nil if that is not known
	Asked     *Asked         // where the draft asks or answers; nil if the message is no question
}

// Reacted is what there is at a message of the emoji of a reaction.
type Reacted struct {
	As    chat.Name // the name under which whoever reacts has put the emoji; empty if they have not
	There bool      // somebody has
	Emoji int       // how many different emoji the message has
}

// MaxEmoji is how many different emoji a message may have.
const MaxEmoji = 20

// Code says why something is denied. It is stable, for programs; package locale has the
// sentences.
type Code string

// The codes.
const (
	NameTaken    Code = "name_taken"     // the name is somebody else's
	TokenName    Code = "token_name"     // a token writes under its own name
	TokenRoom    Code = "token_room"     // the token is for another room
	TokenRead    Code = "token_read"     // the token is for reading alone
	TokenWrite   Code = "token_write"    // the token is for writing alone
	Archived     Code = "archived"       // nothing is written in the room any more
	NotYours     Code = "not_yours"      // only its author may do that
	NobodysOwn   Code = "nobodys"        // nobody owns the name that it was written under, so nobody can be its author
	NeedsPerson  Code = "needs_person"   // it takes a guest or a token
	OperatorOnly Code = "operator_only"  // it takes the operator
	NotFound     Code = "not_found"      // there is no such message in the room
	Deleted      Code = "deleted"        // the message was deleted
	TooManyEmoji Code = "too_many_emoji" // the message has as many different emoji as it may
	NameReserved Code = "name_reserved"  // the name looks like the operator's
	HookWrites   Code = "hook_writes"    // a hook writes messages, and does nothing else
)

// Error makes a code an error.
func (c Code) Error() string { return "policy: " + string(c) }

// Send returns the Code of the first rule that a draft breaks, or nil.
func Send(c Caller, f Facts, d chat.Draft) error {
	if err := speak(c, f, d); err != nil {
		return err
	}
	if err := reach(f, d); err != nil {
		return err
	}
	if f.Room.Archived && !openInArchive(c, d) {
		return Archived
	}
	if err := act(c, f, d); err != nil {
		return err
	}
	if c.Token != nil && c.Token.Hook && !writes(d) {
		return HookWrites
	}
	return nil
}

// speak has the rules for whoever writes anything.
func speak(c Caller, f Facts, d chat.Draft) error {
	t := c.Token
	switch {
	case c.Operator, c.Server:
		return nil
	case t != nil && !t.Write:
		return TokenRead
	case t != nil && t.Room != "" && t.Room != d.Room:
		return TokenRoom
	case t != nil && t.Name != d.From.Name:
		return TokenName
	case f.NameTaken && speaks(d):
		return NameTaken
	}
	return nil
}

// writes reports whether a draft is a message, or about one of the sender's own, or an answer. A hook does nothing
// else: its secret is in the settings of other programs, and more people can read it than a token.
func writes(d chat.Draft) bool {
	switch d.Body.(type) {
	case chat.Message, chat.Edit, chat.Update, chat.Delete, chat.Ask, chat.Answer:
		return true
	}
	return false
}

// speaks reports whether somebody appears under the draft's name. Who changes a message of their
// own does so as its author, and how far somebody has read they need no name for.
func speaks(d chat.Draft) bool {
	switch d.Body.(type) {
	case chat.Edit, chat.Update, chat.Ask, chat.Delete, chat.Read:
		return false
	}
	return true
}

// reach has the rules for what is about a message.
func reach(f Facts, d chat.Draft) error {
	_, read := d.Body.(chat.Read)
	if d.Body.Target() == 0 && !read {
		return nil
	}
	if f.Target == nil || f.Target.Room != d.Room || !f.Target.IsMessage() {
		return NotFound
	}
	if read { // a deleted message can be the last that was read
		return nil
	}
	if _, erased := f.Target.Body.(chat.Erased); erased {
		return Deleted
	}
	return nil
}

// openInArchive reports whether something is done in an archived room all the same: it is opened
// again, tidied up by the operator, or read.
func openInArchive(c Caller, d chat.Draft) bool {
	switch d.Body.(type) {
	case chat.Read:
		return true
	case chat.RoomState, chat.Delete:
		return c.Operator
	case chat.Delivery, chat.Answer, chat.Update: // the end of a question comes everywhere, and the loss of what grew
		return c.Server
	}
	return false
}

// act has the rules of each kind.
func act(c Caller, f Facts, d chat.Draft) error {
	switch body := d.Body.(type) {
	case chat.Message, chat.Pin:
		return nil
	case chat.Reaction:
		if r := f.Reacted; !body.Removed && r != nil && !r.There && r.Emoji >= MaxEmoji {
			return TooManyEmoji
		}
		return nil
	case chat.Edit: // not the operator either: they may take words away, not put others in their place
		return author(c, f)
	case chat.Update:
		if c.Server && body.Status.State == chat.Lost {
			return nil
		}
		return author(c, f)
	case chat.Ask:
		return ask(c, f)
	case chat.Answer:
		return answer(c, f, d, body)
	case chat.Delete:
		if c.Operator {
			return nil
		}
		return author(c, f)
	case chat.RoomState:
		return setRoom(c, f, body)
	case chat.Read:
		return somebody(c)
	case chat.NameClaim: // one's own; the operator can release any
		if c.Operator || body.Owner != "" && body.Owner == c.Person.ID {
			return nil
		}
	case chat.Token:
		return setToken(c, f, body)
	case chat.Webhook:
		return setWebhook(c, f, body)
	case chat.Delivery:
		if c.Server {
			return nil
		}
	}
	return OperatorOnly
}

// setToken lets the operator make tokens, but none that could pose as the operator.
// A hook gets no name that a person has: what it writes is not to look like theirs.
func setToken(c Caller, f Facts, t chat.Token) error {
	switch {
	case !c.Operator:
		return OperatorOnly
	case !t.Revoked && t.Name.Skeletons().Alike(operator):
		return NameReserved
	case t.Hook && !t.Revoked && f.NameTaken:
		return NameTaken
	}
	return nil
}

var operator = chat.Operator.Skeletons()

// author lets only the author of the message pass, as far as that can be known.
func author(c Caller, f Facts) error {
	switch {
	case f.Target.From.ID == "" && c.Author != "" && f.Target.Key == chat.AuthorKey(c.Author):
		return nil
	case f.Target.From.ID == "":
		return NobodysOwn
	case f.Target.From.ID != c.Person.ID:
		return NotYours
	}
	return nil
}

// Owns reports whether a caller will be known as the author of what they write: else they cannot change it.
func Owns(c Caller, d chat.Draft) bool {
	return author(c, Facts{Target: &chat.Event{From: d.From, Key: d.Key}}) == nil
}

// Unchanged reports whether a draft that may be sent would change nothing, since what it wants is
// so already.
func Unchanged(f Facts, d chat.Draft) bool {
	switch body := d.Body.(type) {
	case chat.Reaction:
		return f.Reacted != nil && (f.Reacted.As != "") != body.Removed
	case chat.Pin:
		return f.Pinned != body.Removed
	case chat.Answer:
		return !body.Expired && f.Asked != nil && f.Asked.Mine == body.Choice
	case chat.RoomState:
		return body == f.Room
	}
	return false
}

// DeletedBefore reports whether a draft deletes what was deleted before, by somebody who may.
func DeletedBefore(c Caller, f Facts, d chat.Draft) bool {
	if _, deletion := d.Body.(chat.Delete); !deletion || speak(c, f, d) != nil {
		return false
	}
	return errors.Is(reach(f, d), Deleted) && (c.Operator || author(c, f) == nil)
}

// setRoom lets whoever is known set the topic, and the operator all.
func setRoom(c Caller, f Facts, wanted chat.RoomState) error {
	if c.Operator {
		return nil
	}
	if wanted.Archived != f.Room.Archived {
		return OperatorOnly
	}
	return somebody(c)
}

func somebody(c Caller) error {
	if c.Person.ID == "" {
		return NeedsPerson
	}
	return nil
}

// Listen returns why somebody may not read a room or listen to it, or nil.
func Listen(c Caller, room chat.Room) error {
	t := c.Token
	switch {
	case c.Operator || t == nil:
		return nil
	case !t.Read:
		return TokenWrite
	case t.Room != "" && t.Room != room:
		return TokenRoom
	}
	return nil
}

// Attend returns why somebody may not be shown in a room under a name as one who listens, or nil.
func Attend(c Caller, f Facts, room chat.Room, name chat.Name) error {
	if err := Listen(c, room); err != nil {
		return err
	}
	switch {
	case c.Operator:
		return nil
	case c.Token != nil && c.Token.Name != name:
		return TokenName
	case f.NameTaken:
		return NameTaken
	}
	return nil
}
