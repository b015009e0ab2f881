package store

import (
	"context"
	"database/sql"
	"log/slog"

	"plainchat/chat"
	"plainchat/internal/sqlite"
	"plainchat/store/internal/format"
)

// Size returns how much of the disk the events take, in bytes: the pages in use of the
// database. What retention has emptied does not count, since it is used again, nor does
// the file of the write-ahead log.
func (s *SQLite) Size(ctx context.Context) (size int64, err error) {
	s.reading.RLock()
	defer s.reading.RUnlock()
	if err := s.read.QueryRowContext(ctx, sizeQuery).Scan(&size); err != nil {
		return 0, s.readError(err)
	}
	return size, nil
}

const sizeQuery = "SELECT (page_count - freelist_count) * page_size FROM pragma_page_count, pragma_freelist_count, pragma_page_size"

// walPages is how many pages the write-ahead log has when it is folded into the database:
// 16 MiB, but no more than a sixteenth of what the log may take.
func (o *Options) walPages() int64 {
	const usual, least = 4000, 16
	if o.MaxSize == 0 {
		return usual
	}
	return min(usual, max(least, o.MaxSize/16/sqlite.PageSize))
}

// capacity is how large the log may become. It belongs to the writer.
type capacity struct {
	max  int64     // bytes; 0 is no limit
	size *sql.Stmt // what is in use of them
	room int64     // what is left for the present transaction, as far as it is known
	full bool      // something has found no room in it
	told bool      // that it is full was logged
}

// measure begins a transaction.
func (c *capacity) measure(ctx context.Context) error {
	c.full = false
	if c.max == 0 {
		return nil
	}
	var size int64
	err := c.size.QueryRowContext(ctx).Scan(&size)
	const splits = 4 * sqlite.PageSize // what the next message may begin: a page in the table and each index, and above
	c.room = c.max - size - splits
	return err
}

// takes reports whether there is room for an event, and gives it that. There is always some
// for a deletion, of which a message has only one: its text is to go from a full log too.
func (c *capacity) takes(d chat.Draft) bool {
	if c.max == 0 {
		return true
	}
	_, deletion := d.Body.(chat.Delete)
	if need := footprint(d); need <= c.room || deletion {
		c.room -= need
		return true
	}
	c.full = true
	return false
}

// footprint is what an event takes at most, in bytes, but for pages above its own.
func footprint(d chat.Draft) int64 {
	const numbers = 64 // position, target, time, checksum, kind, and the lengths
	key := len(d.Room) + len(d.From.Name) + len(d.From.ID) + len(d.Key)
	row := numbers + key + len(format.Encode(d.Body))
	if row > sqlite.PageSize/2 { // no second one fits on its page
		row = (row/sqlite.PageSize + 1) * sqlite.PageSize
	}
	indexes := 2 * (numbers + key + len(d.Room)) // their pages may be half empty
	need := int64(row + indexes)
	if d.Claims {
		need += footprint(d.Claim())
	}
	return need
}

// tell logs that the log is full, and once there is clearly room again, that.
func (c *capacity) tell(logger *slog.Logger) {
	switch {
	case c.full && !c.told:
		logger.Error("messages are refused, since the log has reached --max-size; restart plainchat with a larger one, or with --retention", "max_size", c.max)
	case !c.full && c.told && c.room > c.max/100:
		logger.Info("the log has room again, and messages are stored")
	default:
		return
	}
	c.told = c.full
}
