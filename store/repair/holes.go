package repair

import (
	"context"
	"database/sql"
)

// giveUp keeps which positions have no event.
const giveUp = `INSERT INTO meta SELECT printf('` + lostPrefix + `%019d', before + 1), seq - 1 FROM
	(SELECT seq, lag(seq, 1, (SELECT value FROM meta WHERE name = 'pruned')) OVER (ORDER BY seq) AS before FROM log
		WHERE seq > (SELECT value FROM meta WHERE name = 'pruned'))
	WHERE seq > before + 1`

// transferHoles has the new log know why positions have no event.
func transferHoles(ctx context.Context, from, to *sql.Conn, done *Rebuilt) error {
	if kept, err := keepHoles(ctx, from, to); err != nil || kept {
		return err
	}
	if _, err := to.ExecContext(ctx, giveUp); err != nil {
		return err
	}
	const lost = "SELECT coalesce(sum(value - CAST(substr(name, length(?1) + 1) AS INTEGER) + 1), 0) FROM meta WHERE name > ?1 AND name < ?1 || ':'"
	return to.QueryRowContext(ctx, lost, lostPrefix).Scan(&done.Lost)
}

// keepHoles has the new log know of as many removed events as the old one, if that is why
// there are positions without one.
func keepHoles(ctx context.Context, from, to *sql.Conn) (kept bool, err error) {
	removed, err := readHoles(ctx, from)
	if err != nil || removed == 0 {
		return false, nil
	}
	const query = `UPDATE meta SET value = ?1 WHERE name = 'holes' AND ?1 =
		(SELECT max(seq) - count(*) - (SELECT value FROM meta WHERE name = 'pruned') FROM log
		WHERE seq > (SELECT value FROM meta WHERE name = 'pruned'))`
	result, err := to.ExecContext(ctx, query, int64(removed)) // #nosec G115 -- it was an int64
	if err != nil {
		return false, err
	}
	n, err := result.RowsAffected()
	return n > 0, err
}
