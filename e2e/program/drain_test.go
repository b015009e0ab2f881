package program

import (
	"context"
	"errors"
	"io"
	"regexp"
	"slices"
	"testing"
	"time"

	"plainchat/chat"
)

// drained is how long a shutdown may take.
const drained = 10 * time.Second

// returnTime is how a stream begins: with when to come back once it has ended.
var returnTime = regexp.MustCompile(`^retry: [1-3][0-9]{3}\n`)

// TestTerminate: SIGTERM in the midst of sending, five times. Each message is
// acknowledged and stays, or is refused and was not stored; streams know when to come
// back, and miss nothing.
func TestTerminate(t *testing.T) {
	t.Parallel()
	ctx := bounded(t)
	s := newServer(t, "--log-level=warn")
	c := newCrowd(ctx, s, 32, 10)
	for range 5 {
		silent := []*stream{s.open("room=silent"), s.open("room=silent&room=quiet"), s.open("room=silent&user_name=Mina")}
		c.awaitAcks(ctx, 200)
		s.checkTerminates(ctx)
		for _, st := range silent {
			st.checkGoodbye(t)
		}
		s.start()
	}
	c.awaitAcks(ctx, 200)
	a := c.disperse(ctx)
	for _, fault := range a.faults() {
		t.Error(fault)
	}
	for _, sender := range c.senders {
		sender.checkNothingInBetween(t, a.log)
	}
	t.Logf("%d messages sent, %d acknowledged", len(a.sent), len(a.acked))
}

func (s *server) checkTerminates(ctx context.Context) {
	s.t.Helper()
	run := s.process
	ctx, cancel := context.WithTimeout(ctx, drained)
	defer cancel()
	context.AfterFunc(ctx, func() { _ = run.cmd.Process.Kill() }) // makes the exit code -1
	if code := s.terminate(); code != 0 {
		s.t.Fatalf("exit code %d after SIGTERM", code)
	}
}

// checkGoodbye reads a stream to its end, which is not to look like a proper one.
func (st *stream) checkGoodbye(t *testing.T) {
	t.Helper()
	for {
		_, err := st.Next()
		if err == nil {
			continue
		}
		if errors.Is(err, io.EOF) || !returnTime.MatchString(st.raw.String()) {
			t.Errorf("the stream ended with %v after %q", err, st.raw)
		}
		return
	}
}

// checkNothingInBetween looks for messages that were stored without their sender
// being told.
func (s *sender) checkNothingInBetween(t *testing.T, log []chat.Event) {
	t.Helper()
	if s.duplicates > 0 {
		t.Errorf("%s was not told of %d messages that were stored", s.name, s.duplicates)
	}
	for _, m := range s.abandoned {
		if slices.ContainsFunc(log, func(ev chat.Event) bool { return ev.Text() == m.Text() }) {
			t.Errorf("%q was stored, but its sender not told", m.Text())
		}
	}
}
