package views

import (
	"context"
	"database/sql"
	"errors"

	"plainchat/chat"
	"plainchat/policy"
)

// errNotKnown is the state of a message that the view has not reached yet.
var errNotKnown = errors.New("views: not known yet")

const reactedQuery = `SELECT count(*), coalesce(sum(emoji = ?3), 0),
	coalesce((SELECT name FROM timeline_reactions INDEXED BY timeline_reactions_person
		WHERE target = ?1 AND person = ?2 AND emoji = ?3 ORDER BY seq LIMIT 1), '')
	FROM timeline_emoji WHERE target = ?1 AND count > 0`

// Reacted returns what policy has to know where somebody puts an emoji to the message at a
// position, or takes it back. It returns an error while that is not known: the view is being
// built, or does not follow.
func (m *Messages) Reacted(ctx context.Context, of uint64, emoji string, by chat.Person) (r policy.Reacted, err error) {
	if m.changes == nil {
		return r, errNotKnown
	}
	waiting, cancel := context.WithTimeout(ctx, awaitTime)
	defer cancel()
	if err := m.changes.views.Await(waiting, m.log.LastChange()); err != nil {
		return r, err
	}
	err = m.changes.views.Read(ctx, func(ctx context.Context, db *sql.DB) error {
		rows, err := m.changes.reacted.rows(ctx, db, position(of), by.Key(), emoji)
		if err != nil {
			return err
		}
		defer rows.Close()
		if rows.Next() {
			err = rows.Scan(&r.Emoji, &r.There, &r.As)
		}
		return errors.Join(err, rows.Err())
	})
	return r, err
}
