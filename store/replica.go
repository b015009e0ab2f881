package store

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"plainchat/chat"
	"plainchat/locale"
	"plainchat/store/internal/format"
)

// Replica is a log that others have too, each in its own SQLite database: a Journal gives the
// positions, and each log follows that. All of them hold the same events at the same positions.
//
// It is read like every other log, and knows what it has followed up to; Reach waits for more. What
// it appends it has applied itself before Append returns.
type Replica struct {
	*SQLite
	journal   Journal
	publisher *publisher
	follower  *follower
	watch     *watch
	uncertain atomic.Int64
	beside    sync.WaitGroup
	stop      func() // ends what is done beside
	unserve   func() // has nobody ask this log any more
}

var (
	_ Log     = (*Replica)(nil)
	_ History = (*Replica)(nil)
)

// OpenReplica opens the log in a folder as Open does, and has it follow a journal, whose epoch
// it takes if it is new. A log of another epoch is refused, as is one that has followed further
// than the journal goes. The shortest retention of all logs of a journal holds for each. The journal is
// used until Close, and is not closed.
func OpenReplica(ctx context.Context, opts Options, j Journal) (*Replica, error) {
	s, err := start(ctx, opts, j)
	if err != nil {
		return nil, err
	}
	r := &Replica{SQLite: s, journal: j}
	_, last, err := j.Bounds(ctx)
	if err == nil && last < s.applied {
		err = locale.NewError("cli.replica.ahead", "dir", strconv.Quote(opts.Dir), "applied", s.applied, "last", last)
	}
	if err != nil {
		return nil, errors.Join(err, s.Close())
	}
	r.follower = startFollower(s, j)
	r.watch = newWatch(j, r.follower.followed, last, s.opts.Logger)
	r.publisher = startPublisher(j, r.follower.placed, s.opts)
	running, stop := context.WithCancel(context.Background())
	r.stop = stop
	r.beside.Go(func() { r.expire(running) })
	r.beside.Go(func() { r.watch.run(running) })
	if err := r.serve(); err != nil {
		return nil, errors.Join(err, r.Close())
	}
	return r, nil
}

// serve lets other logs ask this one, where the journal has a way.
func (r *Replica) serve() error {
	r.unserve = func() {}
	h, helps := r.journal.(Helper)
	if !helps {
		return nil
	}
	stop, err := h.Serve(r)
	if err == nil {
		r.unserve = stop
	}
	return err
}

// NewEpoch returns an epoch for a new journal.
func NewEpoch() string { return format.NewEpoch() }

// Append implements Log. It waits no longer than a journal may take to choose a leader; then it fails with
// ErrUnavailable if the journal has certainly not taken the draft, and with ErrUncertain otherwise.
func (r *Replica) Append(ctx context.Context, d chat.Draft) (chat.Event, bool, error) {
	ev, duplicate, err := r.append(ctx, d)
	if err != nil && errors.Is(err, ErrUncertain) {
		r.uncertain.Add(1)
	}
	return ev, duplicate, err
}

func (r *Replica) append(ctx context.Context, d chat.Draft) (chat.Event, bool, error) {
	if err := r.hasRoom(ctx, d); err != nil {
		return r.settle(ctx, d, err)
	}
	if err := r.watch.refusal(); err != nil {
		return r.settle(ctx, d, err)
	}
	record := Record{ID: NewRecordID(), Draft: d}
	if err := r.bury(ctx, &record); err != nil {
		return chat.Event{}, false, err
	}
	ctx, cancel := context.WithTimeoutCause(ctx, electionTime, errElection)
	defer cancel()
	outcome := r.follower.expect(record.ID)
	defer r.follower.forget(record.ID)
	published, err := r.publisher.submit(ctx, record)
	if err != nil {
		return r.settle(ctx, d, err)
	}
	select {
	case o := <-outcome:
		r.publisher.outage.succeeded() // whatever it has answered
		return o.event, o.duplicate, o.err
	case err := <-published.failed:
		return chat.Event{}, false, err
	case <-r.follower.ended:
		return chat.Event{}, false, ErrUncertain
	case <-ctx.Done():
		return chat.Event{}, false, published.unanswered(context.Cause(ctx))
	}
}

// settle answers a draft that is refused for a reason: with its event if it was stored before.
func (r *Replica) settle(ctx context.Context, d chat.Draft, cause error) (chat.Event, bool, error) {
	if ev, found, err := r.Repeat(ctx, d); err == nil && found {
		return ev, true, nil
	}
	return chat.Event{}, false, cause
}

// errElection is the end of Append's patience.
var errElection = fmt.Errorf("store: the journal has not answered for %v", electionTime)

// hasRoom returns why a draft cannot be taken in here, of the size of this log, or since it cannot store what it
// follows: whoever sends would wait for that in vain.
func (r *Replica) hasRoom(ctx context.Context, d chat.Draft) error {
	if r.closed.Load() {
		return ErrClosed
	}
	if r.Ended() {
		return ErrMovedAway
	}
	if err := r.follower.failing.Load(); err != nil {
		return *err
	}
	if r.opts.MaxSize == 0 || !r.health.failing.Load() {
		return nil
	}
	if _, found, err := r.Repeat(ctx, d); found || err != nil {
		return err
	}
	return r.probe(ctx, d)
}

// onItsWay is how long what others have takes at the most to be here, if nothing lags: the journal is not asked
// about it before.
const onItsWay = 100 * time.Millisecond

// Reach implements Log.
func (r *Replica) Reach(ctx context.Context, seq uint64) (bool, error) {
	switch {
	case r.closed.Load():
		return false, ErrClosed
	case r.follower.reached(seq):
		return true, nil
	}
	patience := onItsWay
	for {
		if reached, err := r.reachSoon(ctx, seq, patience); reached || err != nil {
			return reached, err
		}
		last, err := r.watch.next(ctx)
		switch {
		case ctx.Err() != nil:
			return false, ErrLagging
		case err == nil && last < seq:
			return false, nil
		}
		patience = watchEvery
	}
}

// reachSoon waits for a position for a while, and reports whether it was reached.
func (r *Replica) reachSoon(ctx context.Context, seq uint64, patience time.Duration) (bool, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	return r.follower.await(ctx, seq)
}

// maxLag is how long a log that is ready may have known of entries that it has not followed up to.
const maxLag = time.Second

// Ready implements Log. A log that lags behind the journal by more than a second is not ready: ErrLagging. Neither is
// one whose journal cannot be reached, or has not answered for longer than it takes to choose a leader, or is
// another: ErrUnavailable or ErrReplaced.
func (r *Replica) Ready(ctx context.Context) error {
	if err := r.SQLite.Ready(ctx); err != nil {
		return err
	}
	if r.Ended() {
		return ErrMovedAway
	}
	last, err := r.watch.known()
	if err != nil {
		return err
	}
	if reached, err := r.reachSoon(ctx, last, maxLag); err != nil || reached {
		return err
	}
	return ErrLagging
}

// ErrLagging is a log that has not followed its journal up to where that is.
var ErrLagging = errors.New("store: the log has not caught up with the others yet")

// Following is how a log gets on with its journal.
type Following struct {
	Lag       uint64    // positions that the journal is known to have, and the log has not
	Heard     time.Time // when the journal was heard of last
	Retries   int64     // batches that were given to it again
	Uncertain int64     // appends of which it is not known whether they were stored
}

// Following returns how the log gets on with its journal.
func (r *Replica) Following() Following {
	upto, _ := r.follower.followed.at()
	last, heard := r.watch.end()
	return Following{Lag: max(last, upto) - upto, Heard: heard, Retries: r.publisher.retries.Load(), Uncertain: r.uncertain.Load()}
}

// Close implements Log. It waits for what is published to be applied, for closeWait at the most.
func (r *Replica) Close() error {
	r.unserve()
	r.stop()
	r.beside.Wait()
	r.publisher.stop()
	r.follower.stop()
	return r.SQLite.Close()
}

// closeWait is how long Close waits for the appends under way.
const closeWait = 2 * time.Second

// followed is how far a log has followed, for those who wait.
type followed struct {
	mu    sync.Mutex
	upto  uint64
	moved chan struct{} // closed when upto grows
}

func newFollowed(upto uint64) *followed { return &followed{upto: upto, moved: make(chan struct{})} }

func (f *followed) to(seq uint64) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.upto = seq
	close(f.moved)
	f.moved = make(chan struct{})
}

func (f *followed) at() (upto uint64, moved <-chan struct{}) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.upto, f.moved
}
