package cluster

import (
	"context"
	"errors"
	"iter"
	"time"

	"github.com/nats-io/nats.go"

	"plainchat/store"
)

const (
	// silence is how long nothing has come before it is asked whether there is something.
	silence = 250 * time.Millisecond
	// fetchAtOnce is how many messages are asked for, and fetchBytes how much of them.
	fetchAtOnce = 500
	fetchBytes  = 4 << 20
	// tailPending is how many messages wait to be followed, before they are fetched instead.
	tailPending = 4096
)

// Follow implements store.Journal. What the servers tell of as it is stored comes as it comes; what
// was missed, or stood there before, is fetched.
func (j *Journal) Follow(ctx context.Context, after uint64) iter.Seq2[store.Entry, error] {
	return func(yield func(store.Entry, error) bool) {
		f := &following{Journal: j, after: after, yield: yield}
		if err := f.run(ctx); err != nil && ctx.Err() == nil && !f.stopped {
			yield(store.Entry{}, err)
		}
	}
}

// following is one Follow.
type following struct {
	*Journal
	after   uint64 // all up to here is yielded
	yield   func(store.Entry, error) bool
	stopped bool // whoever follows has had enough
	erased  *erasures
	warned  time.Time // when it was last told of what was repaired
}

func (f *following) run(ctx context.Context) error {
	told := make(chan *nats.Msg, tailPending)
	sub, err := f.conn.ChanSubscribe(f.tailOf(f.origin.ID)+">", told)
	if err != nil {
		return err
	}
	defer func() { _ = sub.Unsubscribe() }()
	quiet := time.NewTimer(0)
	defer quiet.Stop()
	for !f.stopped {
		var err error
		select {
		case m := <-told:
			err = f.hear(ctx, m)
		case <-quiet.C:
			err = f.fetch(ctx)
		case <-ctx.Done():
			return ctx.Err()
		}
		if err != nil && !isForNow(err) {
			return err
		}
		quiet.Reset(silence)
	}
	return nil
}

// isForNow reports whether an error may be over by itself, or once an operator has restored the stream.
func isForNow(err error) bool {
	return errors.Is(err, store.ErrUnavailable) || errors.Is(err, store.ErrNoLeader) || errors.Is(err, store.ErrReplaced)
}

// hear takes a message that was just stored. Where others are missing before it, all are fetched.
func (f *following) hear(ctx context.Context, m *nats.Msg) error {
	e, err := entryOf(m)
	switch {
	case errors.Is(err, store.ErrRecord):
		return f.fetch(ctx)
	case err != nil:
		return err
	case e.Seq <= f.after:
		return nil
	case e.Seq == f.after+1:
		f.give(e)
		return nil
	}
	return f.fetch(ctx)
}

func (f *following) give(e store.Entry) {
	if f.stopped = !f.yield(e, nil); !f.stopped {
		f.after = e.Seq
	}
}

// fetch fetches all that there is.
func (f *following) fetch(ctx context.Context) error {
	for !f.stopped {
		found, err := f.more(ctx)
		if err != nil || found == nil {
			return err
		}
		missing, err := f.fill(ctx, found)
		if err != nil {
			return err
		}
		f.giveAll(found, missing)
	}
	return nil
}

// lagTries is how many times the servers are asked again for what one that lags has not stored yet.
const lagTries = 3

// more asks for what comes next. It returns nil at the end of the stream.
func (f *following) more(ctx context.Context) (*places, error) {
	for try := 0; ; try++ {
		entries, err := f.batch(ctx, f.after+1)
		if err != nil {
			return nil, err
		}
		if len(entries) > 0 {
			return &places{from: f.after + 1, upto: lastOf(entries), entries: entries}, nil
		}
		_, last, err := f.Bounds(ctx)
		switch {
		case err != nil:
			return nil, err
		case last <= f.after:
			f.erased = nil
			return nil, nil
		case try == lagTries:
			return &places{from: f.after + 1, upto: last}, nil
		}
	}
}

// giveAll gives what stands at some places, and tells of those that have nothing.
func (f *following) giveAll(found *places, missing []span) {
	holes := found.holes()
	for _, e := range found.entries {
		for len(holes) > 0 && holes[0].Upto < e.Seq && !f.stopped {
			f.giveHole(holes[0], missing)
			holes = holes[1:]
		}
		if f.stopped {
			return
		}
		f.give(e)
	}
	if len(holes) > 0 && !f.stopped {
		f.giveHole(holes[0], missing)
	}
}

// giveHole tells of places that have nothing: of those that are missing, and that the others were erased.
func (f *following) giveHole(hole span, missing []span) {
	for _, m := range missing {
		if m.Upto < hole.From || m.From > hole.Upto || f.stopped {
			continue
		}
		if m.From > f.after+1 {
			f.give(store.Entry{Seq: m.From - 1, Erased: true})
		}
		f.counts.Missing.Add(int64(m.Upto - m.From + 1)) // #nosec G115 -- positions of one stream
		if f.stopped = f.stopped || !f.yield(store.Entry{}, &store.Missing{From: m.From, Upto: m.Upto}); !f.stopped {
			f.after = m.Upto
		}
	}
	if !f.stopped && f.after < hole.Upto {
		f.give(store.Entry{Seq: hole.Upto, Erased: true})
	}
}
