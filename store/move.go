package store

import (
	"bytes"
	"context"
	"errors"
	"iter"
	"strconv"
	"time"

	"plainchat/locale"
)

// Destination is a journal that a log is moved into. No log follows it before that is done.
type Destination interface {
	Journal

	// Begin makes a journal of an epoch for a log that gets the places from first to last, or finds the one that
	// was begun for that epoch, whatever its places. It reports whether it was there, and whether the
	// log is moved already.
	Begin(ctx context.Context, epoch string, first, last uint64) (begun, done bool, err error)
	// Resume finds the journal that was begun, and reports whether the log is moved already.
	Resume(ctx context.Context) (done bool, err error)
	// PublishAfter is Publish, if the last place is the one that is given.
	PublishAfter(ctx context.Context, last uint64, batch []Record) error
	// KeepSecret keeps what all logs share, see SQLite.Secret.
	KeepSecret(ctx context.Context, secret []byte) error
	// Remove removes the journal that was begun.
	Remove(ctx context.Context) error
	// Finish has logs follow the journal.
	Finish(ctx context.Context) error
}

// Moved is what a log was moved as.
type Moved struct {
	First, Last uint64 // the places
	Resumed     bool   // part of it was there
	Already     bool   // all of it was
}

// Move moves the log in a folder into a journal, which gets all of it at the same positions. From then on the
// log follows that. A Move that was cut off is resumed by the next. Its errors are sentences.
func Move(ctx context.Context, opts Options, to Destination) (_ Moved, err error) {
	opts.Retention, opts.MaxSize, opts.moving = 0, 0, true
	s, err := start(ctx, opts, nil)
	if err != nil {
		return Moved{}, err
	}
	m := &move{log: s, to: to}
	if s.journal == "" {
		err = m.run(ctx)
	}
	if err = errors.Join(err, s.Close()); err != nil {
		return m.Moved, err
	}
	return m.Moved, m.finish(ctx)
}

// move is one Move.
type move struct {
	log  *SQLite
	to   Destination
	past []Record // what stands up to upto
	upto uint64
	Moved
}

// finish has others follow the journal that the log follows.
func (m *move) finish(ctx context.Context) error {
	if m.log.journal != "" {
		done, err := m.to.Resume(ctx)
		if err == nil && m.to.Origin().ID != m.log.journal {
			err = locale.NewError("cli.migrate.node", "dir", strconv.Quote(m.log.opts.Dir))
		}
		if err != nil {
			return err
		}
		m.First, m.Last, m.Already = m.to.Origin().First, m.log.applied, done
	}
	return m.to.Finish(ctx)
}

func (m *move) run(ctx context.Context) error {
	if err := m.plan(ctx); err != nil {
		return err
	}
	begun, done, err := m.to.Begin(ctx, m.log.epoch, m.First, m.Last)
	if err == nil && done {
		err = locale.NewError("cli.migrate.used")
	}
	if err != nil {
		return err
	}
	m.Resumed = begun
	err = m.fill(ctx)
	if begun && errors.Is(err, errDiffers) { // the log has changed since
		m.Resumed = false
		if err = m.to.Remove(ctx); err == nil {
			_, _, err = m.to.Begin(ctx, m.log.epoch, m.First, m.Last)
		}
		if err == nil {
			err = m.fill(ctx)
		}
	}
	if err != nil {
		return err
	}
	secret, err := m.log.Secret(ctx)
	if err == nil {
		err = m.to.KeepSecret(ctx, secret)
	}
	if err != nil {
		return err
	}
	return m.log.follow(m.to.Origin().ID, m.Last, m.upto)
}

// fill publishes what is not there yet, and then compares all of it.
func (m *move) fill(ctx context.Context) error {
	_, last, err := m.to.Bounds(ctx)
	if err != nil {
		return err
	}
	if o := m.to.Origin(); o.First != m.First || o.Moved != m.Last || last > m.Last {
		return errDiffers
	}
	const atOnce, bytesAtOnce = 500, 512 << 10
	var batch []Record
	size := 0
	flush := func() error {
		if len(batch) == 0 {
			return nil
		}
		err := m.publish(ctx, last, batch)
		last += uint64(len(batch))
		batch, size = batch[:0], 0
		return err
	}
	for e, err := range m.entries(ctx, last) {
		if err == nil && (len(batch) == atOnce || size > bytesAtOnce) {
			err = flush()
		}
		if err != nil {
			return err
		}
		batch = append(batch, e.Record)
		if e.Record.Past != nil {
			size += pastSize
		} else if !e.Record.Void {
			size += len(e.Record.Draft.Text())
		}
	}
	if err := flush(); err != nil {
		return err
	}
	return m.verify(ctx)
}

// publish publishes a batch until it is there.
func (m *move) publish(ctx context.Context, after uint64, batch []Record) error {
	for told := false; ; told = true {
		err := m.to.PublishAfter(ctx, after, batch)
		if err == nil || ctx.Err() != nil || errors.Is(err, ErrFull) {
			return err
		}
		_, last, unknown := m.to.Bounds(ctx)
		switch {
		case unknown == nil && last == after+uint64(len(batch)):
			return nil // whether it is this batch is seen later
		case unknown == nil && last != after:
			return locale.NewError("cli.migrate.other")
		}
		if !told {
			m.log.opts.Logger.Warn("the journal has not taken what is moved yet; trying again", "position", after+1, "err", err)
		}
		select {
		case <-time.After(publishAgain):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// errDiffers is a journal that does not have what the log has.
var errDiffers = locale.NewError("cli.migrate.differs")

// verify reads everything back.
func (m *move) verify(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	next, stop := iter.Pull2(m.to.Follow(ctx, m.First-1))
	defer stop()
	for want, err := range m.entries(ctx, 0) {
		if err != nil {
			return err
		}
		got, err, _ := next()
		if _, missing := errors.AsType[*Missing](err); err != nil && !missing {
			return err
		}
		if err != nil || got.Seq != want.Seq || got.Erased || !bytes.Equal(got.Record.Append(nil), want.Record.Append(nil)) {
			return errors.Join(ctx.Err(), errDiffers)
		}
	}
	return nil
}

// follow makes the log one that follows a journal, up to the last place of which it was moved.
func (s *SQLite) follow(journal string, last, past uint64) error {
	return s.change(func(ctx context.Context) error {
		return s.setMeta(ctx, map[string]any{"journal": journal, "applied": int64(last), "past": int64(past)}, "left") // #nosec G115 -- positions have 63 bits
	})
}
