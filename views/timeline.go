package views

import (
	"context"
	"database/sql"

	"plainchat/chat"
)

// All are the views that share a file: what they need costs a plain message next to nothing.
var All = []View{Timeline{}, Rooms{}, Unread{}, Asks{}}

// Timeline is the view of what has become of messages: those that were edited, deleted,
// reacted to, pinned or replied to. It has nothing of any other, so that a plain message costs
// nothing. What was about a deleted message is gone with it.
type Timeline struct{}

// Name implements View.
func (Timeline) Name() string { return "timeline" }

// Version implements View.
func (Timeline) Version() int { return 3 }

// Tables implements View. A person is a chat.Person.Key. A reaction is a name's, as it is to
// whoever knows the events alone: of two persons who had the name the later one has it.
func (Timeline) Tables() string {
	return `
CREATE TABLE timeline_messages (
	seq     INTEGER PRIMARY KEY,        -- of each message that the other tables name, too
	text    TEXT,                       -- as it was edited; NULL if it was not
	edited  INTEGER,                    -- when, in ms since 1970
	deleted INTEGER NOT NULL DEFAULT 0,
	pinned  INTEGER NOT NULL DEFAULT 0,
	state   TEXT,                       -- of its status; NULL if it has none
	exit    INTEGER NOT NULL DEFAULT 0,
	took    INTEGER NOT NULL DEFAULT 0, -- in ms
	updates INTEGER NOT NULL DEFAULT 0, -- how many there were that leave what was before
	asks    INTEGER NOT NULL DEFAULT 0  -- it is a question, of which Asks knows the rest
) STRICT;
CREATE INDEX timeline_running ON timeline_messages (edited) WHERE state = 'running';
CREATE TABLE timeline_replies (
	seq    INTEGER PRIMARY KEY,
	target INTEGER NOT NULL
) STRICT;
CREATE INDEX timeline_replies_target ON timeline_replies (target);
CREATE TABLE timeline_emoji (
	target INTEGER NOT NULL,
	emoji  TEXT NOT NULL,
	first  INTEGER NOT NULL,            -- the position since which it is there
	count  INTEGER NOT NULL,            -- of timeline_reactions
	PRIMARY KEY (target, emoji)
) STRICT, WITHOUT ROWID;
CREATE TABLE timeline_reactions (
	target INTEGER NOT NULL,
	emoji  TEXT NOT NULL,
	name   TEXT NOT NULL,
	person TEXT NOT NULL,
	seq    INTEGER NOT NULL,
	PRIMARY KEY (target, emoji, name)
) STRICT, WITHOUT ROWID;
CREATE INDEX timeline_reactions_person ON timeline_reactions (target, person, emoji);
CREATE INDEX timeline_reactions_order ON timeline_reactions (target, emoji, seq);`
}

// timeline applies events to the tables of a Timeline.
type timeline struct {
	touch           *sql.Stmt
	edit, pin       *sql.Stmt
	update, ask     *sql.Stmt
	reply           *sql.Stmt
	react, count    *sql.Stmt
	inherit         *sql.Stmt
	unreact, recede *sql.Stmt
	remove          []*sql.Stmt // what is about a message
	prune           []pruner
}

// Prepare implements View.
func (Timeline) Prepare(ctx context.Context, stmts *Statements) (Applier, error) {
	return &timeline{
		touch: stmts.Prepare(ctx, "INSERT OR IGNORE INTO timeline_messages (seq) VALUES (?)"),
		edit: stmts.Prepare(ctx, `INSERT INTO timeline_messages (seq, text, edited) VALUES (?, ?, ?)
			ON CONFLICT DO UPDATE SET text = excluded.text, edited = excluded.edited WHERE NOT deleted`),
		update: stmts.Prepare(ctx, `INSERT INTO timeline_messages (seq, text, edited, state, exit, took, updates) VALUES (?, ?, ?, ?, ?, ?, ?)
			ON CONFLICT DO UPDATE SET text = excluded.text, edited = excluded.edited, state = excluded.state, exit = excluded.exit,
				took = excluded.took, updates = updates + excluded.updates WHERE NOT deleted`),
		pin: stmts.Prepare(ctx, `INSERT INTO timeline_messages (seq, pinned) VALUES (?, ?)
			ON CONFLICT DO UPDATE SET pinned = excluded.pinned WHERE NOT deleted`),
		ask: stmts.Prepare(ctx, `INSERT INTO timeline_messages (seq, asks) VALUES (?, 1)
			ON CONFLICT DO UPDATE SET asks = 1 WHERE NOT deleted`),
		reply: stmts.Prepare(ctx, "INSERT OR IGNORE INTO timeline_replies (seq, target) VALUES (?, ?)"),
		react: stmts.Prepare(ctx, `INSERT INTO timeline_reactions (target, emoji, person, name, seq)
			SELECT ?1, ?2, ?3, ?4, ?5 WHERE NOT EXISTS (SELECT 1 FROM timeline_messages WHERE seq = ?1 AND deleted)`),
		count: stmts.Prepare(ctx, `INSERT INTO timeline_emoji (target, emoji, first, count) VALUES (?, ?, ?, 1)
			ON CONFLICT DO UPDATE SET first = iif(count = 0, excluded.first, first), count = count + 1`),
		inherit: stmts.Prepare(ctx, "UPDATE timeline_reactions SET person = ? WHERE target = ? AND emoji = ? AND name = ?"),
		unreact: stmts.Prepare(ctx, "DELETE FROM timeline_reactions WHERE target = ? AND emoji = ? AND name = ?"),
		recede:  stmts.Prepare(ctx, "UPDATE timeline_emoji SET count = count - 1 WHERE target = ? AND emoji = ?"),
		remove: []*sql.Stmt{
			stmts.Prepare(ctx, `INSERT INTO timeline_messages (seq, deleted) VALUES (?, 1)
				ON CONFLICT DO UPDATE SET text = NULL, edited = NULL, pinned = 0, asks = 0, state = NULL, exit = 0, took = 0, updates = 0, deleted = 1`),
			stmts.Prepare(ctx, "DELETE FROM timeline_emoji WHERE target = ?"),
			stmts.Prepare(ctx, "DELETE FROM timeline_reactions WHERE target = ?"),
			stmts.Prepare(ctx, "DELETE FROM timeline_replies WHERE seq = ?"),
		},
		prune: []pruner{
			newPruner(ctx, stmts, "timeline_messages", "seq"),
			newPruner(ctx, stmts, "timeline_emoji", "target"),
			newPruner(ctx, stmts, "timeline_reactions", "target"),
			newPruner(ctx, stmts, "timeline_replies", "target"),
		},
	}, nil
}

// Apply implements Applier. Times are whole milliseconds.
func (t *timeline) Apply(ctx context.Context, ev chat.Event) error {
	switch body := ev.Body.(type) {
	case chat.Message:
		if body.ReplyTo == 0 {
			return nil
		}
		if err := exec(ctx, t.touch, position(body.ReplyTo)); err != nil {
			return err
		}
		return exec(ctx, t.reply, position(ev.ID.Seq), position(body.ReplyTo))
	case chat.Edit:
		return exec(ctx, t.edit, position(body.Of), body.Text, ev.Time.UnixMilli())
	case chat.Update:
		s := body.Status
		return exec(ctx, t.update, position(body.Of), body.Text, ev.Time.UnixMilli(), nullable(string(s.State)), int64(s.Exit), s.Took.Milliseconds(), !body.Replaces)
	case chat.Ask:
		return exec(ctx, t.ask, position(body.Of))
	case chat.Pin:
		return exec(ctx, t.pin, position(body.Of), !body.Removed)
	case chat.Reaction:
		return t.reaction(ctx, ev, body)
	case chat.Delete:
		for _, stmt := range t.remove {
			if err := exec(ctx, stmt, position(body.Of)); err != nil {
				return err
			}
		}
	}
	return nil
}

// nullable is a text, or NULL for an empty one.
func nullable(s string) sql.NullString { return sql.NullString{String: s, Valid: s != ""} }

// reaction keeps the count with the names.
func (t *timeline) reaction(ctx context.Context, ev chat.Event, r chat.Reaction) error {
	name, of := string(ev.From.Name), position(r.Of)
	if r.Removed {
		changed, err := change(ctx, t.unreact, of, r.Emoji, name)
		if err != nil || changed == 0 {
			return err
		}
		return exec(ctx, t.recede, of, r.Emoji)
	}
	if err := exec(ctx, t.touch, of); err != nil {
		return err
	}
	person := ev.From.Key()
	if changed, err := change(ctx, t.inherit, person, of, r.Emoji, name); err != nil || changed > 0 {
		return err
	}
	changed, err := change(ctx, t.react, of, r.Emoji, person, name, position(ev.ID.Seq))
	if err != nil || changed == 0 {
		return err
	}
	return exec(ctx, t.count, of, r.Emoji, position(ev.ID.Seq))
}

// Prune implements Applier.
func (t *timeline) Prune(ctx context.Context, first uint64) (more bool, err error) {
	return pruneAll(ctx, t.prune, first)
}
