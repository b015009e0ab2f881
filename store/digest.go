package store

import (
	"context"

	"plainchat/store/internal/format"
)

// Sum stands for the rows of some positions that follow each other, so that logs can be compared.
type Sum = format.Sum

// Digest stands for what a log holds.
type Digest struct {
	First   uint64 // what is before has been passed by retention, and how much of that is removed is different in each log
	Applied uint64 // up to where the log has followed
	Sums    []Sum  // of each step
}

// Digest implements Peer.
func (r *Replica) Digest(ctx context.Context, from, upto, step uint64) (d Digest, err error) {
	d.Applied, _ = r.follower.followed.at()
	if d.First, _, err = r.Bounds(ctx); err != nil {
		return d, err
	}
	r.reading.RLock()
	defer r.reading.RUnlock()
	if d.Sums, err = format.Sums(ctx, r.read, from, upto, step); err != nil {
		err = r.readError(err)
	}
	return d, err
}
