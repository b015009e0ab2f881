package store

import (
	"context"
	"database/sql"
	"time"

	"plainchat/chat"
	"plainchat/store/internal/format"
)

// Conn is the connection that writes.
func (s *SQLite) Conn() *sql.Conn { return s.conn }

// RoomQuery is how a room's events are read.
func RoomQuery(direction string, names ...chat.Room) (query string, args []any) {
	return rowsQuery(names, 5, 9, direction, 9)
}

// RoomsQuery is how the names of all rooms are read.
const RoomsQuery = roomsQuery

// ReadAhead returns how many of a room's events Read takes with its first query.
func (s *SQLite) ReadAhead(ctx context.Context, room chat.Room) (int, error) {
	src := &source{log: s, rooms: []chat.Room{room}, upto: format.MaxPosition}
	err := src.fill(ctx)
	return len(src.rows), err
}

// AtQuery is how single events are read.
const AtQuery = atQuery

// CountQuery is how messages are counted.
const CountQuery = countQuery

// FirstQuery is how the event with a client id is found.
const FirstQuery = firstQuery

// TimeQuery is how the time at a position is found.
const TimeQuery = timeQuery

// PruneWhileClosing removes what is older than an age as the writer would with the
// log being closed, and returns its beginning. The writer must be idle.
func (s *SQLite) PruneWhileClosing(ctx context.Context, age time.Duration) (first uint64, err error) {
	s.closed.Store(true)
	defer s.closed.Store(false)
	s.writer.expire(ctx, time.Now().Add(-age))
	s.writer.removeExpired()
	first, _, err = s.Bounds(ctx)
	return first, err
}

// WithoutDelays has replicas wait for nothing before they erase, expire or try again, until the end of a test.
func WithoutDelays(t interface{ Cleanup(func()) }) {
	erase, expiry, again := eraseDelay, expiryDelay, publishAgain
	eraseDelay, expiryDelay, publishAgain = 1, 1, 1
	t.Cleanup(func() { eraseDelay, expiryDelay, publishAgain = erase, expiry, again })
}

// RecordHead is how many bytes of a record are its version and its checksum.
const RecordHead = recordHead

// SealRecord writes the checksum of a record.
func SealRecord(data []byte) []byte { return sealRecord(data) }
