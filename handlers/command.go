package handlers

import (
	"errors"
	"net/http"
	"regexp"
	"strings"

	"plainchat/chat"
	"plainchat/service"
)

// Texts that are commands, in a form of the page. (What scripts send is a message as it is.)
// command.js has the same rules.
var (
	blankEnds      = regexp.MustCompile(`^(?:\s*\n)+|\s+$`)
	commandShape   = regexp.MustCompile(`(?s)^/(\pL+)(?:[\s\pZ]+(.*))?$`)
	betweenParts   = regexp.MustCompile(`\s*\n\s*\n\s*`)
	commandsToHelp = map[string]string{"me": "problem.command.me", "topic": "problem.command.topic", "answer": "problem.command.answer", "help": "problem.command.help"}
)

// commandOf returns the name of the command that a text is, and what follows it; or an empty name.
func commandOf(text string) (name, rest string) {
	text = blankEnds.ReplaceAllString(strings.ReplaceAll(text, "\r\n", "\n"), "")
	if parts := commandShape.FindStringSubmatch(text); parts != nil {
		return strings.ToLower(parts[1]), parts[2]
	}
	return "", ""
}

// asAction writes what somebody does as a message, in italics.
func asAction(rest string) string {
	mark := "*"
	if strings.Contains(rest, "*") {
		mark = "_"
	}
	parts := betweenParts.Split(rest, -1)
	return mark + strings.Join(parts, mark+"\n\n"+mark) + mark
}

// obey does what a text asks for that was written in a form of the page: as a rule, to be sent.
func (s *Server) obey(r *http.Request, room chat.Room, in input) (chat.Event, error) {
	name, rest := commandOf(in.text)
	switch {
	case name == "me" && rest != "":
		in.text = asAction(rest)
	case name == "topic" && rest != "":
		return s.setTopic(r, room, in.userName, rest)
	case name == "answer" && rest != "":
		return s.answerCommand(r, room, in, rest)
	case commandsToHelp[name] != "":
		return chat.Event{}, badField("message", "empty", commandsToHelp[name])
	}
	ev, _, err := s.write(r, room, in)
	return ev, err
}

// setTopic gives a room a topic, in the name that the form has.
func (s *Server) setTopic(r *http.Request, room chat.Room, userName, topic string) (chat.Event, error) {
	c, err := s.caller(r)
	if err != nil {
		return chat.Event{}, err
	}
	from := c.Person
	if from.Name, err = chat.ParseName(userName); err != nil {
		return chat.Event{}, err
	}
	state, err := s.settings(room, roomSettings{Topic: &topic})
	if err != nil {
		return chat.Event{}, err
	}
	draft := chat.Draft{Room: room, From: from, Body: state}
	ev, _, err := s.send(r, c, draft)
	if errors.Is(err, service.ErrUnchanged) {
		return chat.Event{Room: room, From: from}, nil
	}
	return ev, err
}
