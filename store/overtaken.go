package store

import (
	"context"
	"errors"

	"plainchat/chat"
	"plainchat/store/internal/format"
)

// ErrOvertaken is a draft that was allowed by what was known when it was made, and the claim of a name
// that looks like its own has come before it. Whoever made it must look again.
var ErrOvertaken = errors.New("store: a claim of such a name came before")

// claimsQuery finds the claims of names from a position on.
const claimsQuery = "SELECT " + format.Columns + ` FROM log INDEXED BY log_state
	WHERE ` + format.IsState + ` AND seq >= ? AND kind = 'name'`

// overtaken returns ErrOvertaken if somebody has got the name of a draft, or one like it, since its
// maker looked. A log that nobody else appends to need not ask: there the maker has seen to it.
func (w *writer) overtaken(ctx context.Context, d chat.Draft) error {
	if d.Unseen == 0 {
		return nil
	}
	rows, err := w.conn.QueryContext(ctx, claimsQuery, int64(d.Unseen)) // #nosec G115 -- a position has 63 bits
	if err != nil {
		return err
	}
	defer rows.Close()
	ours := d.From.Name.Skeletons()
	for rows.Next() {
		ev, err := format.Scan(rows, w.log.epoch)
		if _, damaged := errors.AsType[*format.Damaged](err); damaged {
			continue
		} else if err != nil {
			return err
		}
		claim, is := ev.Body.(chat.NameClaim)
		if is && claim.Owner != d.From.ID && ours.Alike(claim.Name.Skeletons()) {
			return ErrOvertaken
		}
	}
	return rows.Err()
}
