package views

import (
	"context"
	"database/sql"
	"fmt"
)

// position is a position as SQLite has it.
func position(seq uint64) int64 { return int64(seq) } // #nosec G115 -- a position has 63 bits

func exec(ctx context.Context, stmt *sql.Stmt, args ...any) error {
	_, err := stmt.ExecContext(ctx, args...)
	return err
}

// change is exec that tells how many rows it has changed.
func change(ctx context.Context, stmt *sql.Stmt, args ...any) (rows int64, err error) {
	res, err := stmt.ExecContext(ctx, args...)
	if err != nil {
		return 0, err
	}
	return res.RowsAffected()
}

// pruneStep is how many rows of a table are removed in one transaction, about.
const pruneStep = 1000

// pruner removes the rows of a table that belong to messages before a position.
type pruner struct{ stmt *sql.Stmt }

// newPruner takes the column with the position; an index begins with it.
func newPruner(ctx context.Context, stmts *Statements, table, column string) pruner {
	return pruner{stmts.Prepare(ctx, fmt.Sprintf(`DELETE FROM %[1]s WHERE %[2]s < ?1
		AND %[2]s <= ifnull((SELECT %[2]s FROM %[1]s WHERE %[2]s < ?1 ORDER BY %[2]s LIMIT 1 OFFSET %[3]d), ?1)`, table, column, pruneStep))}
}

// pruneAll takes a step in each table, and reports whether there is more.
func pruneAll(ctx context.Context, pruners []pruner, first uint64) (more bool, err error) {
	for _, p := range pruners {
		removed, err := change(ctx, p.stmt, position(first))
		if err != nil {
			return false, err
		}
		more = more || removed > pruneStep
	}
	return more, nil
}
