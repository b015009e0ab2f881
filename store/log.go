// Package store is where the truth lies: the one totally ordered log of events,
// and the views read from it.
package store

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"time"

	"plainchat/chat"
)

// Log is one totally ordered, durable sequence of events. Positions ("seq")
// count from 1 and only grow; retention may remove events from the front.
//
// All methods may be called concurrently. After Close they return ErrClosed.
type Log interface {
	// Epoch names the log: positions of one epoch mean nothing in another.
	Epoch() string

	// Append adds a message and returns its event once that is durable: after
	// the return, no crash or power cut loses it. Appends that wait at the same
	// time are committed together, in the order in which they arrived.
	//
	// A message whose ClientID was used before in the same room by the same
	// name is not added again: if it has the same text, Append returns the first
	// event and true, otherwise a *KeyReused.
	//
	// When ctx ends, Append may return its error before the outcome is known;
	// sending again with the same ClientID settles it, as it does after an
	// ErrFilesLost. Other errors are ErrFull, ErrMaxSize, ErrClosed, or one that says why
	// nothing was stored.
	Append(ctx context.Context, m chat.Message) (ev chat.Event, duplicate bool, err error)

	// Ready returns why messages cannot be appended or read at present: ErrFull,
	// ErrMaxSize, ErrClosed, or what the last append failed with. It is nil if that one succeeded, or
	// if the next one would, and what could not be read can be now.
	Ready(ctx context.Context) error

	// Read yields the events with a position in (after, upto], in order; only
	// those of the given rooms (no more than 100), or of all rooms if none is given. It holds no lock
	// or snapshot between pages, so it may be as slow as its consumer.
	//
	// A *Damaged error concerns one event, which is left out; the sequence goes
	// on. Any other error ends it.
	Read(ctx context.Context, after, upto uint64, rooms ...chat.Room) iter.Seq2[chat.Event, error]

	// Tail yields every event after a position, in order, and waits for more
	// until ctx ends. Errors are as in Read.
	Tail(ctx context.Context, after uint64) iter.Seq2[chat.Event, error]

	// Bounds returns the positions of the first and the last event held. An
	// empty log has first = last+1, where last is the last ever held, or 0.
	Bounds(ctx context.Context) (first, last uint64, err error)

	// Close waits for the appends under way, then releases the log.
	Close() error
}

// Page asks for part of a room's history.
type Page struct {
	Room chat.Room
	// Before and After bound the positions, both exclusive; a Before of 0 is no
	// bound.
	Before, After uint64
	// Forward asks for the oldest events that fit; otherwise it is the newest.
	Forward bool
	Limit   int // at most this many events; none for 0 or less
	// Fits, unless it is nil, is asked about each event in the order of reading, which is from
	// the newest back unless Forward. The page ends before the first that does not fit. It
	// must not wait.
	Fits func(chat.Event) bool
}

// History reads rooms. It is a view of the log.
type History interface {
	// Page returns events of one room in log order, and whether there are more of
	// those that were asked for. Damaged events are left out (and logged).
	Page(ctx context.Context, p Page) (events []chat.Event, more bool, err error)

	// Since returns the position just before the first event appended at or
	// after t: reading after it gives what was said from t on. Where the clock
	// was set back, it is one such position.
	Since(ctx context.Context, t time.Time) (uint64, error)
}

// What Append and the others can fail with, beside what is named there.
var (
	ErrClosed = errors.New("store: the log is closed")
	ErrFull   = errors.New("store: no space left for the log")
	// ErrMaxSize is the end of appending for a log that has the size it may have. It goes on
	// once retention has made room.
	ErrMaxSize = errors.New("store: the log has reached its largest size")
	// ErrFilesLost is the end of appending where a file of the log was removed or
	// replaced: until it is back, or for good. A message that fails with it may have been
	// stored nevertheless. That is logged, once.
	ErrFilesLost = errors.New("store: the files of the log are not in their place")
)

// KeyReused is a message with the ClientID of another one: the same name used it in the
// same room for another text. It is not in the log.
type KeyReused struct {
	First chat.ID // the event that has the ClientID
}

func (e *KeyReused) Error() string {
	return fmt.Sprintf("store: the client id belongs to event %s, which has another text", e.First)
}

// Damaged is an event that is not what was written. It is never served, and is logged
// when it is first met.
type Damaged struct {
	Seq uint64
}

func (e *Damaged) Error() string {
	return fmt.Sprintf("store: event %d is damaged: its checksum does not match", e.Seq)
}
