package store

import (
	"context"
	"errors"

	"plainchat/chat"
	"plainchat/store/internal/format"
)

const lastQuery = "SELECT " + format.Columns + ` FROM log INDEXED BY log_key
	WHERE room = ? AND ifnull(actor, ':' || user_name) = ? AND client_id >= ? AND client_id < ? ORDER BY client_id DESC LIMIT 1`

// afterKeys follows every character that a key may have.
const afterKeys = "\x7f"

// Last implements Log.
func (s *SQLite) Last(ctx context.Context, d chat.Draft) (last chat.Event, found bool, err error) {
	s.reading.RLock()
	defer s.reading.RUnlock()
	for _, room := range s.spellings().of([]chat.Room{d.Room}) {
		rows, err := s.read.QueryContext(ctx, lastQuery, string(room), speaker(d.From), d.Key, d.Key+afterKeys)
		if err != nil {
			return chat.Event{}, false, s.readError(err)
		}
		ev, err := s.first(rows)
		if errors.Is(err, errVanished) {
			continue
		} else if err != nil {
			return chat.Event{}, false, err
		}
		if ev.Key > last.Key {
			last, found = ev, true
		}
	}
	return last, found, nil
}
