package locale

import "plainchat/policy"

// English is the sentences in English.
var English = &Catalogue{
	denied: map[policy.Code]string{
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
		policy.NameReserved: "The name is the operator's, or looks like it; choose another.",
	},
	broken: map[rule]string{
		{"room", "not_utf8"}:           "The room name is not valid UTF-8; send it as UTF-8.",
		{"room", "empty"}:              "The room name is empty; give it at least one letter or digit.",
		{"room", "too_long"}:           "The room name is longer than {limit} characters; shorten it.",
		{"room", "bad_character"}:      "The room name may hold only letters, digits, '-' and '_'.",
		{"user_name", "not_utf8"}:      "The user name is not valid UTF-8; send it as UTF-8.",
		{"user_name", "empty"}:         "The user name is empty; give a name of 1 to {limit} characters.",
		{"user_name", "bad_character"}: "The user name holds a character that names may not have, such as a control or invisible one; remove it.",
		{"user_name", "too_long"}:      "The user name is longer than {limit} characters; shorten it.",
		{"message", "not_utf8"}:        "The message is not valid UTF-8; send it as UTF-8.",
		{"message", "empty"}:           "The message is empty; write something.",
		{"message", "too_long"}:        "The message is longer than {limit} characters; shorten it or send it in parts.",
		{"message", "nul"}:             "The message holds a NUL character; remove it.",
		{"client_id", "too_long"}:      "The client id is longer than {limit} characters; shorten it.",
		{"client_id", "bad_character"}: "The client id may hold only visible ASCII characters, without spaces.",
		{"emoji", "not_an_emoji"}:      "A reaction is one emoji, such as 👍; choose one.",
		{"topic", "not_utf8"}:          "The topic is not valid UTF-8; send it as UTF-8.",
		{"topic", "bad_character"}:     "The topic holds a line end or another control character; write it on one line.",
		{"topic", "too_long"}:          "The topic is longer than {limit} characters; shorten it.",
	},
}
