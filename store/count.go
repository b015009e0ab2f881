package store

import (
	"context"
	"strings"

	"plainchat/chat"
	"plainchat/store/internal/format"
)

// countQuery counts under all names of a room; see rowsQuery.
func countQuery(names []chat.Room, after uint64, limit int) (query string, args []any) {
	for _, name := range names {
		args = append(args, string(name))
	}
	return `SELECT count(*) FROM (SELECT 1 FROM log INDEXED BY log_room
		WHERE room IN (?` + strings.Repeat(", ?", len(names)-1) + `) AND seq > ? AND kind IN ('message', 'reply') AND body <> '' LIMIT ?)`,
		append(args, int64(min(after, format.MaxPosition)), limit)
}

// Count implements History.
func (s *SQLite) Count(ctx context.Context, room chat.Room, after uint64, limit int) (n int, err error) {
	query, args := countQuery(s.spellings.of([]chat.Room{room}), after, limit)
	s.reading.RLock()
	defer s.reading.RUnlock()
	if err := s.read.QueryRowContext(ctx, query, args...).Scan(&n); err != nil {
		return 0, s.readError(err)
	}
	return n, nil
}
