package views_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"sync/atomic"
	"testing"

	"plainchat/chat"
	"plainchat/store"
	"plainchat/views"
	"plainchat/views/viewstest"
)

var _ views.Log = store.Log(nil)

// said is a view that keeps what was said, for tests.
type said struct {
	version int
	built   *atomic.Int32 // how many files were made
}

func (said) Name() string   { return "said" }
func (s said) Version() int { return s.version }
func (s said) Tables() string {
	s.built.Add(1)
	return "CREATE TABLE said (seq INTEGER PRIMARY KEY, room TEXT NOT NULL, text TEXT NOT NULL) STRICT"
}

func (said) Prepare(ctx context.Context, stmts *views.Statements) (views.Applier, error) {
	return &sayer{
		insert: stmts.Prepare(ctx, "INSERT INTO said (seq, room, text) VALUES (?, ?, ?)"),
		remove: stmts.Prepare(ctx, "DELETE FROM said WHERE seq = ?"),
		prune:  stmts.Prepare(ctx, "DELETE FROM said WHERE seq < ?"),
	}, nil
}

type sayer struct{ insert, remove, prune *sql.Stmt }

func (s *sayer) Apply(ctx context.Context, ev chat.Event) (err error) {
	switch body := ev.Body.(type) {
	case chat.Message:
		_, err = s.insert.ExecContext(ctx, int64(ev.ID.Seq), string(ev.Room), body.Text)
	case chat.Delete:
		_, err = s.remove.ExecContext(ctx, int64(body.Of))
	}
	return err
}

func (s *sayer) Prune(ctx context.Context, first uint64) (bool, error) {
	_, err := s.prune.ExecContext(ctx, int64(first))
	return false, err
}

func options(path string, log views.Log) views.Options {
	return views.Options{Path: path, Log: log, Views: []views.View{said{1, new(atomic.Int32)}}, Logger: slog.New(slog.DiscardHandler)}
}

// builds returns how many files a projector has made with such options.
func builds(opts views.Options) int { return int(opts.Views[0].(said).built.Load()) }

// start starts a projector that is closed with the test.
func start(t *testing.T, opts views.Options) *views.Projector {
	t.Helper()
	p := views.Start(opts)
	t.Cleanup(func() {
		if err := p.Close(); err != nil {
			t.Error(err)
		}
	})
	return p
}

// content returns what the view says once everything is applied.
func content(t *testing.T, p *views.Projector) []string {
	t.Helper()
	viewstest.Settle(t, p)
	return linesOf(t, p)
}

func linesOf(t *testing.T, p *views.Projector) (lines []string) {
	t.Helper()
	err := p.Read(t.Context(), func(ctx context.Context, db *sql.DB) error {
		rows, err := db.QueryContext(ctx, "SELECT seq || ' ' || room || ' ' || text FROM said ORDER BY seq")
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var line string
			if err := rows.Scan(&line); err != nil {
				return err
			}
			lines = append(lines, line)
		}
		return rows.Err()
	})
	if err != nil {
		t.Fatal(err)
	}
	return lines
}

func wantLines(t *testing.T, p *views.Projector, want ...string) {
	t.Helper()
	if got := linesOf(t, p); !slices.Equal(got, want) {
		t.Errorf("the view says %q, want %q", got, want)
	}
}

func wantContent(t *testing.T, p *views.Projector, want ...string) {
	t.Helper()
	viewstest.Settle(t, p)
	wantLines(t, p, want...)
}

func TestFollows(t *testing.T) {
	log := viewstest.New()
	log.Say("r", "one", "two")
	p := start(t, options(filepath.Join(t.TempDir(), "views.db"), log))
	wantContent(t, p, "1 r one", "2 r two")
	if err := p.Await(t.Context(), log.Say("q", "three")); err != nil {
		t.Fatal(err)
	}
	wantContent(t, p, "1 r one", "2 r two", "3 q three")
}

// What is damaged, or gone, or beyond the end of the log is not waited for.
func TestGaps(t *testing.T) {
	log := viewstest.New()
	log.Say("r", "one", "two", "three", "four")
	log.Damage(2)
	log.Damage(4)
	p := start(t, options(filepath.Join(t.TempDir(), "views.db"), log))
	wantContent(t, p, "1 r one", "3 r three")
	if err := p.Await(t.Context(), 1000); err != nil {
		t.Error(err)
	}

	log = viewstest.New()
	log.Say("r", "one")
	log.Expire(2)
	p = start(t, options(filepath.Join(t.TempDir(), "views.db"), log))
	wantContent(t, p)
}

// A second start goes on where the first has ended, and applies nothing twice.
func TestGoesOn(t *testing.T) {
	path, log := filepath.Join(t.TempDir(), "views.db"), viewstest.New()
	log.Say("r", "one")
	for n := range 3 {
		p := views.Start(options(path, log))
		if got := len(content(t, p)); got != n+1 {
			t.Errorf("the view has %d messages at start %d", got, n)
		}
		if err := p.Close(); err != nil {
			t.Fatal(err)
		}
		if _, err := os.Stat(path + "-wal"); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("the write-ahead log is there after Close: %v", err)
		}
		log.Say("r", fmt.Sprint(n))
	}
}

func TestNotReady(t *testing.T) {
	log := viewstest.New()
	log.Say("r", "one")
	opts := options(filepath.Join(t.TempDir(), "none", "views.db"), log) // cannot be made
	p := start(t, opts)
	if err := p.Await(t.Context(), 1); !errors.Is(err, views.ErrNotReady) {
		t.Errorf("Await = %v", err)
	}
	read := func(context.Context, *sql.DB) error { t.Error("read"); return nil }
	if err := p.Read(t.Context(), read); !errors.Is(err, views.ErrNotReady) {
		t.Errorf("Read = %v", err)
	}
}

func TestClosed(t *testing.T) {
	p := views.Start(options(filepath.Join(t.TempDir(), "views.db"), viewstest.New()))
	if err := p.Close(); err != nil {
		t.Fatal(err)
	}
	if err := p.Await(t.Context(), 0); !errors.Is(err, views.ErrClosed) {
		t.Errorf("Await = %v", err)
	}
	if err := p.Scrub(t.Context()); !errors.Is(err, views.ErrClosed) {
		t.Errorf("Scrub = %v", err)
	}
}

func TestRemove(t *testing.T) {
	log, folder := viewstest.New(), t.TempDir()
	path := filepath.Join(folder, "views.db")
	for range 2 { // the second time there is nothing
		if err := views.Remove(path); err != nil {
			t.Fatal(err)
		}
		if left, err := os.ReadDir(folder); err != nil || len(left) > 0 {
			t.Errorf("the folder has %v, %v", left, err)
		}
	}
	p := views.Start(options(path, log))
	viewstest.Settle(t, p)
	if err := errors.Join(p.Close(), views.Remove(path)); err != nil {
		t.Fatal(err)
	}
	if left, err := os.ReadDir(folder); err != nil || len(left) > 0 {
		t.Errorf("the folder has %v, %v", left, err)
	}
}
