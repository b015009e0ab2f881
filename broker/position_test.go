package broker

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"slices"
	"testing"
	"time"

	"plainchat/chat"
	"plainchat/store"
)

// From every position, over one room and over several, a stream gives what the
// log has after it and then what is said live. The tape is much shorter than the
// log, so most begin in the log, some on the tape, and one at its edge.
func TestResumeFromEveryPosition(t *testing.T) {
	s := startServer(t, Options{TapeFrames: 8}).start()
	rooms := []chat.Room{"a", "b", "c"}
	var said []chat.Event
	for i := range 24 {
		said = append(said, s.say(rooms[i*i%3], fmt.Sprint("message ", i)))
	}
	for _, names := range [][]string{{"a"}, {"b", "a"}, {"c", "a", "b", "nobody"}} {
		for from := range len(said) + 1 {
			l := s.listen(since(inRooms(names...), chat.ID{Epoch: s.log.Epoch(), Seq: uint64(from)}.String()))
			for _, ev := range said[from:] {
				if slices.Contains(names, string(ev.Room)) {
					l.expect(ev)
				}
			}
			live := s.say(chat.Room(names[0]), "live")
			said = append(said, live)
			l.expect(live)
			l.body.Close()
		}
	}
}

func TestHelloCarriesThePosition(t *testing.T) {
	s := startServer(t, Options{}).start()
	first := s.say("lobby", "before")
	l := s.listen(since(inRooms("lobby"), first.ID.String()))
	if l.hello.LastEventID != first.ID.String() {
		t.Errorf("hello has id %q, want %q", l.hello.LastEventID, first.ID)
	}
	if l.Retry < "1000" || l.Retry > "3000" || len(l.Retry) != 4 {
		t.Errorf("retry = %q, want 1000 to 3000", l.Retry)
	}
	second := s.say("lobby", "after")
	l.expect(second)
	again := s.listen(since(inRooms("lobby"), l.hello.LastEventID))
	again.expect(second)
}

func TestSince(t *testing.T) {
	s := startServer(t, Options{TapeFrames: 2}).start()
	var said []chat.Event
	for i := range 5 {
		said = append(said, s.say("lobby", fmt.Sprint(i)))
	}
	for _, position := range []string{"all", "10m", "2020-01-01T00:00:00Z", "2020-01-01T09:00:00 09:00"} {
		s.listen(since(inRooms("lobby"), position)).expect(said...)
	}
	l := s.listen(since(inRooms("lobby"), "2099-01-01T00:00:00Z"))
	last := s.say("lobby", "last")
	l.expect(last)
	l = s.listen(inRooms("lobby"))
	l.expect(s.say("lobby", "very last"))
}

func TestGap(t *testing.T) {
	s := startServer(t, Options{}).start()
	now := s.say("lobby", "before")
	for position, reason := range map[string]gapReason{
		"other-1":                               gapEpoch,
		s.log.Epoch() + "-999":                  gapFuture,
		s.log.Epoch() + "-18446744073709551616": gapMalformed,
		"garbage":                               gapMalformed,
		"-5m":                                   gapMalformed,
		"\x00\xff":                              gapMalformed,
	} {
		l := s.listen(since(inRooms("lobby"), position))
		ev := l.next()
		var gap gapJSON
		if err := json.Unmarshal([]byte(ev.Data), &gap); err != nil || ev.Type != eventGap {
			t.Fatalf("%q: got %+v, %v; want a gap", position, ev, err)
		}
		if gap.Reason != reason || gap.Position != now.ID || ev.LastEventID != now.ID.String() || gap.Detail == "" {
			t.Errorf("%q: got %+v with id %s, want %s at %s", position, gap, ev.LastEventID, reason, now.ID)
		}
		if want := []string{"/rooms/lobby/messages"}; !slices.Equal(gap.History, want) {
			t.Errorf("%q: history = %q, want %q", position, gap.History, want)
		}
		now = s.say("lobby", "after")
		l.expect(now)
	}
}

// pruned is a log from whose front events have been removed.
type pruned struct {
	*store.SQLite
	first uint64
}

func (p pruned) Bounds(ctx context.Context) (uint64, uint64, error) {
	_, last, err := p.SQLite.Bounds(ctx)
	return p.first, last, err
}

func TestGapAfterRetention(t *testing.T) {
	full := startServer(t, Options{})
	var said []chat.Event
	for i := range 10 {
		said = append(said, full.say("lobby", fmt.Sprint(i)))
	}
	s := serveLog(t, full.log, pruned{full.log, 6}, Options{}).start()
	l := s.listen(since(inRooms("lobby"), said[1].ID.String()))
	if ev := l.next(); ev.Type != eventGap || ev.LastEventID != said[4].ID.String() {
		t.Fatalf("got %+v, want a gap up to %s", ev, said[4].ID)
	}
	l.expect(said[5:]...)
	s.listen(since(inRooms("lobby"), said[4].ID.String())).expect(said[5:]...)
	s.listen(since(inRooms("lobby"), "all")).expect(said[5:]...)
}

// What retention removes at the start, while the tape is filled, is told as a gap. Where
// that is all there was, streams open nevertheless.
func TestStreamsAfterRetentionAtStart(t *testing.T) {
	dir := t.TempDir()
	open := func(now func() time.Time) *store.SQLite {
		log, err := store.Open(t.Context(), store.Options{Dir: dir, Logger: slog.New(slog.DiscardHandler), Retention: time.Hour, Now: now})
		if err != nil {
			t.Fatal(err)
		}
		return log
	}
	before := open(func() time.Time { return time.Now().Add(-2 * time.Hour) })
	for i := range 20 {
		if _, _, err := before.Append(t.Context(), chat.Draft{Room: "lobby", From: chat.Person{Name: "me"}, Body: chat.Message{Text: fmt.Sprint(i)}}); err != nil {
			t.Fatal(err)
		}
	}
	before.Close()
	log := open(nil)
	t.Cleanup(func() { log.Close() })
	s := serveLog(t, log, log, Options{}).start()
	fresh := s.listen(inRooms("lobby"))
	resumed := s.listen(since(inRooms("lobby"), chat.ID{Epoch: log.Epoch(), Seq: 10}.String()))
	if ev := resumed.next(); ev.Type != eventGap || ev.LastEventID != log.Epoch()+"-20" {
		t.Errorf("got %+v, want a gap up to 20", ev)
	}
	said := s.say("lobby", "new")
	fresh.expect(said)
	resumed.expect(said)
}
