package bench

import (
	"context"
	"time"

	"golang.org/x/sync/errgroup"

	"plainchat/locale"
)

const (
	// openAtOnce is how many streams are being opened at the same time: enough to
	// be quick, too few to fill the server's backlog of connections.
	openAtOnce = 64
	// quietLimit is how long no stream may receive anything before what is
	// missing counts as lost.
	quietLimit = 5 * time.Second
	// progressInterval is how often all streams are asked how far they are. That takes
	// time from the server; it is no part of what is measured.
	progressInterval = 50 * time.Millisecond
)

// openStreams opens all streams, for the first time.
func (r *run) openStreams(ctx context.Context) error {
	if err := r.openAll(ctx, openAtOnce); err != nil {
		return err
	}
	return r.warmUp(ctx)
}

// openAll opens all streams, so many at the same time, and starts their readers.
func (r *run) openAll(ctx context.Context, atOnce int) error {
	opening, openCtx := errgroup.WithContext(ctx)
	opening.SetLimit(atOnce)
	for i, s := range r.subscribers {
		opening.Go(func() error {
			if openCtx.Err() != nil {
				return nil
			}
			if err := s.open(ctx, r.target); err != nil {
				return locale.NewError("cli.bench.open", "number", i+1, "streams", len(r.subscribers), "address", r.options.Address, "cause", err)
			}
			r.readers.Go(s.read)
			return nil
		})
	}
	return opening.Wait()
}

// closeStreams ends all streams by ending the context they were opened with.
func (r *run) closeStreams(end context.CancelFunc) {
	for _, s := range r.subscribers {
		s.cut.Store(true)
	}
	end()
	r.readers.Wait()
}

// How often a stream that is open by its answer, but says nothing, is asked whether it
// is, and how long each time.
const (
	warmUps     = 20
	warmUpPause = 250 * time.Millisecond
)

// errCold is a stream that is open and stays silent.
var errCold = locale.NewError("cli.bench.cold")

// warmUp waits until every stream has received a message, where streams do not say
// themselves from when on they get all: a server may answer before it subscribes
// them.
func (r *run) warmUp(ctx context.Context) error {
	if r.protocol.positioned() || len(r.subscribers) == 0 {
		return nil
	}
	for range warmUps {
		r.toEachRoom(ctx, warmUp)
		select {
		case <-r.allWarm:
			return nil
		case <-time.After(r.pause):
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
	return errCold
}

// drain waits until every stream had its fence or has ended, or all were quiet.
func (r *run) drain(ctx context.Context) {
	if len(r.subscribers) == 0 {
		return
	}
	quiet := time.NewTicker(r.quiet)
	defer quiet.Stop()
	for before := int64(-1); ; {
		select {
		case <-r.allFenced:
			return
		case <-ctx.Done():
			return
		case <-quiet.C:
		}
		now := r.progress()
		if now == before {
			return
		}
		before = now
	}
}

// awaitProgress waits until there were so many deliveries, or all streams were quiet.
func (r *run) awaitProgress(ctx context.Context, deliveries int64) {
	last, lastAt := r.progress(), time.Now()
	for last < deliveries && time.Since(lastAt) < r.quiet {
		if !wait(ctx, progressInterval) {
			return
		}
		if now := r.progress(); now > last {
			last, lastAt = now, time.Now()
		}
	}
}

// progress returns how many deliveries there were so far.
func (r *run) progress() int64 {
	sum := int64(0)
	for _, s := range r.subscribers {
		sum += s.progress.Load()
	}
	return sum
}
