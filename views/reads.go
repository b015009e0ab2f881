package views

import (
	"context"
	"database/sql"

	"plainchat/chat"
)

const (
	// ShownReads is how many read positions are told of a room, the newest.
	ShownReads = 200
	// MaxReads is how far they are counted.
	MaxReads = 1000
)

// ReadPosition is how far somebody has read a room.
type ReadPosition struct {
	Name chat.Name // under which they told
	Upto uint64    // the position of the message
}

// Reads are the read positions of a room. Those without a name of their own (chat.Anonymous) and
// those in what retention has removed are not told.
type Reads struct {
	Newest []ReadPosition // at most ShownReads, the newest first
	Count  int            // of all, at most MaxReads
	Own    uint64         // the asker's; 0 for none
}

const (
	ownReadQuery   = "SELECT upto FROM unread_reads WHERE person = ? AND room = ?"
	readsQuery     = `SELECT name, upto FROM unread_reads INDEXED BY unread_reads_room WHERE room = ? AND upto >= ? AND name <> ? ORDER BY upto DESC, name LIMIT ?`
	readCountQuery = `SELECT count(*) FROM (SELECT 1 FROM unread_reads INDEXED BY unread_reads_room WHERE room = ? AND upto >= ? AND name <> ? LIMIT ?)`
)

// ReadList tells how far people have read. All methods may be called concurrently.
type ReadList struct {
	log                    RoomLog
	views                  *Projector
	own, newest, countable query
}

// NewReadList takes a projector that keeps Unread, or nil.
func NewReadList(log RoomLog, p *Projector) *ReadList {
	return &ReadList{log: log, views: p, own: query{sql: ownReadQuery}, newest: query{sql: readsQuery}, countable: query{sql: readCountQuery}}
}

// Own returns how far somebody, by their chat.Person.Key, has read a room, as far as the view has
// got: 0 if they have not told, or nobody knows now.
func (l *ReadList) Own(ctx context.Context, room chat.Room, asker string) (upto uint64) {
	if l.views == nil || asker == "" {
		return 0
	}
	_ = l.views.Read(ctx, func(ctx context.Context, db *sql.DB) (err error) {
		upto, err = l.one(ctx, db, &l.own, asker, string(room))
		return err
	})
	return upto
}

// Of returns the read positions of a room, and that of the asker. Whoever has told theirs reads
// it. It returns ErrNotReady while the view is being built.
func (l *ReadList) Of(ctx context.Context, room chat.Room, asker string) (r Reads, err error) {
	if l.views == nil {
		return r, ErrNotReady
	}
	first, _, err := l.log.Bounds(ctx)
	if err != nil {
		return r, err
	}
	waiting, cancel := context.WithTimeout(ctx, awaitTime)
	defer cancel()
	_ = l.views.Await(waiting, l.log.LastChange()) // else it answers with what there is
	err = l.views.Read(ctx, func(ctx context.Context, db *sql.DB) error {
		if asker != "" {
			if r.Own, err = l.one(ctx, db, &l.own, asker, string(room)); err != nil {
				return err
			}
		}
		count, err := l.one(ctx, db, &l.countable, string(room), position(first), string(chat.Anonymous), MaxReads)
		if err != nil {
			return err
		}
		r.Count = int(count) // #nosec G115 -- at most MaxReads
		r.Newest, err = l.read(ctx, db, room, first)
		return err
	})
	return r, err
}

func (l *ReadList) read(ctx context.Context, db *sql.DB, room chat.Room, first uint64) (newest []ReadPosition, err error) {
	rows, err := l.newest.rows(ctx, db, string(room), position(first), string(chat.Anonymous), ShownReads)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var p ReadPosition
		if err := rows.Scan(&p.Name, &p.Upto); err != nil {
			return nil, err
		}
		newest = append(newest, p)
	}
	return newest, rows.Err()
}

// one reads one number; 0 for no row.
func (l *ReadList) one(ctx context.Context, db *sql.DB, q *query, args ...any) (n uint64, err error) {
	rows, err := q.rows(ctx, db, args...)
	if err != nil {
		return 0, err
	}
	defer rows.Close()
	if rows.Next() {
		err = rows.Scan(&n)
	}
	if err == nil {
		err = rows.Err()
	}
	return n, err
}
