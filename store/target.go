package store

import (
	"context"
	"database/sql"
	"errors"

	"plainchat/chat"
)

const targetQuery = "SELECT room, kind IN ('message', 'reply') AND body <> '' FROM log WHERE seq = ?"

// admit returns ErrNoTarget unless what a draft is about, if anything, is a message of its room
// that is still there; ErrReadBefore; or ErrEnded.
func (w *writer) admit(ctx context.Context, d chat.Draft) error {
	if read, is := d.Body.(chat.Read); is {
		return w.advances(ctx, d, read)
	}
	seq := d.Body.Target()
	if seq == 0 {
		return nil
	}
	var room chat.Room
	var message bool
	err := w.conn.QueryRowContext(ctx, targetQuery, int64(seq)).Scan(&room, &message) // #nosec G115 -- a position has 63 bits
	switch first, _, _ := w.log.recent.bounds(); {
	case err != nil && !errors.Is(err, sql.ErrNoRows):
		return err
	case err != nil && seq >= first:
		absent, err := w.isAbsent(ctx, seq)
		if err == nil && !absent {
			err = ErrNoTarget
		}
		return err
	case err != nil, seq < first, !message, w.log.spellings().canonical(room) != d.Room:
		return ErrNoTarget
	}
	if u, is := d.Body.(chat.Update); is && u.Status.State == chat.Lost {
		return w.mayBeLost(ctx, seq)
	}
	return nil
}

const latestProgressQuery = "SELECT body FROM log WHERE kind = 'progress' AND target = ? ORDER BY seq DESC LIMIT 1"

// mayBeLost returns ErrEnded for a message that has ended. It is looked at here, since whoever was silent for
// long enough to be taken for lost may tell its end just then.
func (w *writer) mayBeLost(ctx context.Context, seq uint64) error {
	var data string
	err := w.conn.QueryRowContext(ctx, latestProgressQuery, int64(seq)).Scan(&data) // #nosec G115 -- a position has 63 bits
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	} else if err != nil {
		return err
	}
	body, err := chat.KindOf("progress").Decode(data)
	if before, is := body.(chat.Update); err == nil && is && before.Status.State == chat.Ended {
		return ErrEnded
	}
	return nil
}

const latestReadQuery = `SELECT body FROM log INDEXED BY log_latest
	WHERE kind = 'read' AND room = ? AND ifnull(actor, ':' || user_name) = ? ORDER BY seq DESC LIMIT 1`

// advances returns ErrReadBefore unless a read position is after the one that its person has in
// the room. It is looked at here, since of two tabs that tell their positions at once, the one
// that is behind can be the second.
func (w *writer) advances(ctx context.Context, d chat.Draft, read chat.Read) error {
	for _, room := range w.log.spellings().of([]chat.Room{d.Room}) {
		var data string
		err := w.conn.QueryRowContext(ctx, latestReadQuery, string(room), speaker(d.From)).Scan(&data)
		if errors.Is(err, sql.ErrNoRows) {
			continue
		} else if err != nil {
			return err
		}
		body, err := read.Kind().Decode(data)
		if before, is := body.(chat.Read); err == nil && is && read.Upto <= before.Upto { // a damaged one is replaced
			return ErrReadBefore
		}
	}
	return nil
}

// follow does within the transaction what an event entails that was just added.
func (w *writer) follow(ctx context.Context, ev chat.Event) error {
	switch body := ev.Body.(type) {
	case chat.Delete:
		return w.erase(ctx, body.Of)
	case chat.Read:
		return w.supersede(ctx, olderRead, string(ev.Room), speaker(ev.From), int64(ev.ID.Seq)) // #nosec G115 -- a position has 63 bits
	case chat.Update:
		if body.Replaces {
			return w.supersede(ctx, olderProgress, int64(body.Of), int64(ev.ID.Seq)) // #nosec G115 -- positions have 63 bits
		}
	}
	return nil
}

// What an event of class Latest replaces: a person's read position in a room, and how far a message
// has come. Of that there is one at the most, which is looked for from the end: a message may have very many updates.
const (
	olderRead     = "kind = 'read' AND room = ? AND ifnull(actor, ':' || user_name) = ? AND seq < ?"
	olderProgress = "seq = (SELECT seq FROM log WHERE kind = 'progress' AND target = ? AND seq < ? ORDER BY seq DESC LIMIT 1)"
)

// supersede removes the events that the latest one replaces.
func (w *writer) supersede(ctx context.Context, older string, args ...any) error {
	const removed = " RETURNING seq, seq > (SELECT value FROM meta WHERE name = 'pruned')"
	rows, err := w.conn.QueryContext(ctx, "DELETE FROM log WHERE "+older+removed, args...) // #nosec G202 -- one of the two conditions
	if err != nil {
		return err
	}
	defer rows.Close()
	holes := 0
	for rows.Next() {
		var seq uint64
		var hole int
		if err := rows.Scan(&seq, &hole); err != nil {
			return err
		}
		w.gone = append(w.gone, seq)
		holes += hole
	}
	if err := rows.Err(); err != nil || holes == 0 {
		return err
	}
	return w.addHoles(ctx, holes)
}

// addHoles counts positions after "pruned" that have no event from now on, or if it is
// negative, that are not after it any more.
func (w *writer) addHoles(ctx context.Context, n int) error {
	_, err := w.conn.ExecContext(ctx, "UPDATE meta SET value = max(0, value + ?) WHERE name = 'holes'", n)
	return err
}
