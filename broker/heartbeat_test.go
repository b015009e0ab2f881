package broker

import (
	"net/url"
	"runtime"
	"testing"
)

// beatAll lets the second of every stream come, once all of them are current.
func (s *server) beatAll() {
	for s.current() < s.broker.Stats.Connections.Load() {
		runtime.Gosched()
	}
	for _, shard := range s.broker.hub.shards {
		for second := range uint8(heartbeatSeconds) {
			shard.locked(func() { shard.beat(second) })
		}
	}
}

// current returns how many connections keep up.
func (s *server) current() (n int64) {
	for _, shard := range s.broker.hub.shards {
		shard.mu.Lock()
		n += int64(len(shard.conns))
		shard.mu.Unlock()
	}
	return n
}

func TestHeartbeatIsAComment(t *testing.T) {
	s := startServer(t, Options{}).start()
	l := s.listen(inRooms("lobby"))
	said := s.say("lobby", "one")
	l.expect(said) // so the stream is current
	s.beatAll()
	next := s.say("lobby", "two")
	l.expect(next)
}

// A heartbeat that is an event is shown to a page, and leaves its position alone.
func TestHeartbeatIsAnEventWhenAskedFor(t *testing.T) {
	s := startServer(t, Options{}).start()
	l := s.listen(url.Values{"room": {"lobby"}, "heartbeat": {"event"}})
	said := s.say("lobby", "one")
	l.expect(said)
	s.beatAll()
	if ev := l.next(); ev.Type != eventHeartbeat || ev.Data != "{}" || ev.LastEventID != said.ID.String() {
		t.Errorf("got %+v, want a heartbeat at %s", ev, said.ID)
	}
	l.expect(s.say("lobby", "two"))
}
