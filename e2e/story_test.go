package e2e

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/url"
	"slices"
)

// story is people in one room who do at random what can be done there.
type story struct {
	server   *server
	rng      *rand.Rand
	people   []*person // who can own names, and two who cannot
	free     []string  // names for guests to change to
	messages []*written
	asks     []*written // those that are questions
}

// written is a message as the story knows it.
type written struct {
	id      string
	author  *person
	deleted bool
}

const (
	storyMessages = 45 // at the most, so that they are one page
	storyCrowd    = 24 // people who react to a message at once: more than are named at it
)

func newStory(s *server, rng *rand.Rand) *story {
	return &story{
		server: s, rng: rng,
		people: []*person{s.guest("Ann"), s.guest("Ben"), s.guest("Cho 차"), s.script("ci"), s.stranger("Zed"), s.stranger("passer-by")},
		free:   []string{"Ann", "Annie", "Ben", "Benny", "Cho 차", "Joe", "Zed", "<b>Zoe</b>"},
	}
}

// steps are what can happen, each as often as its weight.
var steps = []struct {
	weight int
	step   func(*story)
}{
	{8, (*story).say}, {5, (*story).reply}, {8, (*story).edit}, {3, (*story).remove}, {14, (*story).react}, {9, (*story).unreact},
	{6, (*story).pin}, {3, (*story).unpin}, {2, (*story).topic}, {4, (*story).rename}, {2, (*story).read}, {1, (*story).crowd},
	{12, (*story).tellByKey}, {3, (*story).ask}, {7, (*story).answerAsk},
}

// step does one thing.
func (s *story) step() {
	total := 0
	for _, each := range steps {
		total += each.weight
	}
	n := s.rng.IntN(total)
	for _, each := range steps {
		if n -= each.weight; n < 0 {
			each.step(s)
			return
		}
	}
}

func pick[T any](rng *rand.Rand, from []T) T { return from[rng.IntN(len(from))] }

// want does something that is answered with one of these statuses.
func (s *story) want(p *person, method, at string, body any, statuses ...int) (status int, answer []byte) {
	s.server.t.Helper()
	status, answer = p.do(method, at, body)
	if !slices.Contains(statuses, status) {
		s.server.t.Errorf("%s %s by %s: %d, want %d\n%s", method, at, p.name, status, statuses, answer)
	}
	return status, answer
}

// text is one line or more, of a length at random.
func (s *story) text() string {
	return fmt.Sprintf("%s %d", pick(s.rng, []string{"tea?", "two\nlines", "차 한 잔", "<i>not markup</i>", "  spaces  inside", "@Ann look", "a\tb"}), s.rng.IntN(1000))
}

func (s *story) say() { s.write(map[string]string{"message": s.text()}) }

func (s *story) reply() {
	if len(s.messages) == 0 {
		return
	}
	s.write(map[string]string{"message": s.text(), "reply_to": pick(s.rng, s.messages).id})
}

// write sends a message. A name may be taken by a guest, and a message that is answered deleted.
func (s *story) write(body map[string]string) {
	if len(s.messages) == storyMessages {
		return
	}
	p := pick(s.rng, s.people)
	body["user_name"] = p.name
	status, answer := s.want(p, http.MethodPost, "/messages", body, http.StatusCreated, http.StatusConflict, http.StatusGone)
	if status != http.StatusCreated {
		return
	}
	s.keep(p, answer)
}

// changed returns a message, where to change it, and the status that its author gets.
func (s *story) changed() (m *written, at string, status int) {
	if len(s.messages) == 0 {
		return nil, "", 0
	}
	m = pick(s.rng, s.messages)
	if m.deleted { // less often
		m = pick(s.rng, s.messages)
	}
	status = http.StatusOK
	if m.deleted {
		status = http.StatusGone
	}
	return m, "/messages/" + m.id, status
}

// own is changed for what the author alone may do. Now and then somebody else tries.
func (s *story) own(method string, body any) (m *written, done bool) {
	m, at, status := s.changed()
	if m == nil {
		return nil, false
	}
	p := m.author
	if s.rng.IntN(5) == 0 {
		p = pick(s.rng, s.people)
	}
	if !m.deleted && (p != m.author || !p.owner()) {
		status = http.StatusForbidden
	}
	s.want(p, method, at, body, status)
	return m, status == http.StatusOK
}

func (s *story) edit() { s.own(http.MethodPatch, map[string]string{"message": s.text()}) }

func (s *story) remove() {
	if m, done := s.own(http.MethodDelete, nil); done {
		m.deleted = true
	}
}

// change does what everybody may do. The name of somebody who owns none may be taken.
func (s *story) change(method, what string) {
	m, at, status := s.changed()
	if m == nil {
		return
	}
	s.want(pick(s.rng, s.people), method, at+what, nil, status, http.StatusNoContent, http.StatusConflict)
}

func (s *story) reaction() string {
	return "/reactions/" + url.PathEscape(pick(s.rng, []string{"👍", "❤️", "🎉"}))
}

func (s *story) react()   { s.change(http.MethodPut, s.reaction()) }
func (s *story) unreact() { s.change(http.MethodDelete, s.reaction()) }
func (s *story) pin()     { s.change(http.MethodPut, "/pin") }
func (s *story) unpin()   { s.change(http.MethodDelete, "/pin") }

func (s *story) topic() {
	s.want(pick(s.rng, s.people[:4]), http.MethodPut, "/rooms/tea", map[string]string{"topic": pick(s.rng, []string{"", "Tea", "<b>차</b>"})}, http.StatusOK, http.StatusNoContent, http.StatusConflict)
}

func (s *story) read() {
	if m, _, _ := s.changed(); m != nil {
		s.want(pick(s.rng, s.people[:4]), http.MethodPut, "/read", map[string]string{"id": m.id}, http.StatusOK, http.StatusNoContent)
	}
}

// rename gives a guest another name, which somebody else may have.
// rename has somebody go by another name. The first of them looks at pages, which learn of another
// name of theirs by their own field alone.
func (s *story) rename() { pick(s.rng, s.people[1:3]).name = pick(s.rng, s.free) }

// crowd has more people react to a message than are named at it; some of them take it back.
func (s *story) crowd() {
	m, at, status := s.changed()
	if m == nil {
		return
	}
	emoji := s.reaction()
	for i := range storyCrowd {
		s.want(s.server.stranger(fmt.Sprint("one of many ", i)), http.MethodPut, at+emoji, nil, status, http.StatusNoContent)
	}
	for range 3 {
		s.want(s.server.stranger(fmt.Sprint("one of many ", s.rng.IntN(storyCrowd))), http.MethodDelete, at+emoji, nil, status, http.StatusNoContent)
	}
}
