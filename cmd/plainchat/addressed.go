package main

import (
	"plainchat/chat"
	"plainchat/locale"
)

// addressed is a message that is there already.
type addressed struct {
	authorized
	Room roomName  `default:"lobby" placeholder:"ROOM"`
	ID   messageID `arg:""`
}

// path is the message's address at the server.
func (m *addressed) path() string {
	return chat.Room(m.Room).Path() + "/messages/" + chat.ID(m.ID).String()
}

// messageID is the id of a message on the command line.
type messageID chat.ID

// UnmarshalText implements encoding.TextUnmarshaler.
func (m *messageID) UnmarshalText(text []byte) error {
	id, err := chat.ParseID(string(text))
	if err != nil || id.Seq == 0 {
		return locale.NewError("cli.not_message_id", "given", quoted(text))
	}
	*m = messageID(id)
	return nil
}
