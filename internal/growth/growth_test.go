package growth

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"plainchat/chat"
)

// room is where a message grows.
type room struct {
	start time.Time
	took  time.Duration // by each Put
	away  atomic.Bool
	puts  []string
}

func (r *room) put(_ context.Context, text string, s chat.Status) error {
	time.Sleep(r.took)
	if r.away.Load() {
		return errors.New("away")
	}
	said := strings.NewReplacer("```", "", "\n", " ").Replace(text)
	r.puts = append(r.puts, fmt.Sprintf("%v %s: %s", time.Since(r.start), s.State, strings.TrimSpace(said)))
	return nil
}

// grow has a message grow as write says.
func grow(t *testing.T, r *room, title string, write func(m *Message)) error {
	t.Helper()
	r.start = time.Now()
	m := New(Options{
		Title: title, LeftOut: func(int) string { return "" }, Put: r.put,
		Retry: func(ctx context.Context, err error) error {
			time.Sleep(time.Second)
			return ctx.Err()
		},
	})
	go func() {
		write(m)
		m.End(chat.Status{State: chat.Ended, Took: time.Since(r.start)})
	}()
	return m.Run(t.Context())
}

func check(t *testing.T, r *room, want ...string) {
	t.Helper()
	if !slices.Equal(r.puts, want) {
		t.Errorf("put\n%s\nwant\n%s", strings.Join(r.puts, "\n"), strings.Join(want, "\n"))
	}
}

// As much as may come in a second, four states are put; and nothing while nothing changes, but a sign of
// life.
func TestPace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := new(room)
		err := grow(t, r, "t", func(m *Message) {
			for i := range 8 {
				time.Sleep(70 * time.Millisecond)
				fmt.Fprintf(m, "\r%d", i)
			}
			time.Sleep(25 * time.Second)
			fmt.Fprint(m, "\a\x1b[31m\r") // which changes nothing
			time.Sleep(time.Second)
			fmt.Fprint(m, "x")
			time.Sleep(time.Second)
		})
		if err != nil {
			t.Error(err)
		}
		check(t, r,
			"0s running: t", "250ms running: t  2", "500ms running: t  6", "750ms running: t  7",
			"10.75s running: t  7", "20.75s running: t  7", "26.56s running: t  x", "27.56s ended: t  x")
	})
}

func TestNothingWritten(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := new(room)
		if err := grow(t, r, "", func(*Message) { time.Sleep(30 * time.Second) }); err != nil {
			t.Error(err)
		}
		check(t, r)
	})
}

// A room that is away gets what there is when it is back, and the end.
func TestAway(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := new(room)
		r.away.Store(true)
		err := grow(t, r, "t", func(m *Message) {
			fmt.Fprintln(m, "one")
			time.Sleep(5500 * time.Millisecond)
			fmt.Fprintln(m, "two")
			r.away.Store(false)
			time.Sleep(10 * time.Millisecond)
			fmt.Fprintln(m, "three")
		})
		if err != nil {
			t.Error(err)
		}
		check(t, r, "6s ended: t  one two three")
	})
}

// A slow room is not asked for more than it takes, and what is written does not wait for it.
func TestSlow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := &room{took: 3 * time.Second}
		err := grow(t, r, "t", func(m *Message) {
			for i := range 100 {
				fmt.Fprintf(m, "\r%d", i)
				time.Sleep(40 * time.Millisecond)
			}
		})
		if err != nil {
			t.Error(err)
		}
		check(t, r, "3s running: t", "6.25s running: t  81", "9.5s ended: t  99")
	})
}

// Whoever gives up ends it.
func TestGivenUp(t *testing.T) {
	given := errors.New("given up")
	m := New(Options{
		Title: "t", Put: func(context.Context, string, chat.Status) error { return errors.New("no") },
		Retry: func(context.Context, error) error { return given },
	})
	if err := m.Run(t.Context()); err != given {
		t.Errorf("%v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	m.Put = func(context.Context, string, chat.Status) error { return nil }
	if err := m.Run(ctx); err != context.Canceled {
		t.Errorf("%v", err)
	}
}
