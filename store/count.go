package store

import (
	"context"
	"encoding/json"

	"plainchat/chat"
	"plainchat/store/internal/format"
)

// countQuery counts for each room, under each of its names, what is after a position: the list
// has arrays of room, name and position.
const countQuery = `SELECT wanted.value ->> 0, (SELECT count(*) FROM (SELECT 1 FROM log INDEXED BY log_room
	WHERE room = wanted.value ->> 1 AND seq > wanted.value ->> 2 AND kind IN ('message', 'reply') AND body <> '' LIMIT ?2))
	FROM json_each(?1) wanted`

// Counts implements History.
func (s *SQLite) Counts(ctx context.Context, after map[chat.Room]uint64, limit int) (map[chat.Room]int, error) {
	var wanted [][3]any
	for room, seq := range after {
		for _, name := range s.spellings().of([]chat.Room{room}) {
			wanted = append(wanted, [3]any{room, name, min(seq, format.MaxPosition)})
		}
	}
	counts := make(map[chat.Room]int, len(after))
	if len(wanted) == 0 {
		return counts, nil
	}
	list, err := json.Marshal(wanted)
	if err != nil {
		return nil, err
	}
	s.reading.RLock()
	defer s.reading.RUnlock()
	rows, err := s.read.QueryContext(ctx, countQuery, string(list), limit)
	if err != nil {
		return nil, s.readError(err)
	}
	defer rows.Close()
	for rows.Next() {
		var room chat.Room
		var n int
		if err := rows.Scan(&room, &n); err != nil {
			return nil, s.readError(err)
		}
		counts[room] = min(counts[room]+n, limit)
	}
	if err := rows.Err(); err != nil {
		return nil, s.readError(err)
	}
	return counts, nil
}
