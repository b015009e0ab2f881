package broker

import (
	"fmt"
	"net/url"
	"testing"
	"testing/synctest"
	"time"

	"plainchat/chat"
)

// Who types is told once, and that they do not any more when they have posted or said nothing
// for a while.
func TestTyping(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		told := announced(t)
		told.types("r", "Ann")
		told.expect(`{"room":"r","names":["Ann"]}`)
		told.types("r", "ANN") // half a second later
		told.types("r", "Ben")
		told.types("nobody is there", "Ann")
		told.expect(`{"room":"r","names":["Ann","Ben"]}`)
		told.posted("r", "ann")
		told.posted("r", "Cid")
		told.expect(`{"room":"r","names":["Ben"]}`)
		told.types("r", "Ann")
		told.posted("r", "Ann") // in a moment
		told.expect()
		<-time.After(typingTime - 9*presenceWindow)
		told.expect()
		<-time.After(presenceWindow)
		told.expect(`{"room":"r","names":[]}`)
		if told.typists.Len() != 0 {
			t.Error("somebody is kept who does not type any more")
		}
	})
}

// Who says again and again that they type does so without a word to the room.
func TestTypingOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		told := announced(t)
		told.types("r", "Ann")
		told.expect(`{"room":"r","names":["Ann"]}`)
		for range 10 {
			<-time.After(typingTime - 3*presenceWindow)
			told.types("r", "Ann")
			told.expect()
		}
		<-time.After(typingTime)
		told.expect(`{"room":"r","names":[]}`)
	})
}

// However many type, an event names few, and only a change of those is news.
func TestManyType(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		told := announced(t)
		name := func(n int) chat.Name { return chat.Name(fmt.Sprint("p", n)) }
		for n := range 1000 {
			told.types("r", name(n))
		}
		told.expect(`{"room":"r","names":["p0","p1","p2","p3","p4"],"more":true}`)
		for n := 5; n < 999; n++ {
			told.posted("r", name(n))
		}
		told.expect()
		told.posted("r", name(999))
		told.expect(`{"room":"r","names":["p0","p1","p2","p3","p4"]}`)
		told.posted("r", name(0))
		told.expect(`{"room":"r","names":["p1","p2","p3","p4"]}`)
	})
}

// A room that nobody listens to any more is forgotten with all who type there.
func TestTypingInForgottenRoom(t *testing.T) {
	p := newPresence(func(frame) {})
	p.join("", []chat.Room{"r", "s"})
	p.types("r", "Ann")
	p.types("s", "Ann")
	p.leave("", []chat.Room{"r"})
	if p.typists.Len() != 1 || len(p.rooms) != 1 {
		t.Errorf("%d type in %d rooms, want one in one", p.typists.Len(), len(p.rooms))
	}
}

// A message ends typing on its way to the streams, whoever has sent it.
func TestMessageEndsTyping(t *testing.T) {
	s := startServer(t, Options{}).start()
	watcher := s.listen(inRooms("lobby"))
	s.listen(url.Values{"room": {"elsewhere"}, "user_name": {"me"}})
	s.broker.Typing("lobby", "me")
	if ev := watcher.next(); ev.Type != eventTyping || ev.Data != `{"room":"lobby","names":["me"]}` || ev.LastEventID != watcher.hello.LastEventID {
		t.Fatalf("got %+v", ev)
	}
	s.say("lobby", "hello")
	if ev := watcher.next(); ev.Type != "my response" {
		t.Fatalf("got %+v, want a message", ev)
	}
	if ev := watcher.next(); ev.Data != `{"room":"lobby","names":[]}` {
		t.Fatalf("got %+v", ev)
	}
}
