package store

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"
)

const (
	// watchEvery is how often a journal is asked how far it goes, if nobody wants to know it sooner, and
	// watchPause how long it is left alone in any case.
	watchEvery = 2 * time.Second
	watchPause = 50 * time.Millisecond
)

// watch is what a journal says of itself: how far it goes, and whether it is still the one that is followed.
type watch struct {
	journal  Journal
	followed *followed
	logger   *slog.Logger
	wanted   chan struct{} // has room for one
	ended    chan struct{} // closed once nobody asks any more

	mu       sync.Mutex
	last     uint64        // how far it goes
	heard    time.Time     // when it has said so
	err      error         // what the last question failed with
	behind   time.Time     // since when it goes less far than the log; zero if it does not
	replaced bool          // it was told of that the journal is another
	asked    uint64        // questions so far
	done     uint64        // of them
	answered chan struct{} // closed by the next answer, or failure
}

func newWatch(j Journal, f *followed, last uint64, logger *slog.Logger) *watch {
	return &watch{
		journal: j, followed: f, logger: logger, last: last, heard: time.Now(),
		wanted: make(chan struct{}, 1), ended: make(chan struct{}), answered: make(chan struct{}),
	}
}

// run asks until ctx ends.
func (w *watch) run(ctx context.Context) {
	defer close(w.ended)
	for {
		select {
		case <-time.After(watchEvery):
		case <-w.wanted:
		case <-ctx.Done():
			return
		}
		w.ask(ctx)
		select {
		case <-time.After(watchPause):
		case <-ctx.Done():
			return
		}
	}
}

func (w *watch) ask(ctx context.Context) {
	w.mu.Lock()
	w.asked++
	w.mu.Unlock()
	upto, _ := w.followed.at() // before the question: the journal goes on meanwhile
	_, last, err := w.journal.Bounds(ctx)
	if ctx.Err() == nil {
		w.note(last, upto, err)
	}
}

// note keeps an answer, or a failure, to a question that was asked when the log had followed up to a
// position.
func (w *watch) note(last, upto uint64, err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	now := time.Now()
	switch {
	case err != nil:
	case last >= upto:
		w.last, w.heard, w.behind = last, now, time.Time{}
	case w.behind.IsZero():
		w.behind, err = now, ErrNoLeader
	case now.Sub(w.behind) >= electionTime: // a leader that was frozen says so for a moment
		err = fmt.Errorf("%w: it ends at %d, and this log has followed it up to %d", ErrReplaced, last, upto)
	default:
		err = ErrNoLeader
	}
	w.err, w.done = err, w.asked
	w.tell(errors.Is(err, ErrReplaced), err == nil)
	close(w.answered)
	w.answered = make(chan struct{})
}

// tell logs when the journal becomes another, and when it is the same again.
func (w *watch) tell(replaced, well bool) {
	switch {
	case replaced && !w.replaced:
		w.replaced = true
		w.logger.Error("messages are refused, as the stream of the chat on NATS is gone, or is another: restore it from a node, as docs/cluster.md says", "err", w.err)
	case well && w.replaced:
		w.replaced = false
		w.logger.Info("the stream of the chat on NATS is there again, and messages are stored")
	}
}

// refusal returns why nothing is to be given to the journal.
func (w *watch) refusal() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.replaced {
		return ErrReplaced
	}
	return nil
}

// known returns how far the journal goes, as it has said last. That it has not for longer than an election takes,
// cannot be reached, or is another, is an error.
func (w *watch) known() (last uint64, err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	switch {
	case w.replaced:
		return w.last, ErrReplaced
	case errors.Is(w.err, ErrUnavailable), time.Since(w.heard) > electionTime:
		return w.last, ErrUnavailable
	}
	return w.last, nil
}

// end returns how far the journal goes, as it has said last, and when it has.
func (w *watch) end() (last uint64, heard time.Time) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.last, w.heard
}

// next asks the journal how far it goes, together with all who want to know that at the same time. ErrLagging is that
// ctx has ended before it was answered.
func (w *watch) next(ctx context.Context) (last uint64, err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for began := w.asked; w.done <= began; {
		answered := w.answered
		w.mu.Unlock()
		err := w.await(ctx, answered)
		w.mu.Lock()
		if err != nil {
			return 0, err
		}
	}
	return w.last, w.err
}

// await waits for an answer, and sees to it that there is a question.
func (w *watch) await(ctx context.Context, answered <-chan struct{}) error {
	select {
	case w.wanted <- struct{}{}:
	default:
	}
	select {
	case <-answered:
		return nil
	case <-w.ended:
		return ErrClosed
	case <-ctx.Done():
		return ErrLagging
	}
}
