package cluster

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"strconv"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

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
}

func (f *following) run(ctx context.Context) error {
	told := make(chan *nats.Msg, tailPending)
	sub, err := f.conn.ChanSubscribe(f.opts.Stream+".tail.>", told)
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
		if err != nil && !errors.Is(err, store.ErrUnavailable) && !errors.Is(err, store.ErrNoLeader) {
			return err
		}
		quiet.Reset(silence)
	}
	return nil
}

// hear takes a message that was just stored. Where others are missing before it, all are fetched.
func (f *following) hear(ctx context.Context, m *nats.Msg) error {
	e, err := entryOf(m)
	switch {
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
		entries, err := f.batch(ctx, f.after+1)
		if err != nil {
			return err
		}
		for _, e := range entries {
			if err := f.giveAfterGap(ctx, e); err != nil || f.stopped {
				return err
			}
		}
		if len(entries) == 0 {
			return f.skipEnd(ctx)
		}
	}
	return nil
}

// giveAfterGap gives an entry, and before it what is missing. A server that lags, or has lost something, may
// lack what others have: the leader is asked.
func (f *following) giveAfterGap(ctx context.Context, e store.Entry) error {
	for f.after+1 < e.Seq && !f.stopped {
		next, err := f.next(ctx, f.after+1)
		if err != nil {
			return err
		}
		if next.Seq > f.after+1 {
			f.give(store.Entry{Seq: min(next.Seq, e.Seq) - 1, Erased: true})
		} else {
			f.give(next)
		}
	}
	if !f.stopped && e.Seq > f.after {
		f.give(e)
	}
	return nil
}

// skipEnd tells of places at the end that were erased.
func (f *following) skipEnd(ctx context.Context) error {
	_, last, err := f.Bounds(ctx)
	if err != nil || last <= f.after {
		return err
	}
	next, err := f.next(ctx, f.after+1)
	switch {
	case errors.Is(err, errNothing):
		f.give(store.Entry{Seq: last, Erased: true})
		return nil
	case err != nil:
		return err
	}
	return f.giveAfterGap(ctx, next)
}

// errNothing is that nothing stands at a place, or after it.
var errNothing = errors.New("cluster: there is nothing any more")

// next asks the leader for what stands at a place, or next after it.
func (f *following) next(ctx context.Context, seq uint64) (store.Entry, error) {
	ctx, cancel := context.WithTimeout(ctx, attempt)
	defer cancel()
	request, err := json.Marshal(map[string]any{"seq": seq, "next_by_subj": f.opts.Stream + ".log.>"})
	if err != nil {
		return store.Entry{}, err
	}
	reply, err := f.conn.RequestWithContext(ctx, "$JS.API.STREAM.MSG.GET."+f.opts.Stream, request)
	if err != nil {
		return store.Entry{}, unavailable(err)
	}
	var got struct {
		Message *struct {
			Seq  uint64    `json:"seq"`
			Data []byte    `json:"data"`
			Time time.Time `json:"time"`
		} `json:"message"`
		Error *jetstream.APIError `json:"error"`
	}
	err = json.Unmarshal(reply.Data, &got)
	switch {
	case err != nil:
		return store.Entry{}, unavailable(err)
	case got.Error != nil && got.Error.ErrorCode == jetstream.JSErrCodeMessageNotFound:
		return store.Entry{}, errNothing
	case got.Error != nil:
		return store.Entry{}, unavailable(got.Error)
	case got.Message == nil:
		return store.Entry{}, errNothing
	}
	record, err := store.ParseRecord(got.Message.Data)
	return store.Entry{Seq: got.Message.Seq, Time: got.Message.Time, Record: record}, err
}

// batch asks any server for what stands at a place and after it.
func (f *following) batch(ctx context.Context, seq uint64) (entries []store.Entry, err error) {
	ctx, cancel := context.WithTimeout(ctx, 5*attempt)
	defer cancel()
	request, err := json.Marshal(map[string]any{"seq": seq, "batch": fetchAtOnce, "max_bytes": fetchBytes})
	if err != nil {
		return nil, err
	}
	inbox := f.conn.NewInbox()
	sub, err := f.conn.SubscribeSync(inbox)
	if err != nil {
		return nil, unavailable(err)
	}
	defer func() { _ = sub.Unsubscribe() }()
	if err := f.conn.PublishRequest("$JS.API.DIRECT.GET."+f.opts.Stream, inbox, request); err != nil {
		return nil, unavailable(err)
	}
	for {
		m, err := sub.NextMsgWithContext(ctx)
		if err != nil {
			return nil, unavailable(err)
		}
		switch status := m.Header.Get("Status"); status {
		case "204", "404":
			return entries, nil
		case "":
		default:
			return nil, unavailable(fmt.Errorf("cluster: direct get is answered with %s %s", status, m.Header.Get("Description")))
		}
		e, err := entryOf(m)
		if err != nil {
			return nil, err
		}
		entries = append(entries, e)
	}
}

// entryOf reads a message of the stream, as the servers tell of it.
func entryOf(m *nats.Msg) (e store.Entry, err error) {
	if e.Seq, err = strconv.ParseUint(m.Header.Get("Nats-Sequence"), 10, 64); err != nil {
		return e, fmt.Errorf("cluster: %w", err)
	}
	if e.Time, err = time.Parse(time.RFC3339Nano, m.Header.Get("Nats-Time-Stamp")); err != nil {
		return e, fmt.Errorf("cluster: %w", err)
	}
	e.Record, err = store.ParseRecord(m.Data)
	return e, err
}
