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
	"plainchat/store/internal/format"
)

// Log is one totally ordered, durable sequence of events. Positions ("seq")
// count from 1 and only grow; retention may remove events from the front.
//
// All methods may be called concurrently. After Close they return ErrClosed.
type Log interface {
	// Epoch names the log: positions of one epoch mean nothing in another.
	Epoch() string

	// Append adds an event and returns it once it is durable: after
	// the return, no crash or power cut loses it. Appends that wait at the same
	// time are committed together, in the order in which they arrived.
	//
	// A draft whose Key was used before in the same room by the same person, or
	// without one under the same name, is not added again: if its body is the same,
	// Append returns the first event and true; if the first was erased, a *Deleted; otherwise
	// a *KeyReused.
	//
	// What is about a message is added only while that is there, in the same room; else the
	// error is ErrNoTarget. A chat.Read that is not after the one of the same person in the room
	// is not added; the error is ErrReadBefore. A chat.Delete erases in the same moment the text of its message
	// and of the message's edits.
	//
	// A draft that Claims its name is added with its NameClaim, or neither is. A log that others append to as
	// well may find that one of them was faster; the error is ErrOvertaken.
	//
	// When ctx ends, Append may return its error before the outcome is known;
	// sending again with the same Key settles it, as it does after an
	// ErrFilesLost. Other errors are ErrFull, ErrMaxSize, ErrClosed, or one that says why
	// nothing was stored.
	Append(ctx context.Context, d chat.Draft) (ev chat.Event, duplicate bool, err error)

	// Repeat returns the event that a draft's Key was used for, as Append would, and whether
	// there is one; it adds nothing. Its errors are a *Deleted, a *KeyReused, a *Damaged, and
	// those of reading.
	Repeat(ctx context.Context, d chat.Draft) (ev chat.Event, found bool, err error)

	// Last returns the event whose key, of those that a draft's person has used in its room and that begin with
	// the draft's Key, comes last in the order of bytes, and whether there is one. One that was erased has a
	// chat.Erased for its body. Its errors are a *Damaged, and those of reading.
	Last(ctx context.Context, d chat.Draft) (ev chat.Event, found bool, err error)

	// Ready returns why messages cannot be appended or read at present: ErrFull,
	// ErrMaxSize, ErrClosed, or what the last append failed with. It is nil if that one succeeded, or
	// if the next one would, and what could not be read can be now.
	Ready(ctx context.Context) error

	// Read yields the visible events with a position in (after, upto], in order; only
	// those of the given rooms (no more than 100), or of all rooms if none is given. It holds no lock
	// or snapshot between pages, so it may be as slow as its consumer.
	//
	// Positions have gaps: events that were erased or removed, and those that never were.
	//
	// A *Damaged error concerns one event, which is left out; the sequence goes
	// on. Any other error ends it.
	Read(ctx context.Context, after, upto uint64, rooms ...chat.Room) iter.Seq2[chat.Event, error]

	// Tail yields every event after a position, in order, and waits for more
	// until ctx ends. Errors are as in Read.
	Tail(ctx context.Context, after uint64) iter.Seq2[chat.Event, error]

	// Bounds returns the position after the last one that retention has passed, and that of
	// the last visible event, or of the last ever held. An empty log has first = last+1. What
	// is never removed may stand before first.
	Bounds(ctx context.Context) (first, last uint64, err error)

	// Reach reports whether the log holds everything up to a position. A log that follows
	// another, and may yet be given it, waits; if ctx ends before, the error is ErrLagging.
	Reach(ctx context.Context, seq uint64) (bool, error)

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
	// Page returns messages of one room in log order, those that are erased with a
	// chat.Erased for their text, and whether there are more of
	// those that were asked for. Damaged events are left out (and logged).
	Page(ctx context.Context, p Page) (events []chat.Event, more bool, err error)

	// At returns the events at positions, in order, those that are erased with a chat.Erased
	// for their body. Positions without an event are left out, and damaged events (and logged).
	At(ctx context.Context, seqs ...uint64) ([]chat.Event, error)

	// Updates returns the newest updates of a message that are of the kind "update", so many at the most, in
	// order; none of an erased one. Damaged events are left out (and logged).
	Updates(ctx context.Context, of uint64, most int) ([]chat.Event, error)

	// Counts returns how many messages of each room, without those that are erased, are after a
	// position: limit at the most.
	Counts(ctx context.Context, after map[chat.Room]uint64, limit int) (map[chat.Room]int, error)

	// LastChange returns the position of the last event that is not a plain message, or a
	// later one: whoever has read up to there knows what became of all messages.
	LastChange() uint64

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

// ErrNoTarget is an event about a message that is not there, is in another room, or is
// erased. It is not in the log.
var ErrNoTarget = errors.New("store: the message that this is about is not there")

// ErrEnded is a chat.Update that has a message lost that has ended. It is not added.
var ErrEnded = errors.New("store: the message has ended")

// ErrReadBefore is a read position that its person has reached before, or has passed. It is not
// in the log.
var ErrReadBefore = errors.New("store: the room was read up to there before")

// KeyReused is a draft with the Key of another event: the same person, or name, used it in
// the same room for something else. It is not in the log.
type KeyReused struct {
	First chat.ID // the event that has the Key
}

func (e *KeyReused) Error() string {
	return fmt.Sprintf("store: the key belongs to event %s, which says something else", e.First)
}

// Deleted is a draft with the Key of an event that was erased, such as a late retry. It is
// not in the log.
type Deleted struct {
	First chat.ID // the event that had the Key
}

func (e *Deleted) Error() string {
	return fmt.Sprintf("store: the key belongs to event %s, which was deleted", e.First)
}

// Damaged is an event that is not what was written. It is never served, and is logged
// when it is first met.
type Damaged = format.Damaged
