package broker

import (
	"context"
	"encoding/json"
	"testing"

	"plainchat/chat"
	"plainchat/store"
)

// A stream begins at a position that has no event as at any other: it neither waits for one
// nor misses what follows.
func TestBeginAtAGap(t *testing.T) {
	for name, options := range map[string]Options{"tape": {}, "log": {TapeFrames: 1}} {
		t.Run(name, func(t *testing.T) {
			s := startServer(t, options).start()
			one := s.say("r", "one")
			s.append("r", chat.Read{Upto: 1}) // which the next one replaces
			two := s.say("r", "two")
			read := s.append("r", chat.Read{Upto: two.ID.Seq})
			gap := chat.ID{Epoch: one.ID.Epoch, Seq: 2}
			l := s.listen(since(inRooms("r"), gap.String()))
			l.expect(two)
			l.wantEvent("read", read.ID.String())
			l.expect(s.say("r", "three"))
		})
	}
}

// lagging is a log that follows another: for a while it has less than its clients know of.
type lagging struct {
	*store.SQLite
	asked   chan uint64
	reached chan bool
}

func (l lagging) Reach(ctx context.Context, seq uint64) (bool, error) {
	l.asked <- seq
	select {
	case reached := <-l.reached:
		return reached, nil
	case <-ctx.Done():
		return false, nil
	}
}

// Who comes with an id that the log has yet to be given waits for it; only one that does not
// come is of the future.
func TestBeginBeyondTheLog(t *testing.T) {
	full := startServer(t, Options{})
	log := lagging{full.log, make(chan uint64, 1), make(chan bool, 1)}
	s := serveLog(t, full.log, log, Options{}).start()
	one := s.say("r", "one")
	known := chat.ID{Epoch: one.ID.Epoch, Seq: one.ID.Seq + 1}
	opened := make(chan *listener)
	go func() { opened <- s.listen(since(inRooms("r"), known.String())) }()
	if seq := <-log.asked; seq != known.Seq {
		t.Errorf("it waits for %d", seq)
	}
	two := s.say("r", "two")
	log.reached <- true
	l := <-opened
	if two.ID != known || l.hello.LastEventID != known.String() {
		t.Errorf("it begins with %+v", l.hello)
	}
	l.expect(s.say("r", "three"))

	log.reached <- false
	l = s.listen(since(inRooms("r"), known.String()[:len(known.String())-1]+"99"))
	var gap gapJSON
	if ev := l.next(); ev.Type != eventGap || json.Unmarshal([]byte(ev.Data), &gap) != nil || gap.Reason != gapFuture {
		t.Errorf("got %+v, want a gap", ev)
	}
}
