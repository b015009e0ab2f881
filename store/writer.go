package store

import (
	"context"
	"database/sql"
	"errors"
	"runtime"
	"sync"
	"time"

	"plainchat/chat"
	"plainchat/store/internal/format"
)

// maxBatch is how many appends one transaction takes at the most, so that the
// first of them does not wait long for the last.
const maxBatch = 512

// writer is the goroutine that owns the writing connection.
type writer struct {
	log  *SQLite
	conn *sql.Conn
	// Prepared once: parsing them would be a good part of a small transaction.
	begin, end, undo *sql.Stmt
	insert           *sql.Stmt
	first            *sql.Stmt // the event with a client id
	// unseen are events that are committed and that nobody was told of yet: no more than
	// those of one commit, which a file of the log was lost with.
	unseen []chat.Event
	// gone are the positions whose events the present transaction, or those unseen, have erased
	// or removed; erased is that there are some of the former, and scrubs tells when the disk is
	// to forget those.
	gone   []uint64
	erased bool
	scrubs <-chan time.Time
	capacity

	requests chan *request
	decided  chan *decision // what a journal has decided
	spare    sync.Pool      // requests that were answered
	last     uint64
	removed  uint64 // the last position whose row retention has removed
	expired  uint64 // the last position that retention has passed, in a log that follows a journal
	stopped  sync.WaitGroup
}

const insertQuery = "INSERT INTO log (" + format.Columns + ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) " +
	"ON CONFLICT (room, ifnull(actor, ':' || user_name), client_id) WHERE client_id IS NOT NULL DO NOTHING"

// request is one Append on its way.
type request struct {
	draft     chat.Draft
	probe     bool // is no message; see Ready
	event     chat.Event
	duplicate bool
	err       error
	done      chan struct{} // has room for one: told when the outcome is known
}

func startWriter(ctx context.Context, log *SQLite) (*writer, error) {
	conn := log.conn
	w := &writer{log: log, conn: conn, requests: make(chan *request, maxBatch), decided: make(chan *decision), capacity: capacity{max: log.opts.MaxSize}}
	w.scrubs = time.After(scrubDelay) // of what was deleted just before a crash
	w.spare.New = func() any { return &request{done: make(chan struct{}, 1)} }
	_, w.last, _ = log.recent.bounds()
	w.removed = log.pruned
	w.expired = log.expired
	var err error
	prepare := func(query string) (stmt *sql.Stmt) {
		if err == nil {
			stmt, err = conn.PrepareContext(ctx, query)
		}
		return stmt
	}
	w.begin, w.end, w.undo = prepare("BEGIN IMMEDIATE"), prepare("COMMIT"), prepare("ROLLBACK")
	w.insert, w.first, w.size = prepare(insertQuery), prepare(firstQuery), prepare(sizeQuery)
	if err != nil {
		return nil, err
	}
	if log.opts.Retention > 0 { // may have to look at every event there is
		w.expire(ctx, log.opts.Now().Add(-log.opts.Retention))
	}
	if ctx.Err() != nil {
		return nil, errors.Join(ctx.Err(), w.stop())
	}
	w.stopped.Go(w.run)
	return w, nil
}

// Append implements Log.
func (s *SQLite) Append(ctx context.Context, d chat.Draft) (chat.Event, bool, error) {
	r := s.writer.spare.Get().(*request)
	r.draft = d
	if err := s.enqueue(ctx, r); err != nil {
		return chat.Event{}, false, err
	}
	select {
	case <-r.done:
		ev, duplicate, err := r.event, r.duplicate, r.err
		*r = request{done: r.done}
		s.writer.spare.Put(r) // not if its sender leaves before the outcome
		return ev, duplicate, err
	case <-ctx.Done():
		return chat.Event{}, false, ctx.Err()
	}
}

// enqueue hands a request to the writer, waiting for room in its queue.
func (s *SQLite) enqueue(ctx context.Context, r *request) error {
	s.handover.RLock()
	defer s.handover.RUnlock()
	if s.closed.Load() {
		return ErrClosed
	}
	select {
	case s.writer.requests <- r:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// stop waits until the writer, its queue closed, has answered all requests. Its
// statements would keep the database open beyond its connection.
func (w *writer) stop() error {
	w.stopped.Wait()
	var errs []error
	for _, stmt := range []*sql.Stmt{w.begin, w.end, w.undo, w.insert, w.first, w.size} {
		errs = append(errs, stmt.Close())
	}
	return errors.Join(errs...)
}

func (w *writer) run() {
	var prunes <-chan time.Time
	if w.log.opts.Retention > 0 || w.log.follows { // which others may have
		ticker := time.NewTicker(pruneInterval)
		defer ticker.Stop()
		prunes = ticker.C
		w.removeExpired()
	}
	batch := make([]*request, 0, maxBatch)
	for {
		select {
		case r, open := <-w.requests:
			if !open {
				return
			}
			// Let those go first that are ready to run and about to append: the more
			// go into one transaction, the less it costs each. Nobody waits for them.
			runtime.Gosched()
			batch = w.gather(append(batch[:0], r))
			w.commit(batch)
			clear(batch)
		case d := <-w.decided:
			d.done <- w.apply(d)
		case <-prunes:
			w.prune()
		case <-w.scrubs:
			w.scrub()
		}
	}
}

// gather adds the requests that are waiting already.
func (w *writer) gather(batch []*request) []*request {
	for len(batch) < maxBatch {
		select {
		case r, open := <-w.requests:
			if !open {
				return batch
			}
			batch = append(batch, r)
		default:
			return batch
		}
	}
	return batch
}

// commit makes a batch durable, all of it or nothing, and answers its requests.
func (w *writer) commit(batch []*request) {
	err := w.make(func(ctx context.Context) error { return w.appendAll(ctx, batch) })
	for _, r := range batch {
		if err != nil {
			r.event, r.duplicate, r.err = chat.Event{}, false, err
		}
		r.done <- struct{}{}
	}
}

func (w *writer) appendAll(ctx context.Context, batch []*request) error {
	if err := w.measure(ctx); err != nil {
		return err
	}
	for _, r := range batch {
		if err := w.append(ctx, r); err != nil {
			return err
		}
	}
	return nil
}

// make makes durable what work adds, all of it or nothing, and lets everybody see it.
func (w *writer) make(work func(context.Context) error) error {
	start := time.Now()
	seen, last, gone := len(w.unseen), w.last, len(w.gone)
	err := w.transaction(work)
	if err != nil { // what was given to it is not in the log
		w.unseen, w.last, w.gone = w.unseen[:seen], last, w.gone[:gone]
	} else if err = w.log.files.check(); err == nil || w.log.follows {
		err = nil // of a log that follows a journal: that has it all, and it is not to be decided twice
		w.publish(start)
	}
	w.note(err)
	w.tell(w.log.opts.Logger)
	return err
}

// publish lets everybody see what was committed.
func (w *writer) publish(start time.Time) {
	if len(w.unseen) == 0 {
		return
	}
	w.log.health.broken.Store(nil)
	w.log.recent.committed(w.unseen)
	w.forgetGone()
	if w.log.opts.OnCommit != nil {
		w.log.opts.OnCommit(len(w.unseen), time.Since(start))
	}
	clear(w.unseen)
	w.unseen = w.unseen[:0]
}

// transaction runs work in a transaction, which is durable when it returns nil.
func (w *writer) transaction(work func(context.Context) error) error {
	ctx := context.Background() // one request's end must not undo the others
	if _, err := w.begin.ExecContext(ctx); err != nil {
		return w.log.explain(err)
	}
	err := w.log.files.check() // within: a server that takes our place waits for the end, see load
	if err == nil {
		err = work(ctx)
	}
	if err == nil {
		_, err = w.end.ExecContext(ctx)
	}
	if err != nil {
		_, _ = w.undo.ExecContext(ctx) // an error if SQLite did it already
		return w.log.explain(err)
	}
	return nil
}

// place is where an event stands.
type place struct {
	seq  uint64
	time time.Time
	key  string // made for an event without one; or empty
}

// nextPlace is the place of what is added next.
func (w *writer) nextPlace() place {
	return place{seq: max(w.last, w.log.left) + 1, time: time.UnixMilli(w.log.opts.Now().UnixMilli()).UTC()}
}

// append adds one event within the transaction, or finds the event that its
// client id already has.
func (w *writer) append(ctx context.Context, r *request) error {
	d := r.draft
	if r.event, r.duplicate, r.err = w.repeatOlder(ctx, d); r.duplicate || r.err != nil {
		return nil
	}
	if !w.takes(d) {
		w.refuse(ctx, r, ErrMaxSize)
		return nil
	}
	if r.probe {
		return w.probe(ctx)
	}
	return w.addAt(ctx, w.nextPlace(), r)
}

// addAt adds an event at a place, and what follows from it, unless it may not be there.
func (w *writer) addAt(ctx context.Context, at place, r *request) error {
	d := r.draft
	if err := w.admit(ctx, d); err != nil {
		if errors.Is(err, ErrNoTarget) || errors.Is(err, ErrReadBefore) || errors.Is(err, ErrEnded) {
			w.refuse(ctx, r, err) // of no concern to the others
			return nil
		}
		return err
	}
	if err := w.releaseKey(ctx, d.Room, d.From, d.Key); err != nil {
		return err
	}
	ev, inserted, err := w.add(ctx, at, d)
	if err != nil {
		return err
	}
	if !inserted {
		r.event, r.duplicate, r.err = w.repeat(ctx, d.Room, d) // of no concern to the others
		return nil
	}
	r.event = ev
	if d.Claims {
		at = place{seq: at.seq + 1, time: at.time}
		if _, _, err := w.add(ctx, at, d.Claim()); err != nil {
			return err
		}
	}
	return w.follow(ctx, ev)
}

// refuse answers what cannot be added. What is there already is answered as it is: it may be why
// its second copy cannot be, such as a deletion that finds its message erased.
func (w *writer) refuse(ctx context.Context, r *request, cause error) {
	r.err = errVanished
	if r.draft.Key != "" {
		r.event, r.duplicate, r.err = w.repeat(ctx, r.draft.Room, r.draft)
	}
	if errors.Is(r.err, errVanished) {
		r.err = cause
	}
}

// add inserts a row, unless its client id is taken.
func (w *writer) add(ctx context.Context, at place, d chat.Draft) (ev chat.Event, inserted bool, err error) {
	ev = chat.Event{
		ID:   chat.ID{Epoch: w.log.epoch, Seq: at.seq},
		Time: at.time,
		Room: d.Room, From: d.From, Key: d.Key, Body: d.Body,
	}
	if inserted, err = w.put(ctx, ev, at.key); inserted {
		w.unseen = append(w.unseen, ev)
	}
	return ev, inserted, err
}

// put inserts the row of an event at the end, unless its client id is taken. The made key, if there is
// one, stands for the one that it lacks.
func (w *writer) put(ctx context.Context, ev chat.Event, made string) (inserted bool, err error) {
	result, err := w.insert.ExecContext(ctx, format.Values(ev, made)...)
	if err != nil {
		return false, err
	}
	if n, err := result.RowsAffected(); err != nil || n == 0 {
		return false, err
	}
	if skipped := ev.ID.Seq - w.last - 1; skipped > 0 {
		err = w.addHoles(ctx, int(skipped)) // #nosec G115 -- places of one log
	}
	w.last = ev.ID.Seq
	return true, err
}
