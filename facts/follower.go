package facts

import (
	"context"
	"errors"
	"iter"
	"log/slog"
	"sync"
	"time"

	"plainchat/chat"
	"plainchat/store"
)

// Log is what facts need of a log; store.SQLite has it. Errors are as those of store.Log.
type Log interface {
	// State yields the events of class State in order, as of some moment after the call.
	State(ctx context.Context) iter.Seq2[chat.Event, error]
	// Tail yields all events after a position and waits for more.
	Tail(ctx context.Context, after uint64) iter.Seq2[chat.Event, error]
	Bounds(ctx context.Context) (first, last uint64, err error)
}

var _ Log = (*store.SQLite)(nil)

// Follower keeps the facts of a log up to date while it runs.
type Follower struct {
	*Facts

	log      Log
	logger   *slog.Logger
	progress progress

	mu      sync.Mutex
	changed []func(chat.Event)
}

// pause is how long Run waits before it reads again what could not be read.
const pause = time.Second

// Load returns the facts of a log as of now; Run keeps them up to date. An event that is
// damaged is left out and told to the logger.
func Load(ctx context.Context, log Log, logger *slog.Logger) (*Follower, error) {
	_, last, err := log.Bounds(ctx)
	if err != nil {
		return nil, err
	}
	f := &Follower{Facts: New(), log: log, logger: logger, progress: progress{reached: last}}
	for ev, err := range log.State(ctx) {
		if err == nil {
			f.Apply(ev)
		} else if err = f.passOver(err); err != nil {
			return nil, err
		}
	}
	return f, ctx.Err()
}

// OnChange has a function called with each event of a name, a token or a room's state once
// it counts, in the order of the log. It delays those that follow, and must not wait for
// the facts. What Load has read it is not told of.
func (f *Follower) OnChange(changed func(chat.Event)) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.changed = append(f.changed[:len(f.changed):len(f.changed)], changed)
}

// Run follows the log until ctx ends or the log is closed. It is called once.
func (f *Follower) Run(ctx context.Context) {
	defer f.progress.close()
	for {
		err := f.follow(ctx)
		if ctx.Err() != nil || errors.Is(err, store.ErrClosed) {
			return
		}
		f.logger.Error("the log cannot be read; changes of names, tokens and rooms do not count until it can", "err", err, "again_in", pause)
		select {
		case <-ctx.Done():
			return
		case <-time.After(pause):
		}
	}
}

// follow applies events until the log cannot be read.
func (f *Follower) follow(ctx context.Context) error {
	for ev, err := range f.log.Tail(ctx, f.progress.position()) {
		if err == nil {
			f.take(ev)
		} else if err = f.passOver(err); err != nil {
			return err
		}
	}
	return ctx.Err()
}

func (f *Follower) take(ev chat.Event) {
	if ev.Kind().Class == chat.State && f.Apply(ev) {
		f.tell(ev)
	}
	f.progress.advance(ev.ID.Seq)
}

// passOver returns nil for an event that is damaged, which ends nothing.
func (f *Follower) passOver(err error) error {
	damaged, ok := errors.AsType[*store.Damaged](err)
	if !ok {
		return err
	}
	f.logger.Error("a damaged event is left out of names, tokens and rooms, should it be one of theirs", "seq", damaged.Seq)
	f.progress.advance(damaged.Seq)
	return nil
}

func (f *Follower) tell(ev chat.Event) {
	f.mu.Lock()
	changed := f.changed
	f.mu.Unlock()
	for _, call := range changed {
		call(ev)
	}
}

// Position returns the position up to which everything counts.
func (f *Follower) Position() uint64 { return f.progress.position() }

// Await waits until everything up to a position counts, so that whoever appended the event
// there can ask what came of it. Beyond the end of the log it waits for what is in the log.
// It returns ErrStopped once Run has ended.
func (f *Follower) Await(ctx context.Context, seq uint64) error {
	_, last, err := f.log.Bounds(ctx)
	if err != nil {
		return err
	}
	return f.progress.await(ctx, min(seq, last))
}
