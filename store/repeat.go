package store

import (
	"cmp"
	"context"
	"database/sql"
	"errors"

	"plainchat/chat"
	"plainchat/store/internal/format"
)

const firstQuery = "SELECT " + format.Columns + " FROM log WHERE room = ? AND ifnull(actor, ':' || user_name) = ? AND client_id = ?"

// repeatOlder answers a message whose client id was taken when its room had another name.
func (w *writer) repeatOlder(ctx context.Context, d chat.Draft) (first chat.Event, duplicate bool, err error) {
	if d.Key == "" {
		return chat.Event{}, false, nil
	}
	for _, name := range w.log.spellings().older[d.Room] {
		if first, duplicate, err = w.repeat(ctx, name, d); !errors.Is(err, errVanished) {
			return first, duplicate, err
		}
	}
	return chat.Event{}, false, nil
}

// repeat answers a message whose client id is taken, in the room of that name.
func (w *writer) repeat(ctx context.Context, room chat.Room, d chat.Draft) (first chat.Event, duplicate bool, err error) {
	rows, err := w.first.QueryContext(ctx, string(room), speaker(d.From), d.Key)
	if err == nil {
		first, err = w.log.first(rows)
	}
	if err == nil {
		err = repeats(d, first)
	}
	if err != nil {
		return chat.Event{}, false, err
	}
	return first, true, nil
}

// repeats returns nil if a draft says what the event with its key has said, and else what is to
// be answered.
func repeats(d chat.Draft, first chat.Event) error {
	switch {
	case format.IsErased(first):
		return &Deleted{First: first.ID}
	case first.Body != d.Body:
		return &KeyReused{First: first.ID}
	}
	return nil
}

// errVanished is a client id that is taken by no event, which cannot be where one was refused
// for it.
var errVanished = errors.New("store: the event with this client id cannot be found")

// first reads the event that a firstQuery has found.
func (s *SQLite) first(rows *sql.Rows) (chat.Event, error) {
	defer rows.Close()
	if !rows.Next() {
		return chat.Event{}, cmp.Or(rows.Err(), errVanished)
	}
	ev, err := format.Scan(rows, s.epoch)
	ev.Room = s.spellings().canonical(ev.Room)
	return ev, err
}

// Repeat implements Log.
func (s *SQLite) Repeat(ctx context.Context, d chat.Draft) (chat.Event, bool, error) {
	if d.Key == "" {
		return chat.Event{}, false, nil
	}
	s.reading.RLock()
	defer s.reading.RUnlock()
	for _, room := range s.spellings().of([]chat.Room{d.Room}) {
		rows, err := s.read.QueryContext(ctx, firstQuery, string(room), speaker(d.From), d.Key)
		if err != nil {
			return chat.Event{}, false, s.readError(err)
		}
		first, err := s.first(rows)
		if errors.Is(err, errVanished) {
			continue
		}
		if err == nil {
			err = repeats(d, first)
		}
		return first, err == nil, err
	}
	return chat.Event{}, false, nil
}

// speaker is whom the keys of a person, or of a name that nobody owns, are counted for, as
// the index has it.
func speaker(p chat.Person) string {
	if p.ID != "" {
		return string(p.ID)
	}
	return ":" + string(p.Name)
}
