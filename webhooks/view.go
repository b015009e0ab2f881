package webhooks

import (
	"context"
	"database/sql"
	"errors"

	"plainchat/chat"
	"plainchat/views"
)

// View is the view of what is to be delivered: the messages that a webhook asks for and that
// were written since it was made, until something final has come of them, or they are deleted.
// It has neither their texts, nor addresses and secrets. A message costs it nothing while there
// are no webhooks.
type View struct{}

var _ views.View = View{}

// Name implements views.View.
func (View) Name() string { return "webhooks" }

// Version implements views.View.
func (View) Version() int { return 1 }

// Tables implements views.View.
func (View) Tables() string {
	return `
CREATE TABLE webhooks_hooks (
	id      TEXT PRIMARY KEY,
	room    TEXT NOT NULL,             -- empty for all
	trigger TEXT NOT NULL,             -- a chat.Trigger
	word    TEXT NOT NULL,
	robots  INTEGER NOT NULL,
	active  INTEGER NOT NULL,
	told    INTEGER NOT NULL DEFAULT 0,  -- position of the last delivery; 0 for none
	outcome TEXT NOT NULL DEFAULT '',    -- of it
	status  INTEGER NOT NULL DEFAULT 0,
	time    INTEGER NOT NULL DEFAULT 0   -- in ms since 1970
) STRICT, WITHOUT ROWID;
CREATE TABLE webhooks_pending (
	webhook TEXT NOT NULL,
	seq     INTEGER NOT NULL,            -- of the message
	tries   INTEGER NOT NULL DEFAULT 0,  -- that have failed
	next    INTEGER NOT NULL DEFAULT 0,  -- when the next one is, in ms since 1970; 0 for at once
	PRIMARY KEY (webhook, seq)
) STRICT, WITHOUT ROWID;
CREATE INDEX webhooks_pending_next ON webhooks_pending (webhook, next, seq);
CREATE INDEX webhooks_pending_seq ON webhooks_pending (seq);`
}

// Prepare implements views.View.
func (View) Prepare(ctx context.Context, stmts *views.Statements) (views.Applier, error) {
	a := &applier{
		put: stmts.Prepare(ctx, `INSERT INTO webhooks_hooks (id, room, trigger, word, robots, active) VALUES (?, ?, ?, ?, ?, ?)
			ON CONFLICT DO UPDATE SET room = excluded.room, trigger = excluded.trigger, word = excluded.word, robots = excluded.robots, active = excluded.active`),
		drop:   stmts.Prepare(ctx, "DELETE FROM webhooks_pending WHERE webhook = ?"),
		add:    stmts.Prepare(ctx, "INSERT OR IGNORE INTO webhooks_pending (webhook, seq) VALUES (?, ?)"),
		again:  stmts.Prepare(ctx, "UPDATE webhooks_pending SET tries = max(tries, ?), next = max(next, ?) WHERE webhook = ? AND seq = ?"),
		settle: stmts.Prepare(ctx, "DELETE FROM webhooks_pending WHERE webhook = ? AND seq = ?"),
		tell:   stmts.Prepare(ctx, "UPDATE webhooks_hooks SET told = ?, outcome = ?, status = ?, time = ? WHERE id = ?"),
		forget: stmts.Prepare(ctx, "DELETE FROM webhooks_pending WHERE seq = ?"),
		prune: stmts.Prepare(ctx, `DELETE FROM webhooks_pending WHERE seq < ?1
			AND seq <= ifnull((SELECT seq FROM webhooks_pending WHERE seq < ?1 ORDER BY seq LIMIT 1 OFFSET ?2), ?1)`),
		untell:  stmts.Prepare(ctx, "UPDATE webhooks_hooks SET told = 0, outcome = '', status = 0, time = 0 WHERE told > 0 AND told < ?"),
		answers: make(map[chat.PersonID]bool),
	}
	if err := stmts.Err(); err != nil {
		return nil, err
	}
	return a, a.load(ctx, stmts.Prepare(ctx, "SELECT id, room, trigger, word, robots, active FROM webhooks_hooks ORDER BY id"))
}

// applier implements views.Applier.
type applier struct {
	put, drop          *sql.Stmt // a webhook, and what is pending of it
	add, again, settle *sql.Stmt
	tell, untell       *sql.Stmt // what has come of the last delivery
	forget, prune      *sql.Stmt
	active             []wanted
	answers            map[chat.PersonID]bool // who writes the answers of webhooks, also of those that are no more
}

// wanted is what a webhook asks for.
type wanted struct {
	id     string
	room   chat.Room
	on     chat.Trigger
	word   string
	robots bool
}

func (a *applier) load(ctx context.Context, all *sql.Stmt) (err error) {
	if all == nil {
		return nil // stmts.Err tells why
	}
	rows, err := all.QueryContext(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var w wanted
		var active bool
		if err := rows.Scan(&w.id, &w.room, &w.on, &w.word, &w.robots, &active); err != nil {
			return err
		}
		a.keep(w, active)
	}
	return rows.Err()
}

func (a *applier) keep(w wanted, active bool) {
	a.answers[chat.Webhook{ID: w.id}.Person().ID] = true
	kept := make([]wanted, 0, len(a.active)+1)
	for _, other := range a.active {
		if other.id != w.id {
			kept = append(kept, other)
		}
	}
	if active {
		kept = append(kept, w)
	}
	a.active = kept
}

// Apply implements views.Applier.
func (a *applier) Apply(ctx context.Context, ev chat.Event) error {
	switch body := ev.Body.(type) {
	case chat.Message:
		if len(a.active) == 0 {
			return nil
		}
		return a.message(ctx, ev, body)
	case chat.Delivery:
		return a.delivery(ctx, ev, body)
	case chat.Delete:
		return exec(ctx, a.forget, position(body.Of))
	case chat.Webhook:
		return a.webhook(ctx, body)
	}
	return nil
}

// message adds a row for each webhook that asks for it. What a webhook has had written triggers
// none, or two of them could go on forever.
func (a *applier) message(ctx context.Context, ev chat.Event, m chat.Message) error {
	if a.answers[ev.From.ID] {
		return nil
	}
	for _, w := range a.active {
		if w.room != "" && w.room != ev.Room || ev.From.Robot() && !w.robots || !matches(w.on, w.word, m.Text) {
			continue
		}
		if err := exec(ctx, a.add, w.id, position(ev.ID.Seq)); err != nil {
			return err
		}
	}
	return nil
}

func (a *applier) delivery(ctx context.Context, ev chat.Event, d chat.Delivery) error {
	var err error
	if d.Outcome == chat.DeliveryRetry {
		err = exec(ctx, a.again, d.Tries, d.Next.UnixMilli(), d.Webhook, position(d.Of))
	} else {
		err = exec(ctx, a.settle, d.Webhook, position(d.Of))
	}
	if err != nil {
		return err
	}
	return exec(ctx, a.tell, position(ev.ID.Seq), string(d.Outcome), d.Status, ev.Time.UnixMilli(), d.Webhook)
}

// webhook takes in a webhook that was made or changed. One that is no longer active has nothing
// delivered any more.
func (a *applier) webhook(ctx context.Context, w chat.Webhook) error {
	a.keep(wanted{w.ID, w.Room, w.On, w.Word, w.Robots}, w.Active())
	if err := exec(ctx, a.put, w.ID, string(w.Room), string(w.On), w.Word, w.Robots, w.Active()); err != nil || w.Active() {
		return err
	}
	return exec(ctx, a.drop, w.ID)
}

// pruneStep is how many rows are removed in one transaction, about.
const pruneStep = 1000

// Prune implements views.Applier.
func (a *applier) Prune(ctx context.Context, first uint64) (more bool, err error) {
	res, err := a.prune.ExecContext(ctx, position(first), pruneStep)
	if err != nil {
		return false, err
	}
	removed, err := res.RowsAffected()
	if err != nil {
		return false, err
	}
	return removed > pruneStep, exec(ctx, a.untell, position(first))
}

func exec(ctx context.Context, stmt *sql.Stmt, args ...any) error {
	_, err := stmt.ExecContext(ctx, args...)
	return err
}

// position is a position as SQLite has it.
func position(seq uint64) int64 { return int64(seq) } // #nosec G115 -- a position has 63 bits
