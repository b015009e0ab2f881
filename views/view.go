// Package views keeps what the log amounts to: files that are derived from it, and that can
// be deleted at any time.
//
// A Projector reads the log from the first event to the last and then waits for more. Its
// views write what they need into one SQLite file; the position reached is in the same
// transaction. When the file is missing, damaged, of another log or of another version,
// the projector makes it anew in the background. It never delays the log.
package views

import (
	"context"
	"iter"

	"plainchat/chat"
)

// Log is what a projector reads; store.Log has these methods.
type Log interface {
	Epoch() string
	Bounds(ctx context.Context) (first, last uint64, err error)
	Read(ctx context.Context, after, upto uint64, rooms ...chat.Room) iter.Seq2[chat.Event, error]
	Tail(ctx context.Context, after uint64) iter.Seq2[chat.Event, error]
}

// View is one answer derived from the log, with tables of its own in the file.
type View interface {
	// Name tells the views of a file apart.
	Name() string
	// Version changes whenever Tables or Apply would leave something else in the file. The
	// file is then made anew.
	Version() int
	// Tables returns the SQL that makes the view's tables and indexes. Their names begin
	// with the view's name.
	Tables() string
	// Prepare returns what applies events, with the statements that it needs; their error
	// need not be looked at. It is called whenever the file is opened. Caches belong to the
	// Applier, since it is given up with every transaction that fails.
	Prepare(ctx context.Context, stmts *Statements) (Applier, error)
}

// Applier writes one view. All calls come from one goroutine, within a transaction that
// the projector begins and ends.
type Applier interface {
	// Apply takes in the next event. What is in the tables afterwards may depend on the
	// events alone: no clock, no chance, no other input. Events of kinds that do not matter
	// are ignored. An error undoes the transaction. Of a projector with a Share, a deletion
	// may come ahead of its turn, and again in its turn.
	Apply(ctx context.Context, ev chat.Event) error
	// Prune forgets messages before the position first, which retention has removed. It may
	// stop after a part of them and report that there is more: then it is called again.
	Prune(ctx context.Context, first uint64) (more bool, err error)
}

// Flusher is an Applier that gathers what several events say, to write it once.
type Flusher interface {
	// Flush writes it. It is called at the end of each transaction of events.
	Flush(ctx context.Context) error
}
