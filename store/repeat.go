package store

import (
	"cmp"
	"context"
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
	for _, name := range w.log.spellings.older[d.Room] {
		if first, duplicate, err = w.repeat(ctx, name, d); !errors.Is(err, errVanished) {
			return first, duplicate, err
		}
	}
	return chat.Event{}, false, nil
}

// repeat answers a message whose client id is taken, in the room of that name.
func (w *writer) repeat(ctx context.Context, room chat.Room, d chat.Draft) (first chat.Event, duplicate bool, err error) {
	first, err = w.find(ctx, room, d)
	switch {
	case err != nil:
		return chat.Event{}, false, err
	case format.IsErased(first):
		return chat.Event{}, false, &Deleted{First: first.ID}
	case first.Body != d.Body:
		return chat.Event{}, false, &KeyReused{First: first.ID}
	}
	return first, true, nil
}

// errVanished is a client id that is taken by no event, which cannot be.
var errVanished = errors.New("store: the event with this client id cannot be found")

// find returns the event that a message's client id belongs to, in the room of that name.
func (w *writer) find(ctx context.Context, room chat.Room, d chat.Draft) (chat.Event, error) {
	rows, err := w.first.QueryContext(ctx, string(room), speaker(d.From), d.Key)
	if err != nil {
		return chat.Event{}, err
	}
	defer rows.Close()
	if !rows.Next() {
		return chat.Event{}, cmp.Or(rows.Err(), errVanished)
	}
	ev, err := format.Scan(rows, w.log.epoch)
	ev.Room = w.log.spellings.canonical(ev.Room)
	return ev, err
}

// speaker is whom the keys of a person, or of a name that nobody owns, are counted for, as
// the index has it.
func speaker(p chat.Person) string {
	if p.ID != "" {
		return string(p.ID)
	}
	return ":" + string(p.Name)
}
