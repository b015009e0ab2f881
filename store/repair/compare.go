package repair

import (
	"context"
	"errors"
	"strconv"
	"time"

	"plainchat/chat"
	"plainchat/internal/sqlite"
	"plainchat/locale"
	"plainchat/store"
	"plainchat/store/internal/format"
)

// Comparison is what a comparison of a log with its journal has found.
type Comparison struct {
	// Upto is the last position that was compared: up to there the log has followed. Behind is how many
	// the journal has after it.
	Upto, Behind uint64
	Problems     []error
	Untold       int // further problems
}

// Compare compares the log in a folder with the journal that it follows, position by position, also while a
// server uses it. What a deletion under way explains is no difference. It changes nothing; memory is bounded.
func Compare(ctx context.Context, dir string, j store.Journal) (_ *Comparison, err error) {
	defer sqlite.OneLine(&err)
	path, err := existingLog(dir)
	if err != nil {
		return nil, err
	}
	db, err := sqlite.Look(path, "query_only(1)", "cache_size(-8192)")
	if err != nil {
		return nil, err
	}
	defer db.Close()
	c := &comparing{journal: j, rows: &rowReader{db: db}}
	if err := c.begin(ctx, dir); err != nil {
		return nil, err
	}
	if err := c.pass(ctx); err != nil {
		return nil, err
	}
	return &c.found, c.lookAgain(ctx)
}

// maxSuspects is how many differences are looked at a second time; of more not all can be under way.
const maxSuspects = 200

// comparing is a comparison under way.
type comparing struct {
	journal  store.Journal
	rows     *rowReader
	found    Comparison
	suspects []suspect
	more     int // suspects that there were too many of
}

// suspect is a position at which log and journal differ.
type suspect struct {
	seq uint64
	why difference
}

// difference is how a log differs from its journal at a position.
type difference int

const (
	same difference = iota
	other
	extra
	lacking
)

// problem says it to the operator.
func (d difference) problem(seq uint64) error {
	key := map[difference]string{other: "cli.compare.other", extra: "cli.compare.extra", lacking: "cli.compare.lacking"}[d]
	return locale.NewError(key, "position", seq)
}

func (c *comparing) begin(ctx context.Context, dir string) error {
	epoch, applied, err := c.rows.followed(ctx)
	if err != nil {
		return err
	}
	journal, err := c.rows.journal(ctx)
	if err != nil {
		return err
	}
	_, last, err := c.journal.Bounds(ctx)
	switch {
	case err != nil:
		return err
	case journal == "":
		return locale.NewError("cli.compare.alone", "dir", strconv.Quote(dir))
	case epoch != c.journal.Epoch():
		return locale.NewError("cli.replica.epoch", "ours", epoch, "theirs", c.journal.Epoch())
	case journal != c.journal.Origin().ID:
		return locale.NewError("cli.replica.other", "dir", strconv.Quote(dir))
	case applied > last:
		return locale.NewError("cli.replica.ahead", "dir", strconv.Quote(dir), "applied", applied, "last", last)
	}
	c.found.Upto, c.found.Behind = applied, last-applied
	return nil
}

// pass goes through the journal once, up to where the log has followed.
func (c *comparing) pass(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	passed := c.journal.Origin().First - 1
	if c.found.Upto <= passed {
		return nil
	}
	for e, err := range c.journal.Follow(ctx, passed) {
		missing, isMissing := errors.AsType[*store.Missing](err)
		switch {
		case isMissing:
			c.problem(locale.NewError("cli.compare.lost", "first", missing.From, "last", missing.Upto))
			passed = missing.Upto
			err = c.rows.skip(ctx, passed)
		case err == nil && e.Record.Past != nil:
			err = c.comparePast(ctx, *e.Record.Past, e.Seq)
			passed = e.Seq
		case err == nil:
			err = c.compare(ctx, passed, e)
			passed = e.Seq
		}
		if err != nil {
			return err
		}
		if passed >= c.found.Upto {
			return nil
		}
	}
	return ctx.Err()
}

// compare compares what stands at the place of an entry, and before it.
func (c *comparing) compare(ctx context.Context, passed uint64, e store.Entry) error {
	upto := e.Seq
	if !e.Erased {
		upto--
	}
	for {
		row, err := c.rows.peek(ctx)
		if err != nil {
			return err
		}
		if row == nil || row.event.ID.Seq > min(upto, c.found.Upto) {
			break
		}
		if !row.damaged && !format.IsErased(row.event) && row.event.ID.Seq > passed {
			c.suspect(row.event.ID.Seq, extra)
		}
		c.rows.take()
	}
	if e.Erased {
		return nil
	}
	row, err := c.rows.takeAt(ctx, e.Seq)
	if err != nil {
		return err
	}
	if d := differ(e, row); d != same {
		c.suspect(e.Seq, d)
	}
	return nil
}

// comparePast compares the state from before the beginning of a log that was moved into the journal.
// Nothing changes that.
func (c *comparing) comparePast(ctx context.Context, p store.Past, seq uint64) error {
	for _, ev := range p.Events {
		if ev.Kind().Class == chat.Latest { // a later one may have replaced it
			continue
		}
		if err := c.rows.skip(ctx, ev.ID.Seq-1); err != nil {
			return err
		}
		row, err := c.rows.takeAt(ctx, ev.ID.Seq)
		if err != nil {
			return err
		}
		e := store.Entry{Time: ev.Time, Record: store.Record{Settled: true, Draft: chat.Draft{Room: ev.Room, From: ev.From, Key: ev.Key, Body: ev.Body}}}
		if d := differ(e, row); d != same {
			c.problem(d.problem(ev.ID.Seq))
		}
	}
	if seq < p.Upto {
		return nil
	}
	return c.rows.skip(ctx, seq)
}

// differ compares an entry with the row in its place, if there is one. A damaged row is told of by Check.
func differ(e store.Entry, row *logRow) difference {
	switch {
	case e.Erased && (row == nil || row.damaged || format.IsErased(row.event)):
		return same
	case e.Erased:
		return extra
	case e.Record.Void && row == nil, row != nil && row.damaged:
		return same
	case e.Record.Void:
		return extra
	case row == nil || format.IsErased(row.event) && e.Record.Draft.Body != row.event.Body: // it may have been erased when it was moved in
		return lacking
	case row.event != eventOf(e, row.event):
		return other
	}
	return same
}

// eventOf returns the event that follows from an entry in the place of another.
func eventOf(e store.Entry, in chat.Event) chat.Event {
	d, at := e.Record.Draft, e.Time
	if !e.Record.Time.IsZero() {
		at = e.Record.Time
	}
	return chat.Event{ID: in.ID, Time: time.UnixMilli(at.UnixMilli()).UTC(), Room: d.Room, From: d.From, Key: format.SendersKey(d.Key), Body: d.Body}
}

func (c *comparing) suspect(seq uint64, why difference) {
	if len(c.suspects) == maxSuspects {
		c.more++
		return
	}
	c.suspects = append(c.suspects, suspect{seq, why})
}

func (c *comparing) problem(problem error) {
	if len(c.found.Problems) == maxProblems {
		c.found.Untold++
		return
	}
	c.found.Problems = append(c.found.Problems, problem)
}

// lookAgain looks once more at what differs, after the log has followed up to where the journal is now: a
// message may just have been deleted.
func (c *comparing) lookAgain(ctx context.Context) error {
	if len(c.suspects) == 0 {
		return nil
	}
	current, err := c.awaitFollowed(ctx)
	if err != nil {
		return err
	}
	for _, s := range c.suspects {
		why, err := c.look(ctx, s.seq)
		if err != nil {
			return err
		}
		if why != same && (current || why != extra) { // what was deleted since, a log that stands still has yet
			c.problem(why.problem(s.seq))
		}
	}
	c.found.Untold += c.more
	return nil
}

// followWait is how long it waits for a log to follow; one without a server does not.
const followWait = 2 * time.Second

// awaitFollowed waits until the log has followed up to where the journal is now, and reports whether it has.
func (c *comparing) awaitFollowed(ctx context.Context) (bool, error) {
	_, last, err := c.journal.Bounds(ctx)
	if err != nil {
		return false, err
	}
	for deadline := time.Now().Add(followWait); ; {
		_, applied, err := c.rows.followed(ctx)
		if err != nil || applied >= last || time.Now().After(deadline) {
			return applied >= last, err
		}
		select {
		case <-time.After(100 * time.Millisecond): // another program follows
		case <-ctx.Done():
			return false, ctx.Err()
		}
	}
}

// look compares one position.
func (c *comparing) look(ctx context.Context, seq uint64) (difference, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	row, err := c.rows.at(ctx, seq)
	if err != nil {
		return same, err
	}
	for e, err := range c.journal.Follow(ctx, seq-1) {
		if _, lost := errors.AsType[*store.Missing](err); lost {
			return same, nil // that was told
		}
		if err != nil {
			return same, err
		}
		why := differ(e, row)
		if why == lacking {
			decided, err := c.rows.isDecided(ctx, seq, e.Record.Kept())
			if err != nil || decided {
				return same, err
			}
		}
		return why, nil
	}
	return same, ctx.Err()
}
