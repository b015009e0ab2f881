package handlers

import (
	"slices"
	"strings"
	"time"

	"plainchat/chat"
	"plainchat/views"
)

// askView is what a message asks, and what came of it.
type askView struct {
	Address string // where answers go
	State   string // as views.Question.State
	Poll    bool
	Choices []choiceView
	From    string // the names of those who may answer, or empty for all
	Shut    bool   // the reader may not
	Until   time.Time
	Default string
	Choice  string // what was answered; empty where there is no answer
	By      chat.Name
	At      time.Time

	asked *views.Question
}

// choiceView is what can be answered and, of a poll, who has.
type choiceView struct {
	Text  string
	Count int
	Most  int // votes of any choice, by which the bars are measured; never 0
	Names string
	Mine  bool
}

// Wire is a time as the wire has it.
func (askView) Wire(t time.Time) string { return chat.FormatTime(t) }

// Open reports whether it can be answered.
func (a askView) Open() bool { return a.State == views.Open }

// Noted reports whether there is more to say of an open question.
func (a askView) Noted() bool {
	return a.Open() && (a.From != "" || !a.Until.IsZero() || a.Default != "")
}

// Outcome is the key of the sentence that says what was answered. ask.js has the same rule.
func (a askView) Outcome() string {
	switch {
	case a.Poll:
		return "page.ask.poll_over"
	case a.By != "":
		return "page.ask.answered"
	case a.Choice != "":
		return "page.ask.defaulted"
	}
	return "page.ask.expired"
}

// newAskView returns nil for a message that asks nothing.
func newAskView(m *views.Message) *askView {
	q := m.Ask
	if q == nil {
		return nil
	}
	a := &askView{
		State: q.State(), Poll: q.Poll, From: joinNames(q.Names()), Until: q.Time(), Default: q.Default, Choice: q.Choice, By: q.By, At: q.At, asked: q,
	}
	for _, choice := range q.List() {
		a.Choices = append(a.Choices, choiceView{Text: choice})
	}
	most := 1
	for _, vote := range q.Votes {
		most = max(most, vote.Count)
	}
	for i, vote := range q.Votes {
		a.Choices[i] = choiceView{vote.Choice, vote.Count, most, strings.Join(vote.Names, ", "), vote.Mine}
	}
	return a
}

func joinNames(names []chat.Name) string {
	all := make([]string, len(names))
	for i, name := range names {
		all[i] = string(name)
	}
	return strings.Join(all, ", ")
}

// mayAnswer reports whether a question is put to the reader, as far as their names tell.
func (v roomView) mayAnswer(q *views.Question) bool {
	return q.From == "" || !v.NameTaken && q.Asks(chat.Name(v.UserName)) || slices.ContainsFunc(v.OwnNames, q.Asks)
}
