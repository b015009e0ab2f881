package views

import (
	"context"
	"database/sql"
	"errors"
)

// Statements prepares statements for the connection that writes, and closes them before it.
type Statements struct {
	conn *sql.Conn
	all  []*sql.Stmt
	err  error
}

// Prepare returns a statement, or nil if this or an earlier one fails; see Err.
func (s *Statements) Prepare(ctx context.Context, query string) *sql.Stmt {
	if s.err != nil {
		return nil
	}
	stmt, err := s.conn.PrepareContext(ctx, query)
	if err != nil {
		s.err = err
		return nil
	}
	s.all = append(s.all, stmt)
	return stmt
}

// Err returns what the first statement that failed has failed with.
func (s *Statements) Err() error { return s.err }

// close is needed: a statement would keep the database open beyond its connection.
func (s *Statements) close() error {
	var errs []error
	for _, stmt := range s.all {
		errs = append(errs, stmt.Close())
	}
	return errors.Join(errs...)
}
