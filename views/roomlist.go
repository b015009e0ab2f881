package views

import (
	"cmp"
	"context"
	"database/sql"
	"math"
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
	Unread   int       // how many messages are after that, as far as they are counted; 0 if they have never read
	Mentions int       // how many messages after Read mention the asker, as far as they are counted
}

// RoomLog is what RoomList reads of the log; store.Log and store.History have these methods.
type RoomLog interface {
	Bounds(ctx context.Context) (first, last uint64, err error)
	Counts(ctx context.Context, after map[chat.Room]uint64, limit int) (map[chat.Room]int, error)
	LastChange() uint64
}

// RoomList tells of all rooms with messages. All methods may be called concurrently.
type RoomList struct {
	log                       RoomLog
	views                     *Projector
	all, visited, one, silent query
}

// NewRoomList takes a projector that keeps Rooms and Unread, or nil.
func NewRoomList(log RoomLog, p *Projector) *RoomList {
	return &RoomList{log: log, views: p, all: query{sql: roomsQuery}, visited: query{sql: visitedQuery}, one: query{sql: oneQuery}, silent: query{sql: silentQuery}}
}

// RoomQuery asks for rooms, as they are to somebody.
type RoomQuery struct {
	Person string   // whose read positions count, as a chat.Person.Key; empty for nobody's
	Names  []string // mentions of which count, as chat.Name.MentionKey has them

	Visited    bool      // only rooms that the person has read
	Only       chat.Room // only this room; empty for all
	Containing string    // only rooms with this in their names
	Before     uint64    // only rooms whose last message is before this position; 0 for all
	Limit      int       // at most so many rooms, and MaxRooms
	Counted    int       // how far unread messages and mentions are counted; 0 for MaxUnread
}

// The rooms of a list are found first, and mentions counted for those alone.
const (
	foundRooms  = "WITH found AS MATERIALIZED (SELECT r.room, r.last, r.time, coalesce(u.upto, 0) AS upto"
	allRooms    = " FROM rooms_last r LEFT JOIN unread_reads u ON u.person = ?1 AND u.room = r.room WHERE "
	theVisited  = " FROM unread_reads u CROSS JOIN rooms_last r ON r.room = u.room WHERE u.person = ?1 AND "
	oneRoom     = "r.room = ?6 AND "
	amongRooms  = "(?6 = '' OR r.room = ?6) AND "
	wantedRooms = "r.last >= ?4 AND r.last < ?5 AND instr(r.room, ?7) > 0 ORDER BY r.last DESC LIMIT ?8)"
	inRooms     = ` SELECT room, last, time, upto, (SELECT count(*) FROM (SELECT DISTINCT m.seq FROM json_each(?2) k CROSS JOIN unread_mentions m
		WHERE m.name = k.value AND m.room = found.room AND m.seq > max(upto, ?4 - 1) LIMIT ?3)) FROM found ORDER BY last DESC`
	roomsQuery   = foundRooms + allRooms + amongRooms + wantedRooms + inRooms
	oneQuery     = foundRooms + allRooms + oneRoom + wantedRooms + inRooms
	visitedQuery = foundRooms + theVisited + amongRooms + wantedRooms + inRooms
)

// For returns rooms with messages, those with the newest first, and whether there are more.
// Whoever has appended an event reads it. It returns ErrNotReady while the views are being built.
func (l *RoomList) For(ctx context.Context, q RoomQuery) (rooms []RoomSummary, more bool, err error) {
	if l.views == nil {
		return nil, false, ErrNotReady
	}
	_, last, err := l.log.Bounds(ctx)
	if err != nil {
		return nil, false, err
	}
	waiting, cancel := context.WithTimeout(ctx, awaitTime)
	defer cancel()
	_ = l.views.Await(waiting, last) // else it answers with what there is
	return l.Now(ctx, q)
}

// Now is For, without waiting for events that were appended a moment ago.
func (l *RoomList) Now(ctx context.Context, q RoomQuery) (rooms []RoomSummary, more bool, err error) {
	if l.views == nil {
		return nil, false, ErrNotReady
	}
	q.Limit = min(q.Limit, MaxRooms)
	q.Counted = min(cmp.Or(q.Counted, MaxUnread), MaxUnread)
	first, _, err := l.log.Bounds(ctx)
	if err != nil {
		return nil, false, err
	}
	err = l.views.Read(ctx, func(ctx context.Context, db *sql.DB) error {
		rooms, err = l.read(ctx, db, q, first)
		return err
	})
	if err != nil {
		return nil, false, err
	}
	if more = len(rooms) > q.Limit; more {
		rooms = rooms[:q.Limit]
	}
	return rooms, more, l.count(ctx, rooms, q.Counted)
}

// read reads one room more than is asked for, if there is one.
func (l *RoomList) read(ctx context.Context, db *sql.DB, q RoomQuery, first uint64) (rooms []RoomSummary, err error) {
	before := int64(math.MaxInt64)
	if q.Before > 0 {
		before = position(q.Before)
	}
	query := &l.all
	switch {
	case q.Visited:
		query = &l.visited
	case q.Only != "":
		query = &l.one
	}
	rows, err := query.rows(ctx, db, q.Person, list(q.Names), q.Counted, position(first), before, string(q.Only), q.Containing, q.Limit+1)
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

const silentQuery = `SELECT k.value FROM json_each(?1) k LEFT JOIN rooms_last r ON r.room = k.value AND r.last >= ?2
	WHERE r.room IS NULL ORDER BY k.value`

// Silent returns those of the rooms in which there is no message, sorted.
func (l *RoomList) Silent(ctx context.Context, rooms []chat.Room) (silent []chat.Room, err error) {
	first, _, err := l.log.Bounds(ctx)
	if err != nil {
		return nil, err
	}
	err = l.views.Read(ctx, func(ctx context.Context, db *sql.DB) error {
		rows, err := l.silent.rows(ctx, db, list(rooms), position(first))
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var room chat.Room
			if err := rows.Scan(&room); err != nil {
				return err
			}
			silent = append(silent, room)
		}
		return rows.Err()
	})
	return silent, err
}

// count adds what only the log knows. Most rooms are read to their end.
func (l *RoomList) count(ctx context.Context, rooms []RoomSummary, limit int) error {
	after := make(map[chat.Room]uint64)
	for _, r := range rooms {
		if r.Read > 0 && r.Read < r.Last {
			after[r.Room] = r.Read
		}
	}
	if len(after) == 0 {
		return nil
	}
	counts, err := l.log.Counts(ctx, after, limit)
	for i := range rooms {
		rooms[i].Unread = counts[rooms[i].Room]
	}
	return err
}
