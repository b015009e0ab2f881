package store

import (
	"context"
	"errors"
	"iter"
	"strconv"

	"plainchat/chat"
	"plainchat/locale"
	"plainchat/store/internal/format"
)

// Source is a journal from which a log is moved away.
type Source interface {
	Journal

	// Secret returns what all logs share: ours, if none of them has given one before.
	Secret(ctx context.Context, ours []byte) ([]byte, error)
	// MarkLeft has no log follow the journal any more. That it is marked is no error.
	MarkLeft(ctx context.Context) error
}

// MoveAway ends a journal, and has the log in a folder, which follows it, go on alone: it has all events up to that
// end, which is returned, and gives the positions after it. A MoveAway that was cut off is resumed by the
// next. Its errors are sentences.
func MoveAway(ctx context.Context, opts Options, from Source) (last uint64, err error) {
	opts.Retention, opts.MaxSize = 0, 0
	before, err := lookAt(ctx, opts)
	switch {
	case err != nil:
		return 0, err
	case before.journal == "" && before.left > 0 && before.epoch == from.Epoch(): // before it was cut off
		return before.left, from.MarkLeft(ctx)
	case before.journal == "":
		return 0, locale.NewError("cli.migrate.alone", "dir", strconv.Quote(opts.Dir))
	}
	secret, err := followToEnd(ctx, opts, from)
	if err != nil {
		return 0, err
	}
	last, err = leave(ctx, opts, func(ctx context.Context, s *SQLite) (departure, error) {
		if err := s.lacksNothing(ctx); err != nil {
			return departure{}, err
		}
		return departure{epoch: s.epoch, secret: secret, last: s.ended.Load()}, s.compare(ctx, from)
	})
	if err != nil {
		return 0, err
	}
	return last, from.MarkLeft(ctx)
}

// GoAlone has the log in a folder, which follows a journal that is lost, go on alone. The others may
// have followed it further; so it is another log from now on, with an epoch of its own. Its errors are sentences.
func GoAlone(ctx context.Context, opts Options) (last uint64, err error) {
	opts.Retention, opts.MaxSize = 0, 0
	return leave(ctx, opts, func(_ context.Context, s *SQLite) (departure, error) {
		if s.journal == "" {
			return departure{}, locale.NewError("cli.migrate.alone", "dir", strconv.Quote(opts.Dir))
		}
		return departure{epoch: NewEpoch(), last: s.applied}, nil
	})
}

// lookAt returns the log in a folder, closed again.
func lookAt(ctx context.Context, opts Options) (*SQLite, error) {
	opts.moving = true
	s, err := start(ctx, opts, nil)
	if err != nil {
		return nil, err
	}
	return s, s.Close()
}

// followToEnd ends the journal, unless it has ended, and follows it up to there.
func followToEnd(ctx context.Context, opts Options, from Source) (secret []byte, err error) {
	r, err := OpenReplica(ctx, opts, from)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, r.Close()) }()
	if secret, err = r.Secret(ctx); err == nil {
		secret, err = from.Secret(ctx, secret)
	}
	if err != nil {
		return nil, err
	}
	for {
		_, last, err := from.Bounds(ctx)
		if err == nil {
			_, err = r.follower.await(ctx, last)
		}
		if err = errors.Join(err, ctx.Err()); err != nil || r.Ended() {
			return secret, err
		}
		end := Record{ID: NewRecordID(), Void: true, End: true}
		if _, err := from.Publish(ctx, []Record{end}); err != nil && !errors.Is(err, ErrUncertain) {
			return nil, err
		}
	}
}

// departure is how a log goes on alone.
type departure struct {
	epoch  string
	secret []byte // nil if it stays
	last   uint64 // what it has followed up to
}

// leave has the log in a folder go on alone, as is decided.
func leave(ctx context.Context, opts Options, decide func(context.Context, *SQLite) (departure, error)) (last uint64, err error) {
	opts.moving = true
	s, err := start(ctx, opts, nil)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	d, err := decide(ctx, s)
	if err != nil {
		return 0, err
	}
	return d.last, s.change(func(ctx context.Context) error { return s.writer.leaveJournal(ctx, d) })
}

// leaveJournal makes the log one that is alone. What retention has passed is removed, since nothing else
// says that it is hidden.
func (w *writer) leaveJournal(ctx context.Context, d departure) error {
	if upto := w.expired; upto > w.removed {
		if err := w.removeBetween(ctx, int64(w.removed), int64(upto)); err != nil { // #nosec G115 -- positions have 63 bits
			return err
		}
	}
	values := map[string]any{"epoch": d.epoch, "left": int64(d.last)} // #nosec G115 -- a position has 63 bits
	if d.secret != nil {
		values["secret"] = d.secret
	}
	if err := w.log.setMeta(ctx, values, "journal", "applied", "expired", "past", "ended"); err != nil {
		return err
	}
	for _, prefix := range []string{absentPrefix, missingPrefix, erasePrefix} {
		if _, err := w.conn.ExecContext(ctx, "DELETE FROM meta WHERE name > ? AND name < ?", prefix, prefix+":"); err != nil {
			return err
		}
	}
	return nil
}

// lacksNothing returns an error if the journal had lost something when the log came by, which another log may
// have.
func (s *SQLite) lacksNothing(ctx context.Context) error {
	lost, err := s.lostFrom(ctx, s.expired+1, s.applied)
	if err == nil && lost.From <= lost.Upto {
		err = locale.NewError("cli.migrate.lacks", "first", lost.From, "last", lost.Upto)
	}
	return err
}

// compare compares each event that the log has with what the journal has at its position, if that
// has not been erased since.
func (s *SQLite) compare(ctx context.Context, from Journal) error {
	first, _, err := s.recent.bounds()
	if err != nil {
		return err
	}
	first, last := max(first, from.Origin().First, s.past.Load()+1), s.ended.Load()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	next, stop := iter.Pull2(from.Follow(ctx, first-1))
	defer stop()
	entry := Entry{Seq: first - 1}
	for ev, err := range s.settled(ctx, first-1, last) {
		for err == nil && entry.Seq < ev.ID.Seq {
			if entry, err, _ = next(); err == nil && entry.Seq == 0 {
				err = ctx.Err()
			}
		}
		if err != nil {
			return err
		}
		if entry.Seq == ev.ID.Seq && !isOf(ev, entry) {
			return locale.NewError("cli.migrate.unlike", "position", ev.ID.Seq)
		}
	}
	return nil
}

// isOf reports whether an event of a log is what became of an entry.
func isOf(ev chat.Event, e Entry) bool {
	d := e.Record.Draft
	switch {
	case e.Erased:
		return true
	case e.Record.Void:
		return false
	case ev.Kind() != d.Body.Kind(), ev.From != d.From, !ev.Time.Equal(timeOf(e)), format.SendersKey(ev.Key) != format.SendersKey(d.Key):
		return false
	}
	return format.IsErased(ev) || ev.Body == d.Body && ev.Room == d.Room
}
