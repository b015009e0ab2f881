package views

import (
	"context"
	"database/sql"
	"slices"
)

// MaxThread is how many messages a thread has at the most: those that came first.
const MaxThread = 10_000

// A thread is the message that answers none, all that answer it, all that answer those, and so on.
// Each is after what it answers, so that to take the first that is not taken yet, again and again,
// is the order of the log; and to stop early costs nothing for the rest.
const (
	rootQuery = `WITH RECURSIVE above(seq) AS (SELECT ?1 UNION ALL
		SELECT r.target FROM above a CROSS JOIN timeline_replies r ON r.seq = a.seq LIMIT ?2) SELECT min(seq) FROM above`
	threadQuery = `WITH RECURSIVE thread(seq) AS (SELECT ?1 UNION ALL
		SELECT r.seq FROM thread t CROSS JOIN timeline_replies r INDEXED BY timeline_replies_target ON r.target = t.seq ORDER BY 1 LIMIT ?2)
		SELECT seq FROM thread WHERE seq > ?3 LIMIT ?4`
)

// thread reads a page of the thread of a message. What answers a message that was deleted itself
// is a thread of its own, as the log has forgotten what that one answered.
func (m *Messages) thread(ctx context.Context, p Page, upto uint64) (h History, err error) {
	if m.changes == nil {
		return h, ErrNotReady
	}
	if err := m.check(ctx, p.Room, p.Thread); err != nil {
		return h, err
	}
	seqs, err := m.changes.thread(ctx, p)
	if err != nil {
		return h, err
	}
	more := len(seqs) > p.Limit
	if more {
		seqs = seqs[:p.Limit]
	}
	for step := range slices.Chunk(seqs, mergeStep) {
		done, err := m.addStep(ctx, p, step, &h)
		if err != nil || !done {
			more = true
			break
		}
	}
	h.More, h.Upto = more, upto
	return h, err
}

// addStep adds messages to a page as far as they have room there, and reports whether all had.
func (m *Messages) addStep(ctx context.Context, p Page, seqs []uint64, h *History) (all bool, err error) {
	left := p.Bytes - h.Size
	if bounded := len(h.Messages) > 0 && p.Size != nil; bounded && left <= 0 {
		return false, nil
	}
	events, err := m.log.At(ctx, seqs...)
	if err != nil {
		return false, err
	}
	r := reading{Messages: m, page: p}
	for _, ev := range events {
		r.fits(ev) // counts what each takes as it was written
	}
	r.page.Bytes = left
	if err := r.merge(ctx, events); err != nil {
		return false, err
	}
	if len(h.Messages) > 0 && p.Size != nil && r.size > left { // the first of a step is always read
		return false, nil
	}
	h.Messages = append(h.Messages, r.done...)
	h.Size += r.size
	return len(r.done) == len(events), nil
}

// thread returns the positions of a page of a thread, and one more if there are more.
func (c *changes) thread(ctx context.Context, p Page) (seqs []uint64, err error) {
	err = c.views.Read(ctx, func(ctx context.Context, db *sql.DB) error {
		root, err := numbers(c.root.rows(ctx, db, position(p.Thread), MaxThread))
		if err == nil {
			seqs, err = numbers(c.below.rows(ctx, db, position(root[0]), MaxThread, position(p.After), p.Limit+1))
		}
		return err
	})
	return seqs, err
}

// numbers reads the rows of a query for positions.
func numbers(rows *sql.Rows, err error) (all []uint64, _ error) {
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var n uint64
		if err := rows.Scan(&n); err != nil {
			return nil, err
		}
		all = append(all, n)
	}
	return all, rows.Err()
}
