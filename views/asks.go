package views

import (
	"context"
	"database/sql"

	"plainchat/chat"
)

// Asks is the view of questions and of their answers. Of answers that come at the same time the log's
// first counts; of a poll, the last of each person until its time is over.
type Asks struct{}

// Name implements View.
func (Asks) Name() string { return "asks" }

// Version implements View.
func (Asks) Version() int { return 2 }

// Tables implements View. A person is a chat.Person.Key.
func (Asks) Tables() string {
	return `
CREATE TABLE asks_questions (
	seq      INTEGER PRIMARY KEY,        -- of the message that asks
	room     TEXT NOT NULL,
	choices  TEXT NOT NULL,              -- as chat.Ask has them, as the next four
	names    TEXT NOT NULL,
	until    INTEGER NOT NULL,
	fallback TEXT NOT NULL,
	poll     INTEGER NOT NULL,
	answer   INTEGER NOT NULL DEFAULT 0, -- the position of the answer that counts; 0 for an open question
	expired  INTEGER NOT NULL DEFAULT 0, -- it says that the time is over
	choice   TEXT NOT NULL DEFAULT '',
	person   TEXT NOT NULL DEFAULT '',
	name     TEXT NOT NULL DEFAULT '',
	time     INTEGER NOT NULL DEFAULT 0  -- in ms since 1970
) STRICT;
CREATE INDEX asks_open ON asks_questions (room, seq) WHERE answer = 0;
CREATE INDEX asks_due ON asks_questions (until) WHERE answer = 0 AND until > 0;
CREATE TABLE asks_votes (
	target INTEGER NOT NULL,
	person TEXT NOT NULL,
	name   TEXT NOT NULL,
	choice TEXT NOT NULL,
	seq    INTEGER NOT NULL,
	PRIMARY KEY (target, person)
) STRICT, WITHOUT ROWID;
CREATE INDEX asks_votes_order ON asks_votes (target, choice, seq);`
}

// asks applies events to the tables of Asks.
type asks struct {
	ask, answer, vote *sql.Stmt
	remove            []*sql.Stmt
	prune             []pruner
}

// Prepare implements View.
func (Asks) Prepare(ctx context.Context, stmts *Statements) (Applier, error) {
	return &asks{
		ask: stmts.Prepare(ctx, `INSERT OR IGNORE INTO asks_questions (seq, room, choices, names, until, fallback, poll)
			VALUES (?, ?, ?, ?, ?, ?, ?)`),
		answer: stmts.Prepare(ctx, `UPDATE asks_questions SET answer = ?2, expired = ?3, choice = ?4, person = ?5, name = ?6, time = ?7
			WHERE seq = ?1 AND answer = 0 AND (?3 OR NOT poll)`),
		vote: stmts.Prepare(ctx, `INSERT INTO asks_votes (target, person, name, choice, seq)
			SELECT ?1, ?2, ?3, ?4, ?5 WHERE EXISTS (SELECT 1 FROM asks_questions WHERE seq = ?1 AND answer = 0 AND poll)
			ON CONFLICT DO UPDATE SET name = excluded.name, choice = excluded.choice, seq = excluded.seq`),
		remove: []*sql.Stmt{
			stmts.Prepare(ctx, "DELETE FROM asks_questions WHERE seq = ?"),
			stmts.Prepare(ctx, "DELETE FROM asks_votes WHERE target = ?"),
		},
		prune: []pruner{
			newPruner(ctx, stmts, "asks_questions", "seq"),
			newPruner(ctx, stmts, "asks_votes", "target"),
		},
	}, nil
}

// Apply implements Applier.
func (a *asks) Apply(ctx context.Context, ev chat.Event) error {
	switch body := ev.Body.(type) {
	case chat.Ask:
		return exec(ctx, a.ask, position(body.Of), string(ev.Room), body.Choices, body.From, body.Until, body.Default, body.Poll)
	case chat.Answer:
		return a.take(ctx, ev, body)
	case chat.Delete:
		for _, stmt := range a.remove {
			if err := exec(ctx, stmt, position(body.Of)); err != nil {
				return err
			}
		}
	}
	return nil
}

// take makes an answer the one that counts, or in a poll the person's, where it is not too late.
func (a *asks) take(ctx context.Context, ev chat.Event, body chat.Answer) error {
	of, seq, person, name := position(body.Of), position(ev.ID.Seq), ev.From.Key(), string(ev.From.Name)
	if body.Expired {
		return exec(ctx, a.answer, of, seq, true, body.Choice, "", "", ev.Time.UnixMilli())
	}
	if err := exec(ctx, a.answer, of, seq, false, body.Choice, person, name, ev.Time.UnixMilli()); err != nil {
		return err
	}
	return exec(ctx, a.vote, of, person, name, body.Choice, seq)
}

// Prune implements Applier.
func (a *asks) Prune(ctx context.Context, first uint64) (more bool, err error) {
	return pruneAll(ctx, a.prune, first)
}
