//go:build linux && !portable

package broker

import (
	"fmt"
	"net/url"
	"testing"
	"time"

	"plainchat/chat"
)

// crowd opens benchStreams of the lobby, each of a person of its own, and waits until all have
// been told that they are there.
func crowd(b *testing.B, s *server, hole *sinkhole) []chat.Name {
	b.Helper()
	var names []chat.Name
	for n := range benchStreams {
		names = append(names, chat.Name(fmt.Sprint("person ", n)))
		conn := s.openRaw("/?room=lobby&activity&user_name="+url.QueryEscape(string(names[n])), 64<<10)
		readPastHello(b, conn)
		go hole.drain(conn)
	}
	hole.settled()
	return names
}

// settled waits until nothing but heartbeats has arrived for a while.
func (s *sinkhole) settled() {
	for before := int64(0); s.received.Load() > before+10*benchStreams; <-time.After(4 * presenceWindow) {
		before = s.received.Load()
	}
}

// BenchmarkPresence is what it costs that each of 1,000 people in a room does something, once
// a second or less: the processor time of each change, with that of all readers, and the bytes that
// each stream gets for it. The changes of a moment are told together, so both are
// small however many do it.
func BenchmarkPresence(b *testing.B) {
	for name, round := range map[string]func(p *presence, names []chat.Name){
		"typing": func(p *presence, names []chat.Name) {
			for _, name := range names {
				p.types("lobby", name)
			}
		},
		"idle": func(p *presence, names []chat.Name) {
			for _, name := range names {
				p.setIdle("lobby", name, true)
			}
		},
	} {
		b.Run(name, func(b *testing.B) {
			s := startServer(b, Options{}).start()
			hole := newSinkhole()
			names := crowd(b, s, hole)
			received, spent := hole.received.Load(), processorTime(b)
			for b.Loop() {
				round(s.broker.presence, names)
				hole.settled()
				for _, name := range names {
					s.broker.presence.posted("lobby", name)
				}
				hole.settled()
			}
			changes := float64(b.N) * 2 * benchStreams
			b.ReportMetric(float64((processorTime(b)-spent).Nanoseconds())/changes, "cpu-ns/change")
			b.ReportMetric(float64(hole.received.Load()-received)/changes/benchStreams, "bytes/change/stream")
		})
	}
}

// BenchmarkActivity is what 1,000 streams cost that are told of 10,000 messages in 100 rooms.
func BenchmarkActivity(b *testing.B) {
	s := startServer(b, Options{}).start()
	hole := newSinkhole()
	crowd(b, s, hole)
	const messages = 10_000
	seq := uint64(1)
	received, spent := hole.received.Load(), processorTime(b)
	for b.Loop() {
		for n := range messages {
			seq++
			s.broker.activity.happened(testEvent(seq, chat.Room(fmt.Sprint("room-", n%100)), "hello @Ann"))
		}
		hole.settled()
	}
	b.ReportMetric(float64((processorTime(b)-spent).Nanoseconds())/float64(b.N)/benchStreams, "cpu-ns/stream")
	b.ReportMetric(float64(hole.received.Load()-received)/float64(b.N)/benchStreams, "bytes/stream")
}
