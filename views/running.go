package views

import (
	"context"
	"database/sql"
	"slices"
	"time"

	"plainchat/chat"
)

// maxSilent is how many messages Silent tells of at a time.
const maxSilent = 100

const runningQuery = `SELECT seq FROM timeline_messages INDEXED BY timeline_running WHERE state = 'running' AND edited < ? ORDER BY edited LIMIT ?`

// Silent returns messages that are running, and of which nothing was heard since a time: the first 100. It
// returns ErrNotReady while the view is being built.
func (m *Messages) Silent(ctx context.Context, since time.Time) ([]Message, error) {
	if m.changes == nil {
		return nil, ErrNotReady
	}
	m.await(ctx)
	var seqs []uint64
	err := m.changes.views.Read(ctx, func(ctx context.Context, db *sql.DB) (err error) {
		seqs, err = numbers(m.changes.silent.rows(ctx, db, since.UnixMilli(), maxSilent))
		return err
	})
	if err != nil {
		return nil, err
	}
	found, err := m.At(ctx, seqs...)
	return slices.DeleteFunc(found, func(m Message) bool {
		return m.Status.State != chat.Running || !m.Edited.Before(since)
	}), err
}
