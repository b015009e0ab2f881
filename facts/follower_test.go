package facts_test

import (
	"context"
	"errors"
	"iter"
	"log/slog"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"plainchat/chat"
	"plainchat/facts"
	"plainchat/store"
)

var quiet = slog.New(slog.DiscardHandler)

func openStore(t *testing.T, dir string) *store.SQLite {
	t.Helper()
	log, err := store.Open(t.Context(), store.Options{Dir: dir, Logger: quiet})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { log.Close() })
	return log
}

func appendTo(t *testing.T, log store.Log, room chat.Room, body chat.Body) (seq uint64) {
	t.Helper()
	ev, _, err := log.Append(t.Context(), chat.Draft{Room: room, From: chat.Person{Name: "Ann"}, Body: body})
	if err != nil {
		t.Fatal(err)
	}
	return ev.ID.Seq
}

func load(t *testing.T, log facts.Log) *facts.Follower {
	t.Helper()
	f, err := facts.Load(t.Context(), log, quiet)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// run follows the log until the test ends, or stop is called.
func run(t *testing.T, f *facts.Follower) (stop func()) {
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() {
		defer close(done)
		f.Run(ctx)
	}()
	stop = func() {
		cancel()
		<-done
	}
	t.Cleanup(stop)
	return stop
}

func TestLoadAfterReopening(t *testing.T) {
	dir := t.TempDir()
	log := openStore(t, dir)
	token := chat.Token{ID: "1", Name: "ci", Hash: "h1", Write: true}
	appendTo(t, log, "tea", chat.RoomState{Topic: "Tea"})
	appendTo(t, log, "tea", chat.Message{Text: "hello"})
	appendTo(t, log, "", chat.NameClaim{Name: "Ann", Owner: "g1"})
	appendTo(t, log, "", token)
	last := appendTo(t, log, "tea", chat.Message{Text: "hello again"})
	if err := log.Close(); err != nil {
		t.Fatal(err)
	}

	f := load(t, openStore(t, dir))
	if err := f.Await(t.Context(), last); err != nil {
		t.Errorf("what was in the log is not there: %v", err)
	}
	wantOwner(t, f.Facts, "ann", time.Now(), "g1")
	if got, ok := f.TokenByHash("h1"); got != token || !ok {
		t.Errorf("the token is %+v, %v", got, ok)
	}
	if got := f.Room("tea").Topic; got != "Tea" {
		t.Errorf("the topic is %q", got)
	}
}

func TestRunFollowsTheLog(t *testing.T) {
	log := openStore(t, t.TempDir())
	f := load(t, log)
	var told []chat.Body
	f.OnChange(func(ev chat.Event) { told = append(told, ev.Body) })
	run(t, f)

	token := chat.Token{ID: "1", Name: "ci", Hash: "h1", Read: true}
	revoked := token
	revoked.Revoked = true
	bodies := []chat.Body{chat.NameClaim{Name: "Ann", Owner: "g1"}, token, revoked}
	for _, body := range bodies {
		appendTo(t, log, "tea", chat.Message{Text: "hello"})
		seq := appendTo(t, log, "", body)
		if err := f.Await(t.Context(), seq); err != nil {
			t.Fatal(err)
		}
	}
	wantOwner(t, f.Facts, "Ann", time.Now(), "g1")
	if got, _ := f.TokenByID("1"); got != revoked {
		t.Errorf("the token is %+v", got)
	}
	if !slices.Equal(told, bodies) {
		t.Errorf("told of %+v, want %+v", told, bodies)
	}
}

func TestAwait(t *testing.T) {
	log := openStore(t, t.TempDir())
	f := load(t, log)
	seq := appendTo(t, log, "tea", chat.Message{Text: "hello"})
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := f.Await(ctx, seq); !errors.Is(err, context.Canceled) {
		t.Errorf("before the log is followed: %v", err)
	}
	stop := run(t, f)
	if err := f.Await(t.Context(), seq+10); err != nil {
		t.Errorf("beyond the end of the log: %v", err)
	}
	stop()
	if err := f.Await(t.Context(), appendTo(t, log, "tea", chat.Message{Text: "more"})); !errors.Is(err, facts.ErrStopped) {
		t.Errorf("after the end of Run: %v", err)
	}
}

func TestRunEndsWithTheLog(t *testing.T) {
	log := openStore(t, t.TempDir())
	f := load(t, log)
	if err := log.Close(); err != nil {
		t.Fatal(err)
	}
	f.Run(t.Context())
	if _, err := facts.Load(t.Context(), log, quiet); !errors.Is(err, store.ErrClosed) {
		t.Errorf("facts of a closed log: %v", err)
	}
}

// entry is what a broken log yields.
type entry struct {
	ev  chat.Event
	err error
}

// brokenLog yields its state, and with each Tail one of its tails; the last one then waits.
type brokenLog struct {
	last  uint64
	state []entry
	tails [][]entry
	after []uint64 // what the tails were asked for
}

func (l *brokenLog) Bounds(context.Context) (first, last uint64, err error) { return 1, l.last, nil }

func (l *brokenLog) State(context.Context) iter.Seq2[chat.Event, error] { return yields(l.state) }

func (l *brokenLog) Tail(ctx context.Context, after uint64) iter.Seq2[chat.Event, error] {
	l.after = append(l.after, after)
	tail := l.tails[0]
	if l.tails = l.tails[1:]; len(l.tails) > 0 {
		return yields(tail)
	}
	return func(yield func(chat.Event, error) bool) {
		yields(tail)(yield)
		<-ctx.Done()
	}
}

func yields(entries []entry) iter.Seq2[chat.Event, error] {
	return func(yield func(chat.Event, error) bool) {
		for _, e := range entries {
			if !yield(e.ev, e.err) {
				return
			}
		}
	}
}

func claimed(seq uint64, name chat.Name) entry {
	return entry{ev: chat.Event{ID: chat.ID{Epoch: "e1", Seq: seq}, Time: start, Body: chat.NameClaim{Name: name, Owner: "g1"}}}
}

func damaged(seq uint64) entry { return entry{err: &store.Damaged{Seq: seq}} }

// What cannot be read is read again later, from where it broke off; what is damaged is left
// out; and what the start has read already is not told of again.
func TestRunOverABrokenLog(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		log := &brokenLog{
			last:  3,
			state: []entry{claimed(1, "Ann"), damaged(2), claimed(4, "Bob")},
			tails: [][]entry{
				{claimed(4, "Bob"), damaged(5), claimed(6, "Cy"), {err: errors.New("disk")}},
				{{err: errors.New("disk")}},
				{claimed(9, "Dee")},
			},
		}
		f := load(t, log)
		var told []chat.Name
		f.OnChange(func(ev chat.Event) { told = append(told, ev.Body.(chat.NameClaim).Name) })
		wantOwner(t, f.Facts, "Bob", start, "g1")
		log.last = 9
		run(t, f)
		if err := f.Await(t.Context(), 9); err != nil {
			t.Fatal(err)
		}
		for _, name := range []chat.Name{"Ann", "Bob", "Cy", "Dee"} {
			wantOwner(t, f.Facts, name, start, "g1")
		}
		if want := []chat.Name{"Cy", "Dee"}; !slices.Equal(told, want) {
			t.Errorf("told of %q, want %q", told, want)
		}
		if want := []uint64{3, 6, 6}; !slices.Equal(log.after, want) {
			t.Errorf("the log was read after %v, want %v", log.after, want)
		}
	})
}

func TestLoadFailsWithTheLog(t *testing.T) {
	broken := errors.New("disk")
	if _, err := facts.Load(t.Context(), &brokenLog{state: []entry{{err: broken}}}, quiet); !errors.Is(err, broken) {
		t.Errorf("facts of a log that cannot be read: %v", err)
	}
}
