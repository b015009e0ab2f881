package views

import (
	"context"
	"database/sql"

	"plainchat/chat"
)

// Unread is the view of how far people have read, and of who is mentioned where. A message
// that mentions nobody costs it nothing.
type Unread struct{}

// Name implements View.
func (Unread) Name() string { return "unread" }

// Version implements View.
func (Unread) Version() int { return 3 }

// Tables implements View. A person is a chat.Person.Key, a name a chat.Name.MentionKey.
func (Unread) Tables() string {
	return `
CREATE TABLE unread_reads (
	person TEXT NOT NULL,
	room   TEXT NOT NULL,
	upto   INTEGER NOT NULL,
	name   TEXT NOT NULL,   -- under which that was told
	PRIMARY KEY (person, room)
) STRICT, WITHOUT ROWID;
CREATE INDEX unread_reads_room ON unread_reads (room, upto);
CREATE TABLE unread_mentions (
	name TEXT NOT NULL,
	room TEXT NOT NULL,
	seq  INTEGER NOT NULL,  -- of the message
	PRIMARY KEY (name, room, seq)
) STRICT, WITHOUT ROWID;
CREATE INDEX unread_mentions_seq ON unread_mentions (seq);`
}

// Prepare implements View.
func (Unread) Prepare(ctx context.Context, stmts *Statements) (Applier, error) {
	return &unread{
		read: stmts.Prepare(ctx, `INSERT INTO unread_reads (person, room, upto, name) VALUES (?, ?, ?, ?)
			ON CONFLICT DO UPDATE SET upto = excluded.upto, name = excluded.name`),
		mention: stmts.Prepare(ctx, "INSERT OR IGNORE INTO unread_mentions (name, room, seq) VALUES (?, ?, ?)"),
		forget:  stmts.Prepare(ctx, "DELETE FROM unread_mentions WHERE seq = ?"),
		prune:   newPruner(ctx, stmts, "unread_mentions", "seq"),
	}, nil
}

// unread applies events to the tables of Unread.
type unread struct {
	read, mention, forget *sql.Stmt
	prune                 pruner
}

// Apply implements Applier.
func (u *unread) Apply(ctx context.Context, ev chat.Event) error {
	switch body := ev.Body.(type) {
	case chat.Read:
		return exec(ctx, u.read, ev.From.Key(), string(ev.Room), position(body.Upto), string(ev.From.Name))
	case chat.Message:
		return u.mentions(ctx, ev.Room, ev.ID.Seq, body.Text)
	case chat.Edit:
		return u.revise(ctx, ev.Room, body.Of, body.Text)
	case chat.Update:
		return u.revise(ctx, ev.Room, body.Of, body.Text)
	case chat.Delete:
		return exec(ctx, u.forget, position(body.Of))
	}
	return nil
}

// revise makes the mentions in a message those of another text.
func (u *unread) revise(ctx context.Context, room chat.Room, seq uint64, text string) error {
	if err := exec(ctx, u.forget, position(seq)); err != nil {
		return err
	}
	return u.mentions(ctx, room, seq, text)
}

func (u *unread) mentions(ctx context.Context, room chat.Room, seq uint64, text string) error {
	for _, name := range chat.Mentions(text) {
		if err := exec(ctx, u.mention, name, string(room), position(seq)); err != nil {
			return err
		}
	}
	return nil
}

// Prune implements Applier. Read positions stay.
func (u *unread) Prune(ctx context.Context, first uint64) (more bool, err error) {
	return pruneAll(ctx, []pruner{u.prune}, first)
}
