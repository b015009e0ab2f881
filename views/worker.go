package views

import (
	"context"
	"path/filepath"
	"runtime"
	"sync"
	"time"

	"plainchat/chat"
)

const (
	// batchSize is how many events one transaction takes at the most.
	batchSize = 512
	// emptyAfter is how long erased text may stand in the write-ahead log. Deletions that
	// follow one another share one checkpoint.
	emptyAfter = 5 * time.Second
	// tidyInterval is how often the worker looks for what retention has removed.
	tidyInterval = 30 * time.Second
	// reportInterval is how often a build logs how far it is.
	reportInterval = 10 * time.Second
)

// worker applies the log to one open file.
type worker struct {
	p        *Projector
	f        *file
	target   uint64 // the end of the log when the file was opened
	caughtUp bool   // everything up to there is applied
	pruned   uint64 // what is before this position was forgotten
	pace     pace
	batch    []step
	ahead    map[uint64]bool // messages whose deletion was applied ahead of its turn

	began, reported time.Time
	from            uint64 // the position it began with

	rested, emptyDue, tidyDue <-chan time.Time // nil while there is nothing to wait for
}

func newWorker(p *Projector, f *file, target uint64) *worker {
	now := time.Now()
	return &worker{
		p: p, f: f, target: target, pace: pace{share: p.opts.Share, since: now},
		batch: make([]step, 0, batchSize), began: now, reported: now, from: f.position,
		ahead: map[uint64]bool{}, tidyDue: time.After(tidyInterval),
	}
}

// run returns nil when ctx ends, or what has failed.
func (w *worker) run(ctx context.Context, failed <-chan struct{}) error {
	ctx, cancel := context.WithCancel(ctx)
	var feeding sync.WaitGroup
	defer feeding.Wait()
	defer cancel()
	steps := make(chan step, batchSize)
	after := w.f.position
	feeding.Go(func() { feed(ctx, w.p.opts.Log, after, w.target, steps) })
	var scouted chan chat.Event
	if w.p.opts.Share > 0 {
		scouted = make(chan chat.Event)
		from := w.scoutFrom()
		feeding.Go(func() { scout(ctx, w.p.opts.Log, from, scouted) })
	}
	w.note()
	if !w.f.sealed { // a program that was killed may have left there what it had erased
		w.scheduleEmpty()
	}
	for {
		in := steps
		if w.rested != nil {
			in = nil
		}
		var err error
		select {
		case <-ctx.Done():
			return nil
		case <-failed:
			return w.p.damage()
		case s := <-in:
			err = w.take(ctx, s, steps)
		case ev := <-scouted:
			err = w.applyAhead(ev)
		case <-w.rested:
			w.rested = nil
		case <-w.emptyDue:
			err = w.empty()
		case answer := <-w.p.scrubs:
			answer <- w.p.empty(w.f)
		case <-w.tidyDue:
			err = w.tidy(ctx)
		}
		if err != nil {
			return err
		}
	}
}

// take applies a step and those that are waiting already, and sets the time until the next.
func (w *worker) take(ctx context.Context, s step, steps <-chan step) error {
	start := time.Now()
	_, last, err := w.p.opts.Log.Bounds(ctx)
	if err != nil {
		return err
	}
	batch, end := w.gather(s, steps)
	if len(batch) > 0 {
		if err := w.apply(batch); err != nil {
			return err
		}
	}
	if end != nil {
		return end
	}
	if rest := w.pace.rest(time.Now(), time.Since(start), last, w.f.position < last); rest > 0 {
		w.rested = time.After(rest)
	}
	runtime.Gosched()
	return nil
}

// gather adds what is waiting already, up to the error that is the last step.
func (w *worker) gather(s step, steps <-chan step) (batch []step, end error) {
	batch = w.batch[:0]
	for s.err == nil {
		batch = append(batch, s)
		if len(batch) == batchSize {
			return batch, nil
		}
		select {
		case s = <-steps:
		default:
			return batch, nil
		}
	}
	return batch, s.err
}

// apply writes a batch, all of it or nothing.
func (w *worker) apply(batch []step) error {
	start := time.Now()
	err := w.f.transaction(batch[len(batch)-1].to, func(ctx context.Context) error {
		for i := range batch {
			if err := w.applyOne(ctx, &batch[i]); err != nil {
				return err
			}
		}
		return w.flush(ctx)
	})
	if err != nil {
		return err
	}
	w.note()
	if w.p.opts.OnApplied != nil {
		w.p.opts.OnApplied(len(batch), time.Since(start))
	}
	return nil
}

func (w *worker) applyOne(ctx context.Context, s *step) error {
	if s.gap || w.overtaken(s.event) {
		return nil
	}
	for _, a := range w.f.appliers {
		if err := a.Apply(ctx, s.event); err != nil {
			return err
		}
	}
	if erases(s.event) {
		w.scheduleEmpty()
	}
	return nil
}

// flush has the views write what they have gathered.
func (w *worker) flush(ctx context.Context) error {
	for _, a := range w.f.appliers {
		if f, is := a.(Flusher); is {
			if err := f.Flush(ctx); err != nil {
				return err
			}
		}
	}
	return nil
}

// tidy forgets what retention has removed, a part at a time.
func (w *worker) tidy(ctx context.Context) error {
	w.tidyDue = time.After(tidyInterval)
	first, _, err := w.p.opts.Log.Bounds(ctx)
	if err != nil || first <= w.pruned {
		return err
	}
	start, more := time.Now(), false
	err = w.f.transaction(w.f.position, func(ctx context.Context) error {
		for _, a := range w.f.appliers {
			again, err := a.Prune(ctx, first)
			if err != nil {
				return err
			}
			more = more || again
		}
		return nil
	})
	if err != nil {
		return err
	}
	if more {
		w.tidyDue = time.After(9 * time.Since(start)) // it is in no hurry
		return nil
	}
	w.pruned = first
	return nil
}

// scheduleEmpty sees to it that what was erased is taken from the disk.
func (w *worker) scheduleEmpty() {
	if w.emptyDue == nil {
		w.emptyDue = time.After(emptyAfter)
	}
}

func (w *worker) empty() error {
	w.emptyDue = nil
	err := w.p.empty(w.f)
	if err != nil && !isDamage(err) {
		w.scheduleEmpty()
		return nil
	}
	return err
}

// note lets others know how far the file is.
func (w *worker) note() {
	now := time.Now()
	if !w.caughtUp && w.f.position >= w.target {
		w.caughtUp = true
		if w.from == 0 && w.target > 0 {
			w.p.opts.Logger.Info("the views are built", "file", filepath.Base(w.f.path), "upto", w.target, "took", now.Sub(w.began).Round(time.Millisecond))
		}
	}
	if !w.caughtUp && now.Sub(w.reported) >= reportInterval {
		w.reported = now
		w.p.opts.Logger.Info("the views are being built", "file", filepath.Base(w.f.path), "position", w.f.position, "upto", w.target)
	}
	w.p.advance(w.f.position, w.caughtUp)
}
