package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"plainchat/internal/sqlite"
	"plainchat/locale"
	"plainchat/store/internal/format"
)

// Options say how a log is kept.
type Options struct {
	Dir string // the data folder; created if it does not exist
	// Retention is how long events are kept; 0 is forever. With an event its
	// client id is forgotten too.
	Retention time.Duration
	// MaxSize is how much of the disk the events may take, in bytes, as Size counts;
	// 0 is no limit. Beyond it appends fail with ErrMaxSize.
	MaxSize int64
	Logger  *slog.Logger
	// OnCommit, unless nil, is called after each commit with the number of events
	// made durable and the time that took.
	OnCommit func(events int, took time.Duration)
	// OnPublish, unless nil, is called after a log that follows a journal has got places there, with the time that
	// took, elections among it.
	OnPublish func(took time.Duration)
	// Now is the time of day, for the times of events and for retention; default
	// time.Now. Nothing relies on its going forward.
	Now func() time.Time

	moving bool // whether it is alone or follows a journal does not matter
}

// SQLite is a log in one SQLite database. One goroutine writes, committing
// everything that waits at the same time together; readers have connections of
// their own and never wait for it.
type SQLite struct {
	opts   Options
	epoch  string
	files  *files
	read   *sql.DB
	write  *sql.DB
	conn   *sql.Conn // the one of write
	writer *writer
	recent *recent
	// spelled is read when the log is opened: nobody writes older names now, but in a log that is moved
	// into a journal.
	spelled atomic.Pointer[spellings]

	pruned uint64 // the last position whose row was removed by retention when the log was opened
	// follows is that a journal gives the positions. It was followed up to applied, and retention
	// had passed expired, when the log was opened.
	follows          bool
	applied, expired uint64
	past             atomic.Uint64 // what is up to here was moved into the journal together, see Past; or 0
	ended            atomic.Uint64 // where the journal ends for good, as far as it was followed; or 0
	journal          string        // its Origin.ID, of a log that is moved
	left             uint64        // where a journal ended that the log has followed before it was alone; or 0
	old              chan uint64   // up to where retention could pass such a log; has room for one

	handover sync.RWMutex // held for reading by Append while it hands over
	closed   atomic.Bool
	health   health
	damaged  sync.Map     // positions of damaged events that were logged
	reading  sync.RWMutex // held for reading during each query
}

var (
	_ Log     = (*SQLite)(nil)
	_ History = (*SQLite)(nil)
)

// readers is how many reads go on at the same time; further ones wait.
const readers = 4

// Open opens the log in a folder, or makes one. While it is open no other process
// can open it. Its errors are sentences for the person who starts the program.
func Open(ctx context.Context, opts Options) (*SQLite, error) {
	return start(ctx, opts, nil)
}

// start opens the log in a folder, as one that follows a journal unless that is nil.
func start(ctx context.Context, opts Options, j Journal) (_ *SQLite, err error) {
	defer sqlite.OneLine(&err)
	if opts.Logger == nil {
		opts.Logger = slog.Default()
	}
	if opts.Now == nil {
		opts.Now = time.Now
	}
	lock, err := format.OpenFolder(opts.Dir)
	if err != nil {
		return nil, err
	}
	s := &SQLite{opts: opts, files: &files{dir: opts.Dir, lock: lock}, follows: j != nil, old: make(chan uint64, 1)}
	if err := s.open(ctx, j); err != nil {
		s.release()
		err = locale.NewError("cli.open.failed", "dir", strconv.Quote(opts.Dir), "cause", err)
		switch {
		case sqlite.IsFull(err, opts.Dir):
			err = locale.NewError("cli.open.space", "cause", err)
		case sqlite.IsDamage(err):
			err = locale.NewError("cli.open.damaged", "cause", err)
		}
		return nil, err
	}
	return s, nil
}

func (s *SQLite) open(ctx context.Context, j Journal) error {
	var err error
	if err := s.files.watchFirst(); err != nil {
		return err
	}
	path := filepath.Join(s.opts.Dir, format.DatabaseFile)
	// FULL makes every commit durable, with one fsync of the write-ahead log. What a power cut takes from a log that
	// follows a journal, that has: with NORMAL the end of it can be lost, and is followed again.
	durability := "synchronous(FULL)"
	if s.follows {
		durability = "synchronous(NORMAL)"
	}
	if err := format.CheckWAL(ctx, path); err != nil {
		return err
	}
	if s.write, err = sqlite.Connect(path, "rw", 1, "journal_mode(WAL)", durability, fmt.Sprintf("wal_autocheckpoint(%d)", s.opts.walPages()), "journal_size_limit(67108864)", "secure_delete(1)"); err != nil {
		return err
	}
	if s.conn, err = s.write.Conn(ctx); err != nil {
		return err
	}
	if err := format.Migrate(ctx, s.conn); err != nil {
		return err
	}
	// 512 KiB of pages for each reader: behind them the system has the file in memory.
	if s.read, err = sqlite.Connect(path, "rw", readers, "query_only(1)", "cache_size(-512)"); err != nil {
		return err
	}
	if err := openAll(ctx, s.read, readers); err != nil {
		return err
	}
	if err := s.files.watchAll(); err != nil {
		return err
	}
	first, last, err := s.load(ctx)
	if err != nil {
		return err
	}
	s.pruned = first - 1
	if first, err = s.join(ctx, j, first, last); err != nil {
		return err
	}
	s.recent = newRecent(first, last)
	found, err := readSpellings(ctx, s.read)
	if s.spelled.Store(&found); sqlite.IsDamage(err) || errors.Is(err, errDisorder) {
		s.opts.Logger.Error("not all rooms can be read; see plainchat check", "err", err)
	} else if err != nil {
		return err
	}
	s.writer, err = startWriter(ctx, s)
	return err
}

// openAll opens all connections of a pool, and what files they need. Later there might
// be no descriptor for one, or the disk might be one that takes no writing any more, on
// which a database cannot be opened even to read it.
func openAll(ctx context.Context, db *sql.DB, limit int) error {
	for range limit {
		conn, err := db.Conn(ctx)
		if err != nil {
			return err
		}
		defer conn.Close() // gives it back to the pool
		if _, err := conn.ExecContext(ctx, "SELECT count(*) FROM meta"); err != nil {
			return err
		}
	}
	return nil
}

// load reads the epoch and the bounds. It waits for the end of a transaction under way: where
// the lock file was removed it may be that of another server, which commits no more once it
// has seen ours.
func (s *SQLite) load(ctx context.Context) (first, last uint64, err error) {
	const query = `SELECT
		(SELECT value FROM meta WHERE name = 'epoch'),
		(SELECT value + 1 FROM meta WHERE name = 'pruned'),
		max(coalesce((SELECT max(seq) FROM log), 0), (SELECT value FROM meta WHERE name = 'pruned'))`
	tx, err := s.conn.BeginTx(ctx, nil)
	if err != nil {
		return 0, 0, err
	}
	defer tx.Rollback()
	if err = tx.QueryRowContext(ctx, query).Scan(&s.epoch, &first, &last); err != nil {
		return 0, 0, err
	}
	return first, last, nil
}

// Epoch implements Log.
func (s *SQLite) Epoch() string { return s.epoch }

// Bounds implements Log. It does not touch the disk.
func (s *SQLite) Bounds(context.Context) (first, last uint64, err error) {
	return s.recent.bounds()
}

// Close implements Log. The write-ahead log is folded into the database, so that
// a closed folder can be copied as it is.
func (s *SQLite) Close() error {
	if s.closed.Swap(true) {
		return ErrClosed
	}
	s.handover.Lock() // waits for those that did not see it yet
	close(s.writer.requests)
	s.handover.Unlock()
	err := s.writer.stop()
	s.recent.close()
	s.reading.Lock() // a connection still open would leave the write-ahead log unfolded
	defer s.reading.Unlock()
	return errors.Join(err, s.release())
}

func (s *SQLite) release() error {
	errs := []error{s.files.close()}
	if s.read != nil {
		errs = append(errs, s.read.Close())
	}
	if s.conn != nil {
		errs = append(errs, s.conn.Close())
	}
	if s.write != nil {
		errs = append(errs, s.write.Close())
	}
	return errors.Join(append(errs, s.files.unlock())...)
}

// explain gives a failure of SQLite its meaning.
func (s *SQLite) explain(err error) error {
	if sqlite.IsFull(err, s.opts.Dir) {
		return fmt.Errorf("%w: %w", ErrFull, err)
	}
	return fmt.Errorf("store: %w", err)
}
