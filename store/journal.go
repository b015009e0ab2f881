package store

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"time"
)

// Journal is an order that several logs share, and nothing else: records get places in it, and
// every log that follows it is given the same records at the same places. Package cluster has
// one of NATS JetStream. All methods may be called concurrently.
type Journal interface {
	// Epoch names the order: that of every log that follows it.
	Epoch() string

	// Origin tells the order from others of the epoch.
	Origin() Origin

	// Publish gives records places that follow each other, and returns the last of them once the
	// records are durable. It is all or nothing, and tried once. Its errors are ErrUncertain, ErrNoLeader,
	// ErrUnavailable, ErrFull, and the context's, which says as little as ErrUncertain.
	Publish(ctx context.Context, batch []Record) (last uint64, err error)

	// Follow yields what stands after a place, in order, and waits for more until ctx ends.
	// Of places that were erased it yields the last, if others or none follow. A *Missing tells of
	// those since the entry before that have nothing although they were not erased, and the sequence
	// goes on. Any other error ends it.
	Follow(ctx context.Context, after uint64) iter.Seq2[Entry, error]

	// Bounds returns the first and the last place, as whoever decides has them now. An empty
	// journal has first = last+1. Its errors are ErrNoLeader, if nobody answers,
	// ErrUnavailable, and ErrReplaced.
	Bounds(ctx context.Context) (first, last uint64, err error)

	// Erase takes away what stands at a place. That nothing stands there is no error.
	Erase(ctx context.Context, seq uint64) error

	// Trim takes away what stands up to a place, except records that are Kept.
	Trim(ctx context.Context, upto uint64) error
}

// Origin is how an order began.
type Origin struct {
	ID    string // no other order has it
	First uint64 // its first place: 1, unless a log was moved into it
	Moved uint64 // the last place of that log; or 0
}

// Entry is a record in its place.
type Entry struct {
	Seq    uint64
	Time   time.Time // when it got its place, by the clock of whoever decides
	Record Record
	// Erased is that there is no record: here, and at all places since the entry before.
	Erased bool
	lost   bool // with Erased: it was lost
}

// What the methods of a Journal can fail with, beside ErrFull.
var (
	// ErrUncertain is a record of which nobody knows whether it has got a place: it may get one
	// yet. It can be published again.
	ErrUncertain = errors.New("store: it is not known whether the journal has taken it")
	// ErrNoLeader is a journal of which nobody decides at the moment, such as while a leader is chosen, and
	// that has not taken this. It can be published again.
	ErrNoLeader = errors.New("store: nobody decides the order of the journal at the moment")
	// ErrUnavailable is a journal that takes nothing for longer than it takes to choose a leader, or
	// that cannot be reached, and that has not taken this.
	ErrUnavailable = errors.New("store: the journal takes nothing at present")
	// ErrReplaced is a journal that is gone, or is not the one that was followed before.
	ErrReplaced = errors.New("store: the journal is not the one that this log has followed")
)

// Missing are places whose records cannot be had from anybody, and were not erased.
type Missing struct{ From, Upto uint64 }

func (e *Missing) Error() string {
	return fmt.Sprintf("store: what the journal had from %d up to %d is lost", e.From, e.Upto)
}
