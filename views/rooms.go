package views

import (
	"context"
	"database/sql"
	"time"

	"plainchat/chat"
)

// Rooms is the view of all rooms in which there is a message, with their last one. That may be
// deleted; then its time is that of the deletion. Nothing else of a deleted message is known
// to a view that is built after it. Many messages of a room are one write.
type Rooms struct{}

// Name implements View.
func (Rooms) Name() string { return "rooms" }

// Version implements View.
func (Rooms) Version() int { return 1 }

// Tables implements View.
func (Rooms) Tables() string {
	return `
CREATE TABLE rooms_last (
	room TEXT PRIMARY KEY,
	last INTEGER NOT NULL,  -- position of the last message
	time INTEGER NOT NULL   -- in ms since 1970
) STRICT, WITHOUT ROWID;
CREATE INDEX rooms_last_last ON rooms_last (last);`
}

// Prepare implements View.
func (Rooms) Prepare(ctx context.Context, stmts *Statements) (Applier, error) {
	return &rooms{
		batch: make(map[chat.Room]lastMessage),
		put: stmts.Prepare(ctx, `INSERT INTO rooms_last (room, last, time) VALUES (?, ?, ?)
			ON CONFLICT DO UPDATE SET last = excluded.last, time = excluded.time WHERE excluded.last >= last`),
		prune: newPruner(ctx, stmts, "rooms_last", "last"),
	}, nil
}

// rooms applies events to the table of Rooms.
type rooms struct {
	batch map[chat.Room]lastMessage // to be written
	put   *sql.Stmt
	prune pruner
}

type lastMessage struct {
	seq  uint64
	time time.Time
}

// Apply implements Applier.
func (r *rooms) Apply(_ context.Context, ev chat.Event) error {
	switch body := ev.Body.(type) {
	case chat.Message:
		r.note(ev.Room, ev.ID.Seq, ev.Time)
	case chat.Delete:
		r.note(ev.Room, body.Of, ev.Time)
	}
	return nil
}

func (r *rooms) note(room chat.Room, seq uint64, at time.Time) {
	if seq >= r.batch[room].seq {
		r.batch[room] = lastMessage{seq, at}
	}
}

// Flush implements Flusher.
func (r *rooms) Flush(ctx context.Context) error {
	for room, last := range r.batch {
		if err := exec(ctx, r.put, string(room), position(last.seq), last.time.UnixMilli()); err != nil {
			return err
		}
	}
	clear(r.batch)
	return nil
}

// Prune implements Applier.
func (r *rooms) Prune(ctx context.Context, first uint64) (more bool, err error) {
	return pruneAll(ctx, []pruner{r.prune}, first)
}
