package views

import (
	"context"
	"errors"
	"path/filepath"
	"time"

	"plainchat/store"
)

// After a failure the projector begins again: at once if the file was good before, and
// otherwise after a pause, which doubles each time.
const (
	firstPause   = time.Second
	longestPause = 5 * time.Minute
)

// sealTime is how long the end of the program may wait for a seal. Without one the file is
// trusted until the machine stops.
const sealTime = 5 * time.Second

// run keeps the file until ctx ends or the log is closed.
func (p *Projector) run(ctx context.Context) {
	logger := p.opts.Logger.With("file", filepath.Base(p.opts.Path))
	var anew error // why the file is to be made anew, if it is
	pause := time.Duration(0)
	for {
		wasReady, err := p.keep(ctx, anew)
		if ctx.Err() != nil || errors.Is(err, store.ErrClosed) {
			return
		}
		anew = nil
		if wasReady {
			pause = 0
		}
		if isDamage(err) {
			anew = err
		}
		logger.Error("the views failed, and begin again; messages are not affected", "err", err, "pause", pause)
		select {
		case <-ctx.Done():
			return
		case <-time.After(pause):
		}
		pause = min(max(firstPause, 2*pause), longestPause)
	}
}

// keep opens the file, or makes it anew, and follows the log until something fails. It
// reports whether the file was good at some time.
func (p *Projector) keep(ctx context.Context, anew error) (wasReady bool, err error) {
	_, last, err := p.opts.Log.Bounds(ctx)
	if err != nil {
		return false, err
	}
	f, err := p.open(ctx, last, anew)
	if err != nil {
		return false, err
	}
	failed := p.reset(f.position)
	p.lend(f)
	w := newWorker(p, f, last)
	err = w.run(ctx, failed)
	wasReady = w.caughtUp
	p.advance(f.position, false) // nobody waits for what may be long in coming
	p.lend(nil)
	err = errors.Join(err, f.close())
	if err == nil || errors.Is(err, store.ErrClosed) {
		err = errors.Join(err, p.seal(f))
	}
	return wasReady, err
}

// open returns the file as it is, or a new one.
func (p *Projector) open(ctx context.Context, last uint64, anew error) (*file, error) {
	if anew == nil {
		f, err := openFile(ctx, &p.opts, last)
		if !isDamage(err) {
			return f, err
		}
		anew = err
	}
	if last > 0 { // nothing to build is no news
		p.opts.Logger.Info("building the views from the log", "file", filepath.Base(p.opts.Path), "why", anew, "upto", last)
	}
	return createFile(ctx, &p.opts)
}

// lend gives readers a file, or takes it from them and waits until they have left.
func (p *Projector) lend(f *file) {
	p.reading.Lock()
	defer p.reading.Unlock()
	p.pool = nil
	if f != nil {
		p.pool = f.read
	}
}

// empty takes what was erased from the disk.
func (p *Projector) empty(f *file) error {
	p.reading.Lock()
	defer p.reading.Unlock()
	return f.empty()
}

// seal makes the seal of a file that was closed.
func (p *Projector) seal(f *file) error {
	if f.sealed {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), sealTime)
	defer cancel()
	if err := makeSeal(ctx, f.path); err != nil {
		p.opts.Logger.Warn("the views have no seal; they are built anew should the machine stop before the next start", "file", filepath.Base(f.path), "err", err)
		return breakSeal(f.path)
	}
	return nil
}
