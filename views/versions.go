package views

import (
	"context"
	"time"

	"plainchat/chat"
)

// Version is a text that a message has, or had before an update.
type Version struct {
	ID     chat.ID // of the event
	Time   time.Time
	Text   string
	Status chat.Status
}

// MaxVersions is how many texts Versions returns, and versionBytes about how long they are together: whoever sends
// news of an incident may do so for a year.
const (
	MaxVersions  = 100
	versionBytes = 256 << 10
)

// Versions returns the texts of a message, the oldest first: the one it was written with, and those of its
// newest updates, as many as have room. Of what was edited by hand, or has grown, there is the text alone that it was written with. The
// errors are those of the log and ErrNoMessage.
func (m *Messages) Versions(ctx context.Context, of uint64) ([]Version, error) {
	events, err := m.log.At(ctx, of)
	if err != nil {
		return nil, err
	}
	if len(events) == 0 || !events[0].IsMessage() || events[0].Text() == "" {
		return nil, ErrNoMessage
	}
	updates, err := m.log.Updates(ctx, of, MaxVersions-1)
	if err != nil {
		return nil, err
	}
	var versions []Version
	for _, ev := range append(events, newest(updates, versionBytes)...) {
		v := Version{ID: ev.ID, Time: ev.Time, Text: ev.Text()}
		if u, is := ev.Body.(chat.Update); is {
			v.Status = u.Status
		}
		versions = append(versions, v)
	}
	return versions, nil
}

// newest returns the last of some events, whose texts have so many bytes at the most; the last one always.
func newest(events []chat.Event, most int) []chat.Event {
	first, size := len(events), 0
	for first > 0 && (size == 0 || size+len(events[first-1].Text()) <= most) {
		first--
		size += len(events[first].Text())
	}
	return events[first:]
}
