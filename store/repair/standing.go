package repair

import (
	"context"
	"database/sql"

	"plainchat/store/internal/format"
)

// transferStanding writes what a log knows of the journal that it follows, or has followed. One that lacks
// something must not follow it any further: the others have that.
func transferStanding(ctx context.Context, from, to *sql.Conn, done *Rebuilt) error {
	if !format.Follows(ctx, from) {
		return transferNamed(ctx, from, to, "name = 'left'")
	}
	if done.Renamed || done.Lost > 0 {
		done.Renamed, done.Alone = true, true
		return removeExpired(ctx, from, to)
	}
	return transferNamed(ctx, from, to, "name NOT IN ('epoch', 'pruned', 'secret', 'holes') AND name NOT GLOB '"+lostPrefix+"*'")
}

// transferNamed copies what is known under some names, as far as it can be read.
func transferNamed(ctx context.Context, from, to *sql.Conn, which string) error {
	rows, err := from.QueryContext(ctx, "SELECT name, value FROM meta WHERE "+which) // #nosec G202 -- one of two conditions
	if err != nil {
		return nil
	}
	defer rows.Close()
	for rows.Next() {
		var name string
		var value any
		if rows.Scan(&name, &value) != nil {
			continue
		}
		if _, err := to.ExecContext(ctx, "INSERT OR REPLACE INTO meta (name, value) VALUES (?, ?)", name, value); err != nil {
			return err
		}
	}
	return nil
}

// removeExpired removes what retention has passed, which nothing says in a log that is alone, and has
// it know that nobody has the positions without an event any more.
func removeExpired(ctx context.Context, from, to *sql.Conn) error {
	var expired int64
	const query = "SELECT value FROM meta WHERE name = 'expired' AND typeof(value) = 'integer' AND value > 0"
	if from.QueryRowContext(ctx, query).Scan(&expired) != nil { // nothing is expired
		return nil
	}
	for _, statement := range []string{
		"DELETE FROM log WHERE seq <= ?1 AND NOT " + format.IsKept,
		"DELETE FROM log WHERE target <= ?1 AND " + format.IsAbout,
		"UPDATE meta SET value = max(value, ?1) WHERE name = 'pruned'",
		"UPDATE meta SET value = 0 WHERE name = 'holes' AND ?1",
		"DELETE FROM meta WHERE name GLOB '" + lostPrefix + "*' AND ?1",
	} {
		if _, err := to.ExecContext(ctx, statement, expired); err != nil {
			return err
		}
	}
	_, err := to.ExecContext(ctx, giveUp)
	return err
}
