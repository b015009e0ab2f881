package views_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"plainchat/chat"
	"plainchat/views"
	"plainchat/views/viewstest"
)

// built makes a file of some size, closes it, and returns its path and what it says.
func built(t *testing.T, log *viewstest.Log) (path string, says []string) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "views.db")
	for n := range 300 {
		log.Say("r", fmt.Sprint("message ", n, strings.Repeat(".", n)))
	}
	p := views.Start(options(path, log))
	says = content(t, p)
	if err := p.Close(); err != nil {
		t.Fatal(err)
	}
	return path, says
}

func exec1(path string, statements ...string) error {
	db, err := sql.Open("sqlite", "file:"+path)
	if err != nil {
		return err
	}
	defer db.Close()
	for _, s := range statements {
		if _, err := db.ExecContext(context.Background(), s); err != nil {
			return err
		}
	}
	return nil
}

// TestBuildsAnew: whatever happens to a file while it is closed, the views say the same after
// the next start. Some are trusted, since nothing is wrong with them.
func TestBuildsAnew(t *testing.T) {
	for name, c := range map[string]struct {
		harm  func(path string) error
		trust bool
	}{
		"none":           {func(string) error { return nil }, true},
		"deleted":        {os.Remove, false},
		"cut short":      {func(path string) error { return os.Truncate(path, 10_000) }, false},
		"cut to page":    {func(path string) error { return os.Truncate(path, 3*4096) }, false},
		"empty":          {func(path string) error { return os.Truncate(path, 0) }, false},
		"a text":         {func(path string) error { return os.WriteFile(path, []byte(strings.Repeat("text\n", 2000)), 0o600) }, false},
		"a bit flipped":  {func(path string) error { return flip(path, rand.Uint64()) }, false},
		"a text changed": {func(path string) error { return exec1(path, "UPDATE said SET text = 'forged' WHERE seq = 7") }, false},
		"another's": {func(path string) error {
			return errors.Join(os.Remove(path), exec1(path, "CREATE TABLE said (x)"))
		}, false},
		"no seal":        {func(path string) error { return os.Remove(path + "-seal") }, true},
		"seal and table": {func(path string) error { return errors.Join(exec1(path, "DROP TABLE said"), os.Remove(path+"-seal")) }, false},
		"seal and row": {func(path string) error {
			return errors.Join(exec1(path, "DELETE FROM projection"), os.Remove(path+"-seal"))
		}, false},
		"the seal empty": {func(path string) error { return os.Truncate(path+"-seal", 0) }, false},
		"a folder in place of the seal": {func(path string) error {
			return errors.Join(os.Remove(path+"-seal"), os.Mkdir(path+"-seal", 0o700))
		}, false},
		"a write-ahead log beside it": {func(path string) error { return os.WriteFile(path+"-wal", make([]byte, 5000), 0o600) }, false},
	} {
		t.Run(name, func(t *testing.T) {
			log := viewstest.New()
			path, want := built(t, log)
			if err := c.harm(path); err != nil {
				t.Fatal(err)
			}
			opts := options(path, log)
			p := start(t, opts)
			if got := content(t, p); !slices.Equal(got, want) {
				t.Errorf("the view has other content: %d messages, want %d", len(got), len(want))
			}
			if trusted := builds(opts) == 0; trusted != c.trust {
				t.Errorf("the file was trusted: %t, want %t", trusted, c.trust)
			}
		})
	}
}

// flip changes one bit of a file.
func flip(path string, which uint64) error {
	content, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	which %= uint64(len(content)) * 8
	content[which/8] ^= 1 << (which % 8)
	return os.WriteFile(path, content, 0o600)
}

// A file that was made for something else is of no use.
func TestOtherVersions(t *testing.T) {
	for name, change := range map[string]func(*views.Options, *viewstest.Log){
		"version":  func(o *views.Options, _ *viewstest.Log) { o.Views = []views.View{said{2, new(atomic.Int32)}} },
		"no views": func(o *views.Options, _ *viewstest.Log) { o.Views = []views.View{said{1, new(atomic.Int32)}, said2{}} },
		"epoch":    func(_ *views.Options, log *viewstest.Log) { log.Name = "e2" },
		"ahead":    func(o *views.Options, log *viewstest.Log) { o.Log = shorter(log, 200) },
		"boot":     func(o *views.Options, _ *viewstest.Log) { views.Reboot(t); os.Remove(o.Path + "-seal") },
	} {
		t.Run(name, func(t *testing.T) {
			log := viewstest.New()
			path, want := built(t, log)
			opts := options(path, log)
			change(&opts, log)
			p := start(t, opts)
			got := content(t, p)
			if name == "ahead" {
				want = want[:200]
			}
			if !slices.Equal(got, want) {
				t.Errorf("the view has %d messages, want %d", len(got), len(want))
			}
			if builds(opts) != 1 {
				t.Error("the file was taken as it is")
			}
		})
	}
}

// A machine that stops after a proper end does not make the file useless.
func TestSealOutlivesBoot(t *testing.T) {
	log := viewstest.New()
	path, want := built(t, log)
	views.Reboot(t)
	opts := options(path, log)
	p := start(t, opts)
	if got := content(t, p); !slices.Equal(got, want) {
		t.Errorf("the view has %d messages, want %d", len(got), len(want))
	}
	if builds(opts) != 0 {
		t.Error("the file was built anew")
	}
}

func shorter(log *viewstest.Log, n int) *viewstest.Log {
	other := viewstest.New()
	for ev := range log.Read(context.Background(), 0, uint64(n)) {
		other.Append(ev.Room, ev.From.Name, ev.Body)
	}
	return other
}

// said2 is one more view.
type said2 struct{}

func (said2) Name() string   { return "said2" }
func (said2) Version() int   { return 1 }
func (said2) Tables() string { return "CREATE TABLE said2 (seq INTEGER PRIMARY KEY)" }
func (said2) Prepare(context.Context, *views.Statements) (views.Applier, error) {
	return nothing{}, nil
}

type nothing struct{}

func (nothing) Apply(context.Context, chat.Event) error              { return nil }
func (nothing) Prune(context.Context, uint64) (more bool, err error) { return false, nil }

// TestKilled: a process that is killed at any moment leaves a file that the next one goes on
// with.
func TestKilled(t *testing.T) {
	path := filepath.Join(t.TempDir(), "views.db")
	for range 5 {
		cmd := exec.Command(os.Args[0], "-test.run=^TestChild$")
		cmd.Env = append(os.Environ(), "VIEWS_CHILD="+path)
		out, outErr := cmd.StdoutPipe()
		_, inErr := cmd.StdinPipe() // it ends with ours, should we not get to kill it
		if err := errors.Join(outErr, inErr, cmd.Start()); err != nil {
			t.Fatal(err)
		}
		_, _ = io.ReadFull(out, make([]byte, 1+rand.IntN(10))) // one for each transaction; fewer at the end
		if err := cmd.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		_ = cmd.Wait() // killed
		if err := exec1(path, "PRAGMA quick_check"); err != nil {
			t.Error(err)
		}
	}
	log := manyMessages()
	opts := options(path, log)
	p := start(t, opts)
	if got := content(t, p); len(got) != 20_000 || got[19_999] != "20000 r 19999" {
		t.Errorf("the view has %d messages, want 20,000", len(got))
	}
	if builds(opts) != 0 {
		t.Error("the file was built anew")
	}
}

func manyMessages() *viewstest.Log {
	log := viewstest.New()
	for n := range 20_000 {
		log.Say("r", fmt.Sprint(n))
	}
	return log
}

// TestChild is the process of TestKilled.
func TestChild(t *testing.T) {
	path := os.Getenv("VIEWS_CHILD")
	if path == "" {
		t.Skip("is for TestKilled")
	}
	opts := options(path, manyMessages())
	opts.OnApplied = func(int, time.Duration) { os.Stdout.WriteString("\n") }
	p := views.Start(opts)
	viewstest.Settle(t, p)
	os.Stdout.Close()
	_, _ = io.Copy(io.Discard, os.Stdin)
}

// A reader that meets damage gets ErrNotReady, and the file is built anew meanwhile.
func TestDamageMetByReader(t *testing.T) {
	log := viewstest.New()
	log.Say("r", "one")
	path := filepath.Join(t.TempDir(), "views.db")
	opts := options(path, log)
	p := start(t, opts)
	viewstest.Settle(t, p)
	moved := p.Moved()
	err := p.Read(t.Context(), func(ctx context.Context, db *sql.DB) error {
		_, err := db.QueryContext(ctx, "SELECT * FROM lost")
		return err
	})
	if !errors.Is(err, views.ErrNotReady) {
		t.Errorf("Read = %v", err)
	}
	<-moved
	wantContent(t, p, "1 r one")
	if n := builds(opts); n != 2 {
		t.Errorf("%d files were made, want 2", n)
	}
}

// A view that cannot take an event stops nobody: it is tried again, less and less often.
func TestViewThatFails(t *testing.T) {
	path := filepath.Join(t.TempDir(), "views.db")
	synctest.Test(t, func(t *testing.T) {
		log, records := viewstest.New(), &strings.Builder{}
		log.Say("r", "one")
		opts := options(path, log)
		opts.Views = append(opts.Views, failing{})
		opts.Logger = slog.New(slog.NewTextHandler(records, nil))
		p := views.Start(opts)
		time.Sleep(time.Hour)
		synctest.Wait()
		if p.Ready() {
			t.Error("the views are ready")
		}
		if err := p.Close(); err != nil {
			t.Error(err)
		}
		if n := strings.Count(records.String(), "level=ERROR"); n < 10 || n > 25 {
			t.Errorf("%d failures are logged", n)
		}
	})
}

type failing struct{ said2 }

func (failing) Prepare(context.Context, *views.Statements) (views.Applier, error) {
	return fails{}, nil
}

type fails struct{ nothing }

func (fails) Apply(context.Context, chat.Event) error { return errors.New("cannot") }

// TestForgets: deleted text leaves all files by itself, without a call of Scrub.
func TestForgets(t *testing.T) {
	path := filepath.Join(t.TempDir(), "views.db")
	synctest.Test(t, func(t *testing.T) {
		log := viewstest.New()
		log.Say("r", "the sesame word", "another")
		p := start(t, options(path, log))
		viewstest.Settle(t, p)
		if !standsIn(t, path, "sesame") {
			t.Error("the text is not in the files before it is deleted")
		}
		log.Append("r", "Ann", chat.Delete{Of: 1})
		viewstest.Settle(t, p)
		if !standsIn(t, path, "sesame") {
			t.Error("the text is gone without the checkpoint; the test shows nothing")
		}
		time.Sleep(30 * time.Second)
		synctest.Wait()
		if standsIn(t, path, "sesame") {
			t.Error("the deleted text is still there")
		}
		wantContent(t, p, "2 r another")
	})
}

func standsIn(t *testing.T, path, word string) bool {
	t.Helper()
	for _, suffix := range []string{"", "-wal"} {
		content, err := os.ReadFile(path + suffix)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(content), word) {
			return true
		}
	}
	return false
}

// What retention removes is forgotten, whether or not anything else happens.
func TestPrunes(t *testing.T) {
	path := filepath.Join(t.TempDir(), "views.db")
	synctest.Test(t, func(t *testing.T) {
		log := viewstest.New()
		log.Say("r", "one", "two", "three")
		p := start(t, options(path, log))
		viewstest.Settle(t, p)
		log.Expire(3)
		time.Sleep(time.Minute)
		synctest.Wait()
		wantContent(t, p, "3 r three")
	})
}
