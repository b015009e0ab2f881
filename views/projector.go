package views

import (
	"context"
	"database/sql"
	"errors"
	"log/slog"
	"sync"
	"time"
)

// Options say what a projector keeps, and where.
type Options struct {
	// Path is the file, in the data folder. Beside it are SQLite's own, and one with
	// "-seal" added, which says that the file was closed properly.
	Path   string
	Log    Log
	Views  []View
	Logger *slog.Logger // default slog.Default()
	// Share is how much of one processor the projector takes while the log grows fast:
	// 0.1 is a tenth. Above it the projector lags, and catches up when there is less
	// to do. Deletions are applied ahead of their turn then. 0 is no limit.
	Share float64
	// OnApplied, unless nil, is called after each transaction with the number of events
	// in it and the time it took. It must not wait.
	OnApplied func(events int, took time.Duration)
}

// ErrNotReady is the answer while a file is being built, or is damaged: the caller serves
// without it.
var ErrNotReady = errors.New("views: the file is being built")

// ErrClosed is the answer of a projector that was closed.
var ErrClosed = errors.New("views: the projector is closed")

// Projector keeps one file of views up to date. All methods may be called concurrently.
type Projector struct {
	opts   Options
	cancel context.CancelFunc
	done   chan struct{}
	scrubs chan chan error

	reading sync.RWMutex // held for reading by Read; for writing where files are exchanged or emptied
	pool    *sql.DB      // for readers; nil while there is no file

	progress
}

// Start begins to keep a file, and returns at once: opening and building happen in the
// background. Whatever is wrong with the file, or its folder, is logged, and tried again.
func Start(opts Options) *Projector {
	if opts.Logger == nil {
		opts.Logger = slog.Default()
	}
	ctx, cancel := context.WithCancel(context.Background())
	p := &Projector{opts: opts, cancel: cancel, done: make(chan struct{}), scrubs: make(chan chan error)}
	p.progress.moved = make(chan struct{})
	go func() {
		defer close(p.done)
		defer p.progress.close()
		p.run(ctx)
	}()
	return p
}

// Close ends the projector and waits for it. It is to be called before the log's Close. The
// file then carries a seal, by which the next start trusts it even if the machine was
// switched off in between; making that reads the whole file.
func (p *Projector) Close() error {
	p.cancel()
	<-p.done
	return nil
}

// Read calls f with connections to the file, for queries alone. It returns ErrNotReady while
// the file is being built. An error of f that means damage makes the file be built anew,
// and is returned as ErrNotReady too. f must be brief: an erased text is
// only gone from the disk once no reader is left that began before.
func (p *Projector) Read(ctx context.Context, f func(ctx context.Context, db *sql.DB) error) error {
	if !p.Ready() {
		return ErrNotReady
	}
	p.reading.RLock()
	defer p.reading.RUnlock()
	if p.pool == nil {
		return ErrNotReady
	}
	err := f(ctx, p.pool)
	if err != nil && isDamage(err) {
		p.fail(err)
		return ErrNotReady
	}
	return err
}

// Scrub sees to it that nothing that was erased so far stands in the file or beside it. It
// waits until the deletions in the log are applied.
func (p *Projector) Scrub(ctx context.Context) error {
	_, last, err := p.opts.Log.Bounds(ctx)
	if err != nil {
		return err
	}
	if err := p.Await(ctx, last); err != nil {
		return err
	}
	answer := make(chan error, 1)
	select {
	case p.scrubs <- answer:
	case <-p.done:
		return ErrClosed
	case <-ctx.Done():
		return ctx.Err()
	}
	select {
	case err := <-answer:
		return err
	case <-p.done:
		return ErrClosed
	case <-ctx.Done():
		return ctx.Err()
	}
}
