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
	s = newShard(newTape(8, 1000, 0), p, nil, new(Stats))
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

// What is announced of a room adds up to who is there and who of them is idle, whoever comes,
// goes, pauses and returns, and is silent about what was over in a moment.
func TestAttendanceAgainstModel(t *testing.T) {
	type state struct{ here, idle bool }
	rng := rand.New(rand.NewPCG(1, 2))
	a := &attendance{room: "r"}
	streams, idle, told := make(map[chat.Name]int), make(map[chat.Name]bool), make(map[chat.Name]state)
	names := []chat.Name{"Ann", "Ben", "Cid", "Dan"}
	for range 10_000 {
		name := names[rng.IntN(len(names))]
		switch rng.IntN(4) {
		case 0:
			if streams[name] > 0 {
				a.count(name, name.Key(), -1)
				streams[name]--
				idle[name] = idle[name] && streams[name] > 0
			}
		case 1:
			if streams[name] < 3 {
				a.count(name, name.Key(), +1)
				a.setIdle(name.Key(), false, time.Unix(2, 0)) // as who opens one is
				streams[name]++
				idle[name] = false
			}
		case 2:
			a.setIdle(name.Key(), true, time.Unix(1, 0))
			idle[name] = streams[name] > 0
		case 3:
			a.setIdle(name.Key(), false, time.Time{})
			idle[name] = false
		}
		if rng.IntN(4) > 0 {
			continue
		}
		before := maps.Clone(told)
		news, changed := a.settle()
		for _, name := range news.Joined {
			told[name] = state{here: true}
		}
		for _, name := range news.Left {
			delete(told, name)
		}
		for _, name := range news.Idle {
			told[name] = state{here: true, idle: true}
		}
		for _, name := range news.Active {
			told[name] = state{here: true}
		}
		if changed == maps.Equal(before, told) {
			t.Fatalf("%+v is news: %v", news, changed)
		}
		idlers := 0
		for _, name := range names {
			if want := (state{streams[name] > 0, idle[name]}); told[name] != want {
				t.Fatalf("%s is %+v, but the room was told %+v", name, want, told[name])
			}
			if idle[name] {
				idlers++
			}
		}
		if news.Online != len(told) || len(a.people) != len(told) || a.arrivals.Len() != len(told) || a.idle != idlers {
			t.Fatalf("%d are online, %d and %d kept, %d idle; want %d and %d", news.Online, len(a.people), a.arrivals.Len(), a.idle, len(told), idlers)
		}
		for _, person := range news.Here {
			if told[person.Name] != (state{true, person.Idle}) {
				t.Fatalf("%+v is listed, but is %+v", person, told[person.Name])
			}
		}
		if len(news.Here) != min(len(told), presenceHere) {
			t.Fatalf("%d of %d people are listed", len(news.Here), len(told))
		}
	}
}

// A person is one, however the name is written, and idle until they do something.
func TestIdle(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		told := announced(t)
		began := time.Now()
		rooms := []chat.Room{"r"}
		told.join("Ann", rooms)
		told.join("ANN", rooms)
		told.setIdle("r", "ann", true)
		told.expect(`{"room":"r","online":1,"joined":["Ann"],"left":[],"idle":["Ann"],"active":[],"here":[{"user_name":"Ann","idle":true}],"data":"User Connected"}`)
		if online, people := told.people("r", 10); online != 1 || len(people) != 1 || !people[0].Since.Equal(began) {
			t.Errorf("%d are here: %+v", online, people)
		}
		told.setIdle("r", "Ann", true) // again
		told.setIdle("r", "Ben", true) // who is not here
		told.setIdle("elsewhere", "Ann", false)
		told.posted("r", "Ben")
		told.leave("ANN", rooms)
		told.expect()
		for what, act := range map[string]func(){
			"says so":       func() { told.setIdle("r", "Ann", false) },
			"posts":         func() { told.posted("r", "ANN") },
			"opens another": func() { told.join("ann", rooms) },
		} {
			act()
			told.expect(`{"room":"r","online":1,"joined":[],"left":[],"idle":[],"active":["Ann"],"here":[{"user_name":"Ann","idle":false}],"data":"User Active"}`)
			if t.Failed() {
				t.Fatal(what)
			}
			told.setIdle("r", "Ann", true)
			told.expect(`{"room":"r","online":1,"joined":[],"left":[],"idle":["Ann"],"active":[],"here":[{"user_name":"Ann","idle":true}],"data":"User Idle"}`)
		}
		told.types("r", "Ann")
		told.expect(`{"room":"r","online":1,"joined":[],"left":[],"idle":[],"active":["Ann"],"here":[{"user_name":"Ann","idle":false}],"data":"User Active"}`,
			`{"room":"r","names":["Ann"]}`)
	})
}

// told is a presence, and what it has announced.
type told struct {
	*presence
	t    *testing.T
	news chan frame
}

// announced runs a presence in a bubble of synctest, with a silent listener in the room r.
func announced(t *testing.T) *told {
	h := &told{t: t, news: make(chan frame, 1000)}
	h.presence = newPresence(func(news frame) { h.news <- news })
	h.join("", []chat.Room{"r"})
	go h.run(t.Context())
	return h
}

// expect waits until nothing more is due, and compares what was announced.
func (h *told) expect(want ...string) {
	h.t.Helper()
	<-time.After(2 * presenceWindow)
	synctest.Wait()
	var got []string
	for len(h.news) > 0 {
		news := string(bare((<-h.news).chunk))
		if strings.Contains(news, "id:") {
			h.t.Errorf("what is in no log has an id: %s", news)
		}
		data, _, _ := strings.Cut(strings.TrimPrefix(news, "data: "), "\n")
		got = append(got, data)
	}
	if !slices.Equal(got, want) {
		h.t.Errorf("announced\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}
