package views_test

import (
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"plainchat/chat"
	"plainchat/store"
	"plainchat/views"
)

// story is what happens in a few rooms, at random, and what should be left of it.
type story struct {
	rand  *rand.Rand
	log   *store.SQLite
	now   map[uint64]*fate // of each message
	order []uint64         // the messages
	reads map[readBy]uint64
	last  map[chat.Room]lastOf
}

// lastOf is the last message of a room.
type lastOf struct {
	seq  uint64
	time time.Time
}

// fate is a message as it should stand.
type fate struct {
	event     chat.Event
	edited    time.Time
	deleted   bool
	pinned    bool
	ask       *askFate // nil for no question
	reactions []folded
}

// askFate is a question as it should stand.
type askFate struct {
	asked, answer chat.Event // answer has no Body while the question is open
	votes         []chat.Event
}

// folded is an emoji with who has put it there.
type folded struct {
	emoji  string
	people []chat.Person
}

type readBy struct {
	room   chat.Room
	person string
}

var (
	storyRooms  = []chat.Room{"tea", "차"}
	storyPeople = []chat.Person{{Name: "Ann"}, {Name: "ANN"}, {ID: "g1", Name: "Ann"}, {ID: "g1", Name: "Anna"}, {Name: "홍길동"}, {ID: "t-1", Name: "ci"}}
	storyEmoji  = []string{"👍", "❤️"}
	storyTexts  = []string{"Is there tea?", "@ann yes\nin the kitchen", "@홍길동, @ci: no", "x"}
)

func newStory(seed uint64, log *store.SQLite) *story {
	return &story{rand: rand.New(rand.NewPCG(seed, 0)), log: log, now: map[uint64]*fate{}, reads: map[readBy]uint64{}, last: map[chat.Room]lastOf{}} // #nosec G404 -- a test
}

func pick[T any](s *story, all []T) T { return all[s.rand.IntN(len(all))] }

func (s *story) text() string { return fmt.Sprint(pick(s, storyTexts), s.rand.IntN(100)) }

// next lets something happen.
func (s *story) next(t *testing.T) {
	t.Helper()
	room := pick(s, storyRooms)
	body := s.body()
	if target := s.now[body.Target()]; target != nil && s.rand.IntN(10) > 0 {
		room = target.event.Room
	}
	ev, _, err := s.log.Append(t.Context(), chat.Draft{Room: room, From: pick(s, storyPeople), Body: body})
	if errors.Is(err, store.ErrNoTarget) || errors.Is(err, store.ErrReadBefore) {
		return
	} else if err != nil {
		t.Fatal(err)
	}
	s.fold(ev)
}

// body is about one of the latest messages, if about any.
func (s *story) body() chat.Body {
	of := uint64(1)
	if n := len(s.order); n > 0 {
		of = s.order[max(0, n-1-s.rand.IntN(6))]
	}
	switch s.rand.IntN(32) {
	case 24, 25, 26:
		return chat.Ask{Of: of, Choices: "yes\nno", Poll: s.rand.IntN(2) == 0, Until: s.rand.Int64N(3)}
	case 27, 28, 29, 30:
		return chat.Answer{Of: of, Choice: pick(s, []string{"yes", "no"}), Expired: s.rand.IntN(8) == 0}
	case 0, 1:
		return chat.Edit{Of: of, Text: s.text()}
	case 2:
		return chat.Delete{Of: of}
	case 3, 4, 5, 6, 13, 14, 15, 16, 17, 18, 19, 20:
		return chat.Reaction{Of: of, Emoji: pick(s, storyEmoji), Removed: s.rand.IntN(2) == 0}
	case 7, 8:
		return chat.Pin{Of: of, Removed: s.rand.IntN(3) == 0}
	case 9:
		return chat.Read{Upto: of}
	case 10:
		return chat.RoomState{Topic: "tea", Archived: s.rand.IntN(2) == 0}
	case 11, 12:
		return chat.Message{Text: s.text(), ReplyTo: of}
	}
	return chat.Message{Text: s.text()}
}

// fold is what the events mean, said as plainly as it goes.
func (s *story) fold(ev chat.Event) {
	about := s.now[ev.Body.Target()]
	switch body := ev.Body.(type) {
	case chat.Message:
		s.now[ev.ID.Seq] = &fate{event: ev}
		s.order = append(s.order, ev.ID.Seq)
		s.last[ev.Room] = lastOf{ev.ID.Seq, ev.Time}
	case chat.Edit:
		about.event.Body = chat.Message{Text: body.Text, ReplyTo: about.event.Body.Target()}
		about.edited = ev.Time
	case chat.Delete:
		about.event.Body = chat.Erased{Was: about.event.Kind()}
		*about = fate{event: about.event, deleted: true}
		if s.last[ev.Room].seq == body.Of {
			s.last[ev.Room] = lastOf{body.Of, ev.Time}
		}
	case chat.Reaction:
		about.react(ev.From, body)
	case chat.Pin:
		about.pinned = !body.Removed
	case chat.Ask:
		if about.ask == nil {
			about.ask = &askFate{asked: ev}
		}
	case chat.Answer:
		if about.ask != nil && about.ask.answer.Body == nil {
			about.ask.take(ev, body)
		}
	case chat.Read:
		s.reads[readBy{ev.Room, ev.From.Key()}] = body.Upto
	}
}

// take is an answer to a question that is open.
func (f *askFate) take(ev chat.Event, answer chat.Answer) {
	if !f.asked.Body.(chat.Ask).Poll || answer.Expired {
		f.answer = ev
		return
	}
	i := slices.IndexFunc(f.votes, func(vote chat.Event) bool { return vote.From.Key() == ev.From.Key() })
	if i >= 0 {
		f.votes = slices.Delete(f.votes, i, i+1)
	}
	f.votes = append(f.votes, ev)
}

// question is what somebody should read of it.
func (f *askFate) question(asker string) string {
	if f == nil {
		return ""
	}
	var lines strings.Builder
	ask := f.asked.Body.(chat.Ask)
	fmt.Fprintln(&lines, ask)
	if answer, is := f.answer.Body.(chat.Answer); is {
		by := f.answer.From.Name
		if answer.Expired {
			by = ""
		}
		fmt.Fprintln(&lines, answer.Choice, answer.Expired, by, f.answer.Time)
	}
	if !ask.Poll {
		return lines.String()
	}
	for _, choice := range ask.List() {
		var names []string
		mine := false
		for _, vote := range f.votes {
			if vote.Body.(chat.Answer).Choice == choice {
				names = append(names, string(vote.From.Name))
				mine = mine || vote.From.Key() == asker
			}
		}
		fmt.Fprintln(&lines, choice, len(names), names, mine)
	}
	return lines.String()
}

// told is what views tell of a question.
func told(q *views.Question) string {
	if q == nil {
		return ""
	}
	var lines strings.Builder
	fmt.Fprintln(&lines, q.Ask)
	if q.State() != views.Open {
		fmt.Fprintln(&lines, q.Choice, q.Expired, q.By, q.At)
	}
	for _, v := range q.Votes {
		fmt.Fprintln(&lines, v.Choice, v.Count, v.Names, v.Mine)
	}
	return lines.String()
}

// react is what a page does that knows the events alone, and of the person whose the name was last.
func (f *fate) react(from chat.Person, r chat.Reaction) {
	i := slices.IndexFunc(f.reactions, func(have folded) bool { return have.emoji == r.Emoji })
	if i < 0 {
		if !r.Removed {
			f.reactions = append(f.reactions, folded{r.Emoji, []chat.Person{from}})
		}
		return
	}
	people := &f.reactions[i].people
	have := slices.IndexFunc(*people, func(p chat.Person) bool { return p.Name == from.Name })
	switch {
	case r.Removed && have >= 0:
		*people = slices.Delete(*people, have, have+1)
	case !r.Removed && have >= 0:
		(*people)[have] = from
	case !r.Removed:
		*people = append(*people, from)
	}
	if len(*people) == 0 {
		f.reactions = slices.Delete(f.reactions, i, i+1)
	}
}

// forget drops what retention has removed.
func (s *story) forget(first uint64) {
	s.order = slices.DeleteFunc(s.order, func(seq uint64) bool { return seq < first })
	for seq := range s.now {
		if seq < first {
			delete(s.now, seq)
		}
	}
}

// replies counts the messages that answer one.
func (s *story) replies(seq uint64) (n int) {
	for _, f := range s.now {
		if f.event.Body.Target() == seq {
			n++
		}
	}
	return n
}

var quiet = slog.New(slog.DiscardHandler)
