package handlers

import (
	"time"

	"plainchat/chat"
	"plainchat/views"
)

// groupWithin is how long after the first of a group the messages of the same person
// still belong to it, under one name. The page's script is told, so as to do the same.
const groupWithin = 5 * time.Minute

// grouping tells of messages in log order which of them begin a day, and which belong to the
// group of the one before. The zero value has seen none. rows.js has the same rules.
type grouping struct {
	name        chat.Name // whose group it is
	first, last time.Time // of the group
	day         string    // in UTC
}

// next tells of the next message. A clock that went back ends a group, as a day does.
func (g *grouping) next(m *views.Message) (startsDay, continued bool) {
	day := m.Time.UTC().Format(time.DateOnly)
	startsDay = day != g.day
	continued = !startsDay && m.From.Name == g.name && !m.Time.Before(g.last) && m.Time.Sub(g.first) < groupWithin
	if !continued {
		g.name, g.first = m.From.Name, m.Time
	}
	g.day, g.last = day, m.Time
	return startsDay, continued
}
