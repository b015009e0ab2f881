package storetest

import (
	"context"
	"iter"
	"testing"

	"plainchat/chat"
	"plainchat/store"
)

// gappy is a log in which no two events have positions that follow each other: before each
// there was one that a later one has replaced. The last of those is still there, and is
// hidden from the tests.
type gappy struct{ store.Log }

const gapRoom chat.Room = "gaps"

// withGaps opens logs as another does, and has their positions have gaps.
func withGaps(open Open) Open {
	return func(t *testing.T, dir string) store.Log { return gappy{open(t, dir)} }
}

func (g gappy) Append(ctx context.Context, d chat.Draft) (chat.Event, bool, error) {
	replaced := chat.Draft{Room: gapRoom, From: chat.Person{ID: "g1", Name: "gap"}, Body: chat.Read{Upto: 1}}
	_, _, _ = g.Log.Append(ctx, replaced) // what it fails with, the next fails with too
	return g.Log.Append(ctx, d)
}

func (g gappy) Read(ctx context.Context, after, upto uint64, rooms ...chat.Room) iter.Seq2[chat.Event, error] {
	return withoutGaps(g.Log.Read(ctx, after, upto, rooms...))
}

func (g gappy) Tail(ctx context.Context, after uint64) iter.Seq2[chat.Event, error] {
	return withoutGaps(g.Log.Tail(ctx, after))
}

func withoutGaps(events iter.Seq2[chat.Event, error]) iter.Seq2[chat.Event, error] {
	return func(yield func(chat.Event, error) bool) {
		for ev, err := range events {
			if ev.Room != gapRoom && !yield(ev, err) {
				return
			}
		}
	}
}
