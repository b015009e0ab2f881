package logsink

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// reader is the far end of a sink: it can stall, fail, and take only the first bytes.
type reader struct {
	stall   chan struct{} // unless nil, writes wait until it is closed
	mu      sync.Mutex
	text    bytes.Buffer
	failing bool
	room    int // bytes taken of a write that fails
}

func (r *reader) Write(p []byte) (int, error) {
	if r.stall != nil {
		<-r.stall
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.failing {
		n := min(r.room, len(p))
		r.text.Write(p[:n])
		r.room -= n
		return n, errors.New("no space left on device")
	}
	return r.text.Write(p)
}

func (r *reader) fail(failing bool, room int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.failing, r.room = failing, room
}

func notice(lost int64) []byte { return fmt.Appendf(nil, "lost %d\n", lost) }

// TestStalledReader: records come through up to the bound, and what is beyond it is
// counted, then told.
func TestStalledReader(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := reader{stall: make(chan struct{})}
		s := New(&r, notice)
		fmt.Fprintln(s, "first")
		synctest.Wait() // until it is being written
		const records = 3 * maxPending / 1000
		for i := range records {
			fmt.Fprintf(s, "%998d\n", i)
		}
		dropped := s.Dropped.Load()
		if want := int64(records - maxPending/999); dropped != want {
			t.Errorf("%d records dropped, want %d", dropped, want)
		}
		close(r.stall)
		s.Close(time.Hour)
		lines := strings.Split(strings.TrimSpace(r.text.String()), "\n")
		if got := len(lines) - 2; got != records-int(dropped) {
			t.Errorf("%d records written and %d dropped, of %d", got, dropped, records)
		}
		if lines[1] != fmt.Sprint("lost ", dropped) {
			t.Errorf("the record after the stall is %q", lines[1])
		}
		for i, line := range lines[2:] {
			if strings.TrimSpace(line) != fmt.Sprint(i) {
				t.Fatalf("record %d is %q", i, line)
			}
		}
	})
}

// TestFailingReader: what failed is counted, and told once a write succeeds; a record cut
// in two does not run into the next.
func TestFailingReader(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var r reader
		s := New(&r, notice)
		say := func(text string) {
			fmt.Fprintln(s, text)
			synctest.Wait()
		}
		say("one")
		r.fail(true, 3)
		say("cut here")
		say("two")
		r.fail(false, 0)
		say("three")
		say("four")
		s.Close(time.Hour)
		if got, want := r.text.String(), "one\ncut\nthree\nlost 2\nfour\n"; got != want {
			t.Errorf("wrote %q, want %q", got, want)
		}
		if n := s.Dropped.Load(); n != 2 {
			t.Errorf("%d records dropped", n)
		}
	})
}

// TestCloseWaitsNoLonger: than it is told, for a reader that takes nothing; and what
// comes afterwards is dropped.
func TestCloseWaitsNoLonger(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		stalled, w := io.Pipe()
		s := New(w, notice)
		fmt.Fprintln(s, "nobody reads this")
		start := time.Now()
		s.Close(time.Second)
		s.Close(time.Second)
		if took := time.Since(start); took != 2*time.Second {
			t.Errorf("closing took %v", took)
		}
		fmt.Fprintln(s, "late")
		if n := s.Dropped.Load(); n != 1 {
			t.Errorf("%d records dropped", n)
		}
		stalled.Close()
	})
}

// TestConcurrentRecords: each is written once, whole.
func TestConcurrentRecords(t *testing.T) {
	var r reader
	s := New(&r, notice)
	const writers, each = 8, 500
	var all sync.WaitGroup
	for i := range writers {
		all.Go(func() {
			for j := range each {
				fmt.Fprintf(s, "record %d of %d\n", j, i)
			}
		})
	}
	all.Wait()
	s.Close(time.Minute)
	seen := make(map[string]bool)
	for line := range strings.Lines(r.text.String()) {
		seen[line] = true
	}
	if len(seen) != writers*each || s.Dropped.Load() != 0 {
		t.Errorf("%d records written, %d dropped", len(seen), s.Dropped.Load())
	}
}

// TestRecordsComeWhileOthersAreWritten: what comes in does not get into the buffer that is
// being written.
func TestRecordsComeWhileOthersAreWritten(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var r reader
		s := New(&r, notice)
		fmt.Fprintln(s, "first")
		synctest.Wait() // until it was written, and nothing more was found
		r.stall = make(chan struct{})
		fmt.Fprintln(s, "second")
		synctest.Wait() // until it is being written
		fmt.Fprintln(s, "THIRD!")
		close(r.stall)
		s.Close(time.Minute)
		if got := r.text.String(); got != "first\nsecond\nTHIRD!\n" {
			t.Errorf("the reader got %q", got)
		}
	})
}
