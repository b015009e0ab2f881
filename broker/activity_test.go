package broker

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"plainchat/chat"
)

func posted(seq uint64, room chat.Room, text string) chat.Event {
	return testEvent(seq, room, text)
}

func hasRead(person chat.PersonID, room chat.Room, upto uint64) chat.Event {
	return chat.Event{ID: chat.ID{Epoch: "e1", Seq: upto + 1}, Room: room, From: chat.Person{ID: person, Name: "x"}, Body: chat.Read{Upto: upto}}
}

// bubble is an activity that runs in a bubble of synctest, and what it has told, when.
type bubble struct {
	*activity
	t     *testing.T
	began time.Time
	told  chan *bulletin
	at    chan time.Duration
}

func newBubble(t *testing.T) *bubble {
	b := &bubble{t: t, began: time.Now(), told: make(chan *bulletin, 100), at: make(chan time.Duration, 100)}
	b.activity = newActivity(func(told *bulletin) {
		b.told <- told
		b.at <- time.Since(b.began)
	})
	go b.run(t.Context())
	return b
}

// next returns what a stream is told next, and when.
func (b *bubble) next(w *watcher) (string, time.Duration) {
	b.t.Helper()
	told := <-b.told
	data, _, _ := strings.Cut(strings.TrimPrefix(string(bare(told.chunk(w))), "data: "), "\nevent: activity\n\n")
	return data, <-b.at
}

func (b *bubble) want(w *watcher, want string, at time.Duration) {
	b.t.Helper()
	if got, when := b.next(w); got != want || when != at {
		b.t.Errorf("told %s after %v, want %s after %v", got, when, want, at)
	}
}

// What is posted is told once a second at the most, added up for each room.
func TestActivity(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBubble(t)
		b.happened(posted(1, "a", "before anybody listens"))
		w := b.join(Audience{}, "")
		b.happened(posted(2, "a", "hello @Ann"))
		b.happened(posted(3, "b", "@Ben: @Ann"))
		b.happened(posted(4, "a", "hello @ann and @Cid!"))
		b.happened(chat.Event{ID: chat.ID{Epoch: "e1", Seq: 5}, Room: "c", Body: chat.Edit{Of: 1, Text: "@Ann"}})
		b.want(w, `{"rooms":[{"room":"a","id":"e1-4","messages":2,"mentions":["ann","ann and","cid"]},{"room":"b","id":"e1-3","messages":1,"mentions":["ben","ann"]}]}`, activityWindow)
		b.happened(posted(6, "b", "soon"))
		b.want(w, `{"rooms":[{"room":"b","id":"e1-6","messages":1,"mentions":[]}]}`, activityWindow+activityPause)
		<-time.After(time.Minute)
		b.happened(posted(7, "a", "late"))
		b.want(w, `{"rooms":[{"room":"a","id":"e1-7","messages":1,"mentions":[]}]}`, 2*activityWindow+activityPause+time.Minute)
		b.happened(posted(8, "a", "when nobody listens any more"))
		b.leave(w)
		<-time.After(time.Minute)
		if len(b.told) > 0 || len(b.rooms)+len(b.waiting)+len(b.audiences)+len(b.people) > 0 {
			t.Error("something is kept for nobody")
		}
	})
}

// An audience is told of the rooms that it may listen to, and asked for each room once however
// many streams it has.
func TestActivityHasRights(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBubble(t)
		asked := 0
		private := Audience{Key: "token", May: func(room chat.Room) error {
			if asked++; room != "private" {
				return errors.New("no")
			}
			return nil
		}}
		all, some, more := b.join(Audience{}, ""), b.join(private, ""), b.join(private, "")
		b.happened(posted(1, "open", "hello"))
		b.happened(posted(2, "private", "hello"))
		told := <-b.told
		for w, want := range map[*watcher]int{all: 2, some: 1, more: 1} {
			if got := strings.Count(string(told.chunk(w)), `"room":`); got != want {
				t.Errorf("%q is told of %d rooms, want %d", w.audience.Key, got, want)
			}
		}
		if asked != 2 {
			t.Errorf("was asked %d times about two rooms", asked)
		}
		b.leave(all)
		b.happened(posted(3, "open", "hello"))
		<-time.After(time.Minute)
		if len(b.told) > 0 {
			t.Error("nobody may know, and is told")
		}
	})
}

// How far somebody has read is told to themselves alone.
func TestActivityHasReads(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBubble(t)
		ann, ben, nobody := b.join(Audience{}, "ann"), b.join(Audience{}, "ben"), b.join(Audience{}, "")
		b.happened(hasRead("ann", "a", 7))
		b.happened(hasRead("ann", "a", 9))
		b.happened(hasRead("ann", "b", 8))
		b.happened(hasRead("cid", "a", 9))
		told := <-b.told
		<-b.at
		if got := string(bare(told.chunk(ann))); got != `data: {"rooms":[],"read":[{"room":"a","upto":"e1-9"},{"room":"b","upto":"e1-8"}]}`+"\nevent: activity\n\n" {
			t.Errorf("told %s", got)
		}
		if len(told.chunk(ben))+len(told.chunk(nobody)) > 0 {
			t.Error("others are told")
		}
		b.happened(hasRead("ben", "b", 8))
		b.happened(posted(10, "a", "hello"))
		b.want(ben, `{"rooms":[{"room":"a","id":"e1-10","messages":1,"mentions":[]}],"read":[{"room":"b","upto":"e1-8"}]}`, activityWindow+activityPause)
	})
}

// However many rooms are active, a bulletin is short, and each room is told in its turn with all
// that was posted.
func TestActivityIsBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const rooms = 10_000
		b := newBubble(t)
		w := b.join(Audience{}, "")
		var mentions []string
		for n := range 30 {
			mentions = append(mentions, fmt.Sprint("@", strings.Repeat("가", 39), n%10, n/10))
		}
		total, seq := map[chat.Room]int{}, uint64(0)
		post := func() {
			for n := range rooms {
				seq++
				text := "hello"
				if n%50 == 0 {
					text = strings.Join(mentions, " ")
				}
				b.happened(posted(seq, chat.Room(fmt.Sprintf("room-%d", n)), text))
			}
		}
		post()
		post()
		var first chat.Room
		for left := 2 * rooms; left > 0; {
			data, _ := b.next(w)
			if len(data) > 2*activityBytes {
				t.Fatalf("a bulletin has %d bytes", len(data))
			}
			var told struct{ Rooms []tally }
			if err := json.Unmarshal([]byte(data), &told); err != nil {
				t.Fatal(err)
			}
			for _, r := range told.Rooms {
				if r.Room == "room-0" && first == "" {
					first = r.Room
					b.happened(posted(seq+1, "room-0", "again"))
					left++
				}
				total[r.Room] += r.Messages
				left -= r.Messages
			}
		}
		if len(total) != rooms || total["room-0"] != 3 {
			t.Errorf("%d rooms were told, the first of %d messages", len(total), total["room-0"])
		}
	})
}

// A stream that lags is told what it missed when it is current again, or that it missed more
// than is kept; nothing twice.
func TestActivityOfLaggingConnection(t *testing.T) {
	for _, lost := range []int{1, 3, activityKept, activityKept + 1} {
		a := newActivity(nil)
		s := newShard(newTape(8, 1000, 0), newPresence(nil), a, new(Stats))
		far := &fakeSink{}
		c := &conn{sink: far, rooms: []chat.Room{"r"}, indices: make([]int, 1), parked: make(chan place, 1), shard: s, watcher: a.join(Audience{}, "")}
		seq := 0
		tell := func() {
			seq++
			a.happened(posted(uint64(seq), "r", "hello"))
			s.tell(a.gather())
		}
		tell() // before it is attached for the first time
		if !s.attach(c, s.tape.head()) {
			t.Fatal("the connection was not attached")
		}
		tell()
		far.full = true
		tell()
		p := <-c.parked
		_ = far.write(p.rest)
		for range lost {
			tell()
		}
		far.full = false
		if !s.attach(c, p.at) {
			t.Fatal("the connection was not attached again")
		}
		tell()
		want := []string{"e1-1", "e1-2", "e1-3"}
		for n := range lost {
			want = append(want, fmt.Sprint("e1-", n+4))
		}
		if lost > activityKept {
			want = append(want[:3], "missed")
		}
		want = append(want, fmt.Sprint("e1-", seq))
		if got := idsIn(string(far.written)); !slices.Equal(got, want) {
			t.Errorf("%d lost: told %q, want %q", lost, got, want)
		}
	}
}

func idsIn(stream string) (ids []string) {
	for _, line := range strings.Split(stream, "\n") {
		if _, rest, found := strings.Cut(line, `"id":"`); found {
			id, _, _ := strings.Cut(rest, `"`)
			ids = append(ids, id)
		} else if strings.Contains(line, `"missed":true`) {
			ids = append(ids, "missed")
		}
	}
	return ids
}

// Streams that come and go while others are told are told neither twice nor never.
func TestTellingManyConnections(t *testing.T) {
	a := newActivity(nil)
	s := newShard(newTape(8, 1000, 0), newPresence(nil), a, new(Stats))
	var sinks []*fakeSink
	var conns []*conn
	for range 3*tellAtOnce + 1 {
		far := &fakeSink{}
		c := &conn{sink: far, rooms: []chat.Room{"r"}, indices: make([]int, 1), parked: make(chan place, 1), shard: s, watcher: a.join(Audience{}, "")}
		s.attach(c, s.tape.head())
		sinks, conns = append(sinks, far), append(conns, c)
	}
	for i := 0; i < len(conns); i += 3 {
		sinks[i].full = true // which detaches it while all are told
	}
	a.happened(posted(1, "r", "hello"))
	s.tell(a.gather())
	if len(s.watchers) != len(conns)-(len(conns)+2)/3 {
		t.Errorf("%d of %d are left", len(s.watchers), len(conns))
	}
	for i, c := range conns {
		if sinks[i].full {
			p := <-c.parked
			_ = sinks[i].write(p.rest)
			s.attach(c, p.at)
		}
		if got := idsIn(string(sinks[i].written)); !slices.Equal(got, []string{"e1-1"}) {
			t.Fatalf("%d is told %q", i, got)
		}
		if s.watchers[c.watcher.index] != c {
			t.Fatalf("%d is not where it should be", i)
		}
	}
}

// Over a socket, an activity event has no id, and streams that did not ask for it get none.
func TestActivityOnStreams(t *testing.T) {
	s := startServer(t, Options{}).start()
	plain := s.listen(inRooms("b"))
	wants := s.listen(url.Values{"room": {"b"}, "activity": {""}})
	said := s.say("a", "hello @me")
	if ev := wants.next(); ev.Type != eventActivity || ev.LastEventID != wants.hello.LastEventID ||
		ev.Data != fmt.Sprintf(`{"rooms":[{"room":"a","id":"%s","messages":1,"mentions":["me"]}]}`, said.ID) {
		t.Errorf("got %+v", ev)
	}
	plain.expect(s.say("b", "hello"))
	wants.body.Close()
	<-s.ended
	if n := s.broker.activity.watching.Load(); n != 0 {
		t.Errorf("%d streams are counted", n)
	}
}
