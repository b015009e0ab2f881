package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gofrs/flock"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// Options say how a log is kept.
type Options struct {
	Dir string // the data folder; created if it does not exist
	// Retention is how long events are kept; 0 is for ever. With an event its
	// client id is forgotten too.
	Retention time.Duration
	Logger    *slog.Logger
	// OnCommit, unless nil, is called after each commit with the number of events
	// made durable and the time that took.
	OnCommit func(events int, took time.Duration)
}

// SQLite is a log in one SQLite database. One goroutine writes, committing
// everything that waits at the same time together; readers have connections of
// their own and never wait for it.
type SQLite struct {
	opts   Options
	epoch  string
	lock   *flock.Flock
	read   *sql.DB
	write  *sql.DB
	conn   *sql.Conn // the one of write
	writer *writer
	recent *recent

	handover sync.RWMutex // held for reading by Append while it hands over
	closed   atomic.Bool
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
	if opts.Logger == nil {
		opts.Logger = slog.Default()
	}
	lock, err := openFolder(opts.Dir)
	if err != nil {
		return nil, err
	}
	s := &SQLite{opts: opts, lock: lock}
	if err := s.open(ctx); err != nil {
		s.release()
		return nil, fmt.Errorf("cannot open the log in %q: %w", opts.Dir, err)
	}
	return s, nil
}

func (s *SQLite) open(ctx context.Context) error {
	var err error
	// FULL makes every commit durable, with one fsync of the write-ahead log.
	if s.write, err = s.connect(1, "journal_mode(WAL)", "synchronous(FULL)", "wal_autocheckpoint(4000)", "journal_size_limit(67108864)"); err != nil {
		return err
	}
	if s.conn, err = s.write.Conn(ctx); err != nil {
		return err
	}
	if err := migrate(ctx, s.conn); err != nil {
		return err
	}
	// 512 KiB of pages for each reader: behind them the system has the file in memory.
	if s.read, err = s.connect(readers, "query_only(1)", "cache_size(-512)"); err != nil {
		return err
	}
	first, last, err := s.load(ctx)
	if err != nil {
		return err
	}
	s.recent = newRecent(first, last)
	s.writer, err = startWriter(ctx, s)
	return err
}

// connect returns a pool of connections. A reader that comes across another
// connection's recovery waits for it.
func (s *SQLite) connect(limit int, pragmas ...string) (*sql.DB, error) {
	path, err := filepath.Abs(filepath.Join(s.opts.Dir, databaseFile))
	if err != nil {
		return nil, err
	}
	path = "/" + strings.TrimPrefix(filepath.ToSlash(path), "/") // a drive letter needs one
	query := url.Values{"_pragma": append(pragmas, "busy_timeout(5000)"), "_txlock": {"immediate"}}
	db, err := sql.Open("sqlite", "file:"+(&url.URL{Path: path}).EscapedPath()+"?"+query.Encode())
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(limit)
	db.SetMaxIdleConns(limit)
	return db, nil
}

// load reads the epoch and the bounds.
func (s *SQLite) load(ctx context.Context) (first, last uint64, err error) {
	const query = `SELECT
		(SELECT value FROM meta WHERE name = 'epoch'),
		coalesce((SELECT min(seq) FROM log), 0),
		max(coalesce((SELECT max(seq) FROM log), 0), (SELECT value FROM meta WHERE name = 'pruned'))`
	if err = s.conn.QueryRowContext(ctx, query).Scan(&s.epoch, &first, &last); err != nil {
		return 0, 0, err
	}
	if first == 0 {
		first = last + 1
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
	var errs []error
	if s.read != nil {
		errs = append(errs, s.read.Close())
	}
	if s.conn != nil {
		errs = append(errs, s.conn.Close())
	}
	if s.write != nil {
		errs = append(errs, s.write.Close())
	}
	return errors.Join(append(errs, s.lock.Unlock())...)
}

// explain gives a failure of SQLite its meaning.
func explain(err error) error {
	if e, ok := errors.AsType[*sqlite.Error](err); ok && e.Code()&0xff == sqlite3.SQLITE_FULL {
		return fmt.Errorf("%w: %w", ErrFull, err)
	}
	return fmt.Errorf("store: %w", err)
}
