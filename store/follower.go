package store

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"plainchat/chat"
)

// followAgain is how long after a failure a journal is followed again.
const followAgain = 250 * time.Millisecond

// follower takes what a journal has into a log.
type follower struct {
	log      *SQLite
	journal  Journal
	followed *followed
	applied  chan struct{} // told when there may be something to erase
	running  sync.WaitGroup
	ended    chan struct{}
	cancel   func()
	failing  atomic.Pointer[error] // why the log could not take in what came last; nil if it could

	mu       sync.Mutex
	expected map[RecordID]*expectation
}

// expectation is that somebody waits for what becomes of a record.
type expectation struct {
	place uint64 // of the record; 0 until it is known
	told  chan outcome
}

// outcome is what became of a record.
type outcome struct {
	event     chat.Event
	duplicate bool
	err       error
}

func startFollower(log *SQLite, j Journal) *follower {
	ctx, cancel := context.WithCancel(context.Background())
	f := &follower{
		log: log, journal: j, followed: newFollowed(log.applied), ended: make(chan struct{}), cancel: cancel,
		applied: make(chan struct{}, 1), expected: make(map[RecordID]*expectation),
	}
	f.running.Go(func() { f.run(ctx) })
	f.running.Go(func() { log.eraseAll(ctx, j, f.applied) })
	return f
}

// stop waits for what is expected yet, for a while, and ends.
func (f *follower) stop() {
	timeout := time.After(closeWait)
	for waiting := true; waiting && f.expects(); {
		_, moved := f.followed.at()
		select {
		case <-moved:
		case <-time.After(10 * time.Millisecond): // one may have given up
		case <-timeout:
			waiting = false
		}
	}
	f.cancel()
	f.running.Wait()
}

func (f *follower) expects() bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return len(f.expected) > 0
}

// expect returns where the outcome of a record comes, of the first copy if there are more.
func (f *follower) expect(id RecordID) <-chan outcome {
	e := &expectation{told: make(chan outcome, 1)}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.expected[id] = e
	return e.told
}

// placed tells where a record stands. If this log has passed the place, what it had was erased before
// it could be seen: by another log, which knows what became of it.
func (f *follower) placed(id RecordID, place uint64) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if e := f.expected[id]; e != nil {
		e.place = place
		f.settle(id, e)
	}
}

// settle ends an expectation that nothing comes of any more. It is called with mu held.
func (f *follower) settle(id RecordID, e *expectation) {
	if upto, _ := f.followed.at(); e.place != 0 && e.place <= upto {
		e.told <- outcome{err: ErrUncertain}
		delete(f.expected, id)
	}
}

func (f *follower) forget(id RecordID) {
	f.mu.Lock()
	defer f.mu.Unlock()
	delete(f.expected, id)
}

func (f *follower) reached(seq uint64) bool {
	upto, _ := f.followed.at()
	return seq <= upto
}

// await waits until a position is reached, and reports false if ctx ends before.
func (f *follower) await(ctx context.Context, seq uint64) (bool, error) {
	for {
		upto, moved := f.followed.at()
		if seq <= upto {
			return true, nil
		}
		select {
		case <-moved:
		case <-f.ended:
			return false, ErrClosed
		case <-ctx.Done():
			return false, nil
		}
	}
}

func (f *follower) run(ctx context.Context) {
	defer close(f.ended)
	told, from := "", uint64(0)
	for ctx.Err() == nil {
		err := f.follow(ctx)
		if errors.Is(err, ErrNewer) { // it is followed no further before another program does
			behind := fmt.Errorf("%w: %w", ErrLagging, err)
			f.failing.Store(&behind)
		}
		if upto, _ := f.followed.at(); err != nil && ctx.Err() == nil && (err.Error() != told || upto != from) {
			told, from = err.Error(), upto // once for each place at which it stays
			f.log.opts.Logger.Error("the log does not follow the journal at present; trying again", "err", err)
		}
		select {
		case <-time.After(followAgain):
		case <-ctx.Done():
		}
	}
}

// arrival is what Follow yields.
type arrival struct {
	entry Entry
	err   error
}

// follow takes in what comes until that fails.
func (f *follower) follow(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	arrivals := make(chan arrival, maxBatch)
	upto, _ := f.followed.at()
	go func() {
		defer close(arrivals)
		for entry, err := range f.journal.Follow(ctx, upto) {
			select {
			case arrivals <- arrival{entry, err}:
			case <-ctx.Done():
				return
			}
		}
	}()
	for first := range arrivals {
		entries, err := f.gather(first, arrivals)
		if len(entries) > 0 {
			if err := f.take(entries); err != nil {
				return err
			}
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// gather adds the entries that have come already, up to an error.
func (f *follower) gather(first arrival, more <-chan arrival) (entries []Entry, err error) {
	for next := first; ; {
		missing, isMissing := errors.AsType[*Missing](next.err)
		switch {
		case isMissing:
			f.log.opts.Logger.Error("entries of the journal are lost; no server and no other node has them: begin this node anew from the backup of one that has", "from", missing.From, "upto", missing.Upto)
			entries = append(entries, Entry{Seq: missing.Upto, Erased: true, lost: true})
		case next.err != nil:
			return entries, next.err
		default:
			entries = append(entries, next.entry)
		}
		if len(entries) >= maxBatch {
			return entries, nil
		}
		select {
		case arrived, open := <-more:
			if !open {
				return entries, nil
			}
			next = arrived
		default:
			return entries, nil
		}
	}
}

// take applies entries, and tells what has become of those that somebody waits for.
func (f *follower) take(entries []Entry) error {
	upto := entries[len(entries)-1].Seq
	after, _ := f.followed.at()
	requests, err := f.log.decide(entries, after, upto)
	if err != nil {
		f.failing.Store(&err)
		return err
	}
	f.failing.Store(nil)
	f.tell(entries, requests)
	select {
	case f.applied <- struct{}{}:
	default:
	}
	return nil
}

// tell tells what has become of entries, and that they are followed. It is one thing to placed:
// a record whose place is passed, and whose outcome is not told yet, would be taken for one that was erased.
func (f *follower) tell(entries []Entry, requests []*request) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.followed.to(entries[len(entries)-1].Seq)
	for i, each := range entries {
		if e := f.expected[each.Record.ID]; e != nil {
			r := requests[i]
			e.told <- outcome{r.event, r.duplicate, r.err}
			delete(f.expected, each.Record.ID)
		}
	}
	for id, e := range f.expected {
		f.settle(id, e)
	}
}
