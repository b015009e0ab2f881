package webhooks

import (
	"context"
	"database/sql"
	"math"
	"slices"
	"time"

	"plainchat/chat"
	"plainchat/views"
)

// job is a delivery that is to be made.
type job struct {
	webhook string
	seq     uint64 // of the message
	tries   int    // that have failed
}

// Standing is how a webhook gets on.
type Standing struct {
	Pending int          // how many messages are to be delivered
	Outcome chat.Outcome // of the last try; empty if none is known
	Status  int          // its answer's, of HTTP; 0 if there was none
	Time    time.Time    // of it
}

// Log is what is read of the log; store.Log has the method.
type Log interface {
	Bounds(ctx context.Context) (first, last uint64, err error)
}

// pending asks the view.
type pending struct {
	log   Log
	views *views.Projector
}

// What is due for the first time, and what is due again, in the order in which it is to be tried.
const (
	newQuery   = "SELECT seq, tries FROM webhooks_pending WHERE webhook = ?1 AND next = 0 AND seq >= ?3 ORDER BY seq LIMIT ?4"
	againQuery = "SELECT seq, tries FROM webhooks_pending WHERE webhook = ?1 AND next BETWEEN 1 AND ?2 AND seq >= ?3 ORDER BY next, seq LIMIT ?4"
)

// due returns what of a webhook is to be delivered now, at most limit jobs: what was tried before goes
// first or last.
func (p pending) due(ctx context.Context, webhook string, now time.Time, limit int, triedFirst bool) (jobs []job, err error) {
	first, _, err := p.log.Bounds(ctx)
	if err != nil {
		return nil, err
	}
	queries := []string{newQuery, againQuery}
	if triedFirst {
		slices.Reverse(queries)
	}
	for _, query := range queries {
		err = p.rows(ctx, func(rows *sql.Rows) error {
			j := job{webhook: webhook}
			err := rows.Scan(&j.seq, &j.tries)
			jobs = append(jobs, j)
			return err
		}, query, webhook, now.UnixMilli(), position(first), limit-len(jobs))
		if err != nil || len(jobs) == limit {
			break
		}
	}
	return jobs, err
}

// next returns when the next of a webhook's jobs after a time is to be tried; false for never.
func (p pending) next(ctx context.Context, webhook string, after time.Time) (at time.Time, ok bool, err error) {
	err = p.rows(ctx, func(rows *sql.Rows) error {
		var millis int64
		ok, err = true, rows.Scan(&millis)
		at = time.UnixMilli(millis)
		return err
	}, "SELECT next FROM webhooks_pending WHERE webhook = ? AND next > ? ORDER BY next LIMIT 1", webhook, after.UnixMilli())
	return at, ok, err
}

// standings returns how each webhook gets on, by their ids.
func (p pending) standings(ctx context.Context) (all map[string]Standing, err error) {
	all = make(map[string]Standing)
	err = p.rows(ctx, func(rows *sql.Rows) error {
		var id string
		var s Standing
		var millis int64
		if err := rows.Scan(&id, &s.Outcome, &s.Status, &millis, &s.Pending); err != nil {
			return err
		}
		if s.Outcome != "" {
			s.Time = time.UnixMilli(millis).UTC()
		}
		all[id] = s
		return nil
	}, "SELECT id, outcome, status, time, (SELECT count(*) FROM webhooks_pending WHERE webhook = h.id) FROM webhooks_hooks h")
	return all, err
}

// count returns how many deliveries are to be made; not a number if that is not known.
func (p pending) count() float64 {
	const patience = time.Second
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	n := math.NaN()
	_ = p.rows(ctx, func(rows *sql.Rows) error { return rows.Scan(&n) }, "SELECT count(*) FROM webhooks_pending")
	return n
}

func (p pending) rows(ctx context.Context, each func(*sql.Rows) error, query string, args ...any) error {
	return p.views.Read(ctx, func(ctx context.Context, db *sql.DB) error {
		rows, err := db.QueryContext(ctx, query, args...)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			if err := each(rows); err != nil {
				return err
			}
		}
		return rows.Err()
	})
}
