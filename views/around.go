package views

import (
	"context"
	"slices"

	"plainchat/chat"
)

// around reads a page with a message in its middle. What is newer has half of the page; what it
// leaves, and the other half, is for the message and what is older.
func (m *Messages) around(ctx context.Context, p Page, upto uint64) (h History, err error) {
	if err := m.check(ctx, p.Room, p.Around); err != nil {
		return h, err
	}
	newer := p
	newer.After, newer.Forward = p.Around, true
	newer.Limit, newer.Bytes = p.Limit/2, p.Bytes/2
	after, err := m.plain(ctx, newer, upto)
	if err != nil {
		return h, err
	}
	if len(after.Messages) == 1 && after.Size > newer.Bytes && p.Size != nil { // one is always read
		after.Messages, after.Size, after.More = nil, 0, true
	}
	older := p
	older.Before, older.After = p.Around+1, 0
	older.Limit, older.Bytes = p.Limit-len(after.Messages), p.Bytes-after.Size
	h, err = m.plain(ctx, older, upto)
	h.Messages = slices.Concat(h.Messages, after.Messages)
	h.Size += after.Size
	h.Newer = after.More || newer.Limit == 0
	return h, err
}

// check returns ErrNoMessage unless there is a message of a room at a position, be it one that
// was deleted.
func (m *Messages) check(ctx context.Context, room chat.Room, seq uint64) error {
	events, err := m.log.At(ctx, seq)
	if err == nil && (len(events) == 0 || events[0].Room != room || !events[0].IsMessage()) {
		err = ErrNoMessage
	}
	return err
}
