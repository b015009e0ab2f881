package broker

import (
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"net/url"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"plainchat/chat"
	"plainchat/internal/eventstream"
)

// However many people come and go, the messages stay on the tape.
func TestPresenceIsNotOnTheTape(t *testing.T) {
	s := startServer(t, Options{TapeFrames: 8}).start()
	first, second := s.say("r0", "one"), s.say("r0", "two")
	watcher := s.listen(since(inRooms("r0"), first.ID.String()))
	watcher.expect(second)
	rooms := make([]string, 16)
	for i := range rooms {
		rooms[i] = fmt.Sprint("r", i)
	}
	for n := range 10 {
		name := fmt.Sprint("guest ", n)
		guest := s.listen(url.Values{"room": rooms, "user_name": {name}})
		for _, news := range []string{"joined", "left"} {
			if ev := watcher.next(); ev.Type != eventPresence || !strings.Contains(ev.Data, fmt.Sprintf(`"%s":[%q]`, news, name)) {
				t.Fatalf("got %+v, want that %s %s", ev, name, news)
			}
			guest.body.Close()
		}
	}
	s.listen(since(inRooms("r0"), first.ID.String())).expect(second)
	if misses := s.broker.Stats.TapeMisses.Load(); misses != 0 {
		t.Errorf("the tape was missed %d times", misses)
	}
}

// fakeSink takes what is written to it, or nothing.
type fakeSink struct {
	full    bool
	written []byte
}

func (f *fakeSink) tryWrite(p []byte) (int, error) {
	if f.full {
		return 0, nil
	}
	f.written = append(f.written, p...)
	return len(p), nil
}

func (f *fakeSink) write(p []byte) error {
	f.written = append(f.written, p...)
	return nil
}

func (f *fakeSink) close() {}

// A connection that lags while people come is told the latest of its rooms once it has
// caught up, and nothing twice.
func TestLaggingConnectionIsToldTheLatest(t *testing.T) {
	var s *shard
	p := newPresence(func(news frame) { s.announce(news) })
	s = newShard(newTape(8, 1000, 0), p, new(Stats))
	rooms := []chat.Room{"a", "b"}
	far := &fakeSink{full: true}
	c := &conn{sink: far, rooms: rooms, indices: make([]int, 2), heard: p.join("", rooms), parked: make(chan place, 1), shard: s}
	announce := func(name chat.Name, room chat.Room) {
		p.join(name, []chat.Room{room})
		for news, more := p.next(); more; news, more = p.next() {
			p.announce(news)
		}
	}
	if !s.attach(c, s.tape.head()) {
		t.Fatal("the connection was not attached")
	}
	announce("Ann", "a")
	lagging := <-c.parked
	if err := far.write(lagging.rest); err != nil {
		t.Fatal(err)
	}
	announce("Ben", "a")
	announce("Cid", "b")
	announce("Dan", "a")
	far.full = false
	if !s.attach(c, lagging.at) {
		t.Fatal("the connection was not attached again")
	}
	announce("Eve", "b")
	var heard []string
	r := eventstream.NewReader(strings.NewReader(string(far.written)))
	for ev, err := r.Next(); err == nil; ev, err = r.Next() {
		var news presenceJSON
		if err := json.Unmarshal([]byte(ev.Data), &news); err != nil {
			t.Fatal(err)
		}
		heard = append(heard, fmt.Sprint(news.Joined, news.Online))
	}
	if want := []string{"[Ann] 1", "[Cid] 1", "[Dan] 3", "[Eve] 2"}; !slices.Equal(heard, want) {
		t.Errorf("heard %q, want %q", heard, want)
	}
}

// Announcing takes a tenth of the time at the most, and gets to every room in its turn.
func TestPresenceIsBoundedInTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const rooms, each = 200, 10 * time.Millisecond
		var announced []chat.Room
		done := make(chan struct{})
		p := newPresence(func(news frame) {
			<-time.After(each)
			if announced = append(announced, news.room); len(announced) == rooms {
				close(done)
			}
		})
		var want []chat.Room
		for i := range rooms {
			want = append(want, chat.Room(fmt.Sprint(i)))
			p.join("Ann", want[i:])
		}
		began := time.Now()
		go p.run(t.Context())
		<-done
		if took := time.Since(began); took < 9*rooms*each || took > 15*rooms*each {
			t.Errorf("what takes %v was done in %v", rooms*each, took)
		}
		if !slices.Equal(announced, want) {
			t.Errorf("announced %v", announced)
		}
	})
}

// What is announced of a room adds up to who is there, whoever comes and goes, and is
// silent about those who were away for a moment or never seen.
func TestAttendanceAgainstModel(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	a := &attendance{room: "r"}
	streams, told := make(map[chat.Name]int), make(map[chat.Name]bool)
	names := []chat.Name{"Ann", "Ben", "Cid", "Dan"}
	for range 5000 {
		name := names[rng.IntN(len(names))]
		if streams[name] > 0 && rng.IntN(2) == 0 {
			a.count(name, -1)
			streams[name]--
		} else if streams[name] < 3 {
			a.count(name, +1)
			streams[name]++
		}
		if rng.IntN(4) > 0 {
			continue
		}
		before := maps.Clone(told)
		news, changed := a.settle()
		for _, name := range news.Joined {
			told[name] = true
		}
		for _, name := range news.Left {
			delete(told, name)
		}
		if changed == maps.Equal(before, told) {
			t.Fatalf("%+v is news: %v", news, changed)
		}
		for _, name := range names {
			if told[name] != (streams[name] > 0) {
				t.Fatalf("%s is there: %v, but the room was told %v", name, streams[name] > 0, told[name])
			}
		}
		if news.Online != len(told) || len(a.people) != len(told) {
			t.Fatalf("%d are online and %d kept, want %d", news.Online, len(a.people), len(told))
		}
	}
}
