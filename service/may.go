package service

import (
	"plainchat/chat"
	"plainchat/policy"
)

// MayWrite returns why Send would not let a caller write a message in a room under a name, or
// nil. It is for what comes before a message, such as typing it.
func (s *Service) MayWrite(c policy.Caller, room chat.Room, name chat.Name) error {
	d, f := s.ask(c, room, name)
	return s.explain(policy.Send(c, f, d), f, d, s.now())
}

// MayAttend returns why a caller may not be shown in a room under a name as one who listens, or
// nil. Its errors are a policy.Code and a *NameTaken.
func (s *Service) MayAttend(c policy.Caller, room chat.Room, name chat.Name) error {
	d, f := s.ask(c, room, name)
	return s.explain(policy.Attend(c, f, room, name), f, d, s.now())
}

func (s *Service) ask(c policy.Caller, room chat.Room, name chat.Name) (chat.Draft, policy.Facts) {
	d := chat.Draft{Room: room, From: chat.Person{ID: c.Person.ID, Name: name}, Body: chat.Message{}}
	return d, policy.Facts{Room: s.Facts.Room(room), NameTaken: s.Facts.Taken(name, c.Person.ID, s.now())}
}
