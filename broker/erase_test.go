package broker

import (
	"strings"
	"testing"

	"plainchat/chat"
)

// Whoever comes by later is not sent what was erased: neither from the tape, nor from a page
// that was read before; those who listened have had it, and are told.
func TestErasedIsNotSent(t *testing.T) {
	for name, options := range map[string]Options{
		"tape":  {},
		"pages": {TapeFrames: 2},
	} {
		t.Run(name, func(t *testing.T) {
			s := startServer(t, options).start()
			live := s.listen(inRooms("r"))
			first, gone := s.say("r", "first"), s.say("r", "gone")
			s.append("r", chat.Edit{Of: gone.ID.Seq, Text: "gone too"})
			s.append("r", chat.Ask{Of: gone.ID.Seq, Choices: "gone with it\nno"})
			s.append("r", chat.Answer{Of: gone.ID.Seq, Choice: "gone with it"})
			third := s.say("r", "third")
			live.expect(first, gone)
			live.wantEvent("edit", "gone too")
			live.wantEvent("ask", "gone with it")
			live.wantEvent("answer", "gone with it")
			live.expect(third)
			before := s.listen(since(inRooms("r"), "all")) // has a page read and kept
			before.expect(first, gone)
			before.wantEvent("edit", "gone too")
			before.wantEvent("ask", "gone with it")
			before.wantEvent("answer", "gone with it")
			before.expect(third)

			s.append("r", chat.Delete{Of: gone.ID.Seq})
			last := s.say("r", "last")
			live.wantEvent("delete", gone.ID.String())
			live.expect(last)
			for range 2 {
				after := s.listen(since(inRooms("r"), "all"))
				after.expect(first, third)
				after.wantEvent("delete", gone.ID.String())
				after.expect(last)
				resumed := s.listen(since(inRooms("r"), gone.ID.String()))
				resumed.expect(third)
				resumed.wantEvent("delete", gone.ID.String())
			}
		})
	}
}

// What is not for streams is passed over, and those who resume from it miss nothing.
func TestSilentKinds(t *testing.T) {
	s := startServer(t, Options{}).start()
	live := s.listen(inRooms("r"))
	one := s.say("r", "one")
	claim := s.append("", chat.NameClaim{Name: "Ann", Owner: "g1"})
	two := s.say("r", "two")
	live.expect(one, two)
	s.listen(since(inRooms("r"), claim.ID.String())).expect(two)
}

func (s *server) append(room chat.Room, body chat.Body) chat.Event {
	s.t.Helper()
	ev, _, err := s.log.Append(s.t.Context(), chat.Draft{Room: room, From: chat.Person{Name: "me"}, Body: body})
	if err != nil {
		s.t.Fatal(err)
	}
	return ev
}

func (l *listener) wantEvent(name, part string) {
	l.t.Helper()
	if ev := l.next(); ev.Type != name || !strings.Contains(ev.Data, part) {
		l.t.Fatalf("got %+v, want %s with %q", ev, name, part)
	}
}
