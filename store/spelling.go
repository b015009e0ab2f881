package store

import (
	"context"
	"database/sql"
	"maps"
	"slices"

	"plainchat/chat"
)

// spellings are the rooms whose events stand in the log under another name than they have
// now. Versions before this one told names apart that are one now, such as straße and
// strasse. A row never changes, so what they wrote is read under the name that the room
// has now, together with what is written under that.
type spellings struct {
	older map[chat.Room][]chat.Room // the names in the log, by the name now
	now   map[chat.Room]chat.Room   // the reverse
}

// roomsQuery goes from room to room through the index, however many events each has.
const roomsQuery = `WITH RECURSIVE rooms (room) AS (
	SELECT min(room) FROM log INDEXED BY log_room WHERE room > ''
	UNION ALL
	SELECT (SELECT min(room) FROM log INDEXED BY log_room WHERE room > rooms.room) FROM rooms WHERE room IS NOT NULL
) SELECT room FROM rooms WHERE room IS NOT NULL`

// readSpellings looks at the names of all rooms. With an error it returns those found
// before.
func readSpellings(ctx context.Context, db *sql.DB) (spellings, error) {
	found := spellings{make(map[chat.Room][]chat.Room), make(map[chat.Room]chat.Room)}
	rows, err := db.QueryContext(ctx, roomsQuery)
	if err != nil {
		return found, err
	}
	defer rows.Close()
	for last := chat.Room(""); rows.Next(); {
		var stored chat.Room
		if err := rows.Scan(&stored); err != nil {
			return found, err
		}
		if stored <= last { // a damaged index may lead in a circle
			return found, errDisorder
		}
		last = stored
		if room, err := chat.ParseRoom(string(stored)); err == nil && room != stored {
			found.older[room] = append(found.older[room], stored)
			found.now[stored] = room
		}
	}
	return found, rows.Err()
}

// spellings returns what is known of the rooms' names.
func (s *SQLite) spellings() *spellings { return s.spelled.Load() }

// learn adds the name of a room, if it is an older one. Only one may learn at a time.
func (s *SQLite) learn(stored chat.Room) {
	room, err := chat.ParseRoom(string(stored))
	if known := s.spellings().now[stored]; err != nil || room == stored || known != "" {
		return
	}
	grown := spellings{maps.Clone(s.spellings().older), maps.Clone(s.spellings().now)}
	grown.older[room] = append(slices.Clone(grown.older[room]), stored)
	slices.Sort(grown.older[room]) // as they are read
	grown.now[stored] = room
	s.spelled.Store(&grown)
}

// of returns the names under which the rooms' events stand in the log.
func (s spellings) of(rooms []chat.Room) []chat.Room {
	names := slices.Clone(rooms)
	for _, room := range rooms {
		names = append(names, s.older[room]...)
	}
	return names
}

// canonical returns the name that a room of the log has now.
func (s spellings) canonical(stored chat.Room) chat.Room {
	if room, renamed := s.now[stored]; renamed {
		return room
	}
	return stored
}
