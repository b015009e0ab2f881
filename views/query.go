package views

import (
	"context"
	"database/sql"
	"sync"
)

// query is a query that is prepared once for each file.
type query struct {
	sql string

	mu   sync.Mutex
	db   *sql.DB
	stmt *sql.Stmt // closed with db
}

// on returns the statement for a file.
func (q *query) on(ctx context.Context, db *sql.DB) (*sql.Stmt, error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.db == db {
		return q.stmt, nil
	}
	stmt, err := db.PrepareContext(ctx, q.sql)
	if err == nil {
		q.db, q.stmt = db, stmt
	}
	return stmt, err
}

// rows runs the query. Arguments are as the driver takes them.
func (q *query) rows(ctx context.Context, db *sql.DB, args ...any) (*sql.Rows, error) {
	stmt, err := q.on(ctx, db)
	if err != nil {
		return nil, err
	}
	return stmt.QueryContext(ctx, args...)
}
