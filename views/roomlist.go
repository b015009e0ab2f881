package views

import (
	"context"
	"database/sql"
	"time"

	"plainchat/chat"
)

// MaxUnread is how far unread messages, and mentions, are counted in each room.
const MaxUnread = 1000

// MaxRooms is how many rooms a list has at the most.
const MaxRooms = 1000

// RoomSummary is what is told of a room in a list. Topic and archiving are facts, and not here.
type RoomSummary struct {
	Room     chat.Room
	Last     uint64    // position of the last message, which may be deleted
	Time     time.Time // of that message, or of its deletion
	Read     uint64    // how far the asker has read; 0 if they have never
	Unread   int       // how many messages are after that, at most MaxUnread; 0 if they have never read
	Mentions int       // how many messages after Read mention the asker, at most MaxUnread
}

// RoomLog is what RoomList reads of the log; store.Log and store.History have these methods.
type RoomLog interface {
	Bounds(ctx context.Context) (first, last uint64, err error)
	Count(ctx context.Context, room chat.Room, after uint64, limit int) (int, error)
}

// RoomList tells of all rooms with messages. All methods may be called concurrently.
type RoomList struct {
	log   RoomLog
	views *Projector
	query query
}

// NewRoomList takes a projector that keeps Rooms and Unread.
func NewRoomList(log RoomLog, p *Projector) *RoomList {
	return &RoomList{log: log, views: p, query: query{sql: roomsQuery}}
}

const roomsQuery = `SELECT r.room, r.last, r.time, coalesce(u.upto, 0),
	(SELECT count(*) FROM (SELECT 1 FROM unread_mentions m WHERE m.name = ?2 AND m.room = r.room AND m.seq > max(coalesce(u.upto, 0), ?4 - 1) LIMIT ?3))
	FROM rooms_last r LEFT JOIN unread_reads u ON u.person = ?1 AND u.room = r.room
	WHERE r.last >= ?4 ORDER BY r.last DESC LIMIT ?5`

// For returns the rooms with the newest messages, newest first, at most MaxRooms, as they are
// to somebody; to nobody with a zero Person. Whoever has appended an event reads it. It returns
// ErrNotReady while the views are being built.
func (l *RoomList) For(ctx context.Context, asker chat.Person) ([]RoomSummary, error) {
	first, last, err := l.log.Bounds(ctx)
	if err != nil {
		return nil, err
	}
	waiting, cancel := context.WithTimeout(ctx, awaitTime)
	defer cancel()
	_ = l.views.Await(waiting, last) // else it answers with what there is
	var rooms []RoomSummary
	err = l.views.Read(ctx, func(ctx context.Context, db *sql.DB) error {
		rooms, err = l.read(ctx, db, asker, first)
		return err
	})
	if err != nil {
		return nil, err
	}
	for i := range rooms {
		if err := l.count(ctx, &rooms[i]); err != nil {
			return nil, err
		}
	}
	return rooms, nil
}

func (l *RoomList) read(ctx context.Context, db *sql.DB, asker chat.Person, first uint64) (rooms []RoomSummary, err error) {
	var person, name string
	if asker != (chat.Person{}) {
		person, name = asker.Key(), asker.Name.MentionKey()
	}
	rows, err := l.query.rows(ctx, db, person, name, MaxUnread, position(first), MaxRooms)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var r RoomSummary
		var millis int64
		if err := rows.Scan(&r.Room, &r.Last, &millis, &r.Read, &r.Mentions); err != nil {
			return nil, err
		}
		r.Time = time.UnixMilli(millis).UTC()
		rooms = append(rooms, r)
	}
	return rooms, rows.Err()
}

// count adds what only the log knows. Most rooms are read to their end.
func (l *RoomList) count(ctx context.Context, r *RoomSummary) (err error) {
	if r.Read == 0 || r.Read >= r.Last {
		return nil
	}
	r.Unread, err = l.log.Count(ctx, r.Room, r.Read, MaxUnread)
	return err
}
