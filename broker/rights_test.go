package broker

import (
	"errors"
	"net/url"
	"sync/atomic"
	"testing"

	"plainchat/chat"
)

// A stream ends once it may not listen any more: at once where that is told, and before the
// next part of the log where it catches up. Others go on.
func TestRightsEnd(t *testing.T) {
	var denied atomic.Bool
	may := func(chat.Room) error {
		if denied.Load() {
			return errors.New("no")
		}
		return nil
	}
	s := startServer(t, Options{})
	s.may = may
	s.start()
	listening := s.listen(guarded(inRooms("r")))
	other := s.listen(inRooms("r"))
	one := s.say("r", "one")
	listening.expect(one)
	other.expect(one)
	s.broker.Recheck()
	two := s.say("r", "two")
	listening.expect(two)
	denied.Store(true)
	s.broker.Recheck()
	if reason := <-s.ended; reason != errDenied {
		t.Errorf("the stream ended with %v", reason)
	}
	if ev, err := listening.Next(); err == nil {
		t.Errorf("after the end came %+v", ev)
	}
	three := s.say("r", "three")
	other.expect(two, three)

	s.listen(guarded(since(inRooms("r"), "all")))
	if reason := <-s.ended; reason != errDenied {
		t.Errorf("catching up ended with %v", reason)
	}
}

func guarded(query url.Values) url.Values {
	query.Set("guarded", "")
	return query
}
