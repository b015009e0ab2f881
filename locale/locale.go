// Package locale has the sentences that people read, by the codes that the other packages speak
// in.
package locale

import "plainchat/policy"

// Denied returns what somebody is told who may not do something.
func Denied(code policy.Code) string { return english[code] }

var english = map[policy.Code]string{
	policy.NameTaken:    "The name belongs to somebody else; choose another.",
	policy.TokenName:    "A token writes under its own name alone; leave user_name out, or show no token.",
	policy.TokenRoom:    "The token is for another room; use one that is for this room, or for all.",
	policy.TokenRead:    "The token is for reading alone; use one that may write.",
	policy.TokenWrite:   "The token is for writing alone; use one that may read.",
	policy.Archived:     "The room is archived, so nothing can be written here any more; use another room, or ask the operator to open it again.",
	policy.NotYours:     "Only its author may do that with the message.",
	policy.NobodysOwn:   "The message was written under a name that nobody owns, so nobody can be known as its author; the operator can delete it with plainchat delete.",
	policy.NeedsPerson:  "The server has to know you for that; open the chat in a browser, or show a token that plainchat token create has made.",
	policy.OperatorOnly: "Only the operator may do that, with the commands of plainchat on the server's machine.",
	policy.NotFound:     "There is no such message in this room; it may be older than what the server keeps. Take an id from a message.",
	policy.Deleted:      "The message was deleted; there is nothing left to read or to change.",
}
