package bench

import (
	"bytes"
	"cmp"
	"context"
	"crypto/x509"
	"errors"
	"maps"
	"net"
	"slices"
	"strings"
	"testing"
	"time"
)

// options are those of a small run against the server.
func (f *faultyServer) options() Options {
	return Options{Address: f.URL, Subscribers: 6, Publishers: 3, Rooms: 3, Size: 60, Messages: 300}
}

// mustRun runs with a quiet limit that no test lives to see: it may not be needed to end.
func mustRun(t *testing.T, o Options) *Report {
	t.Helper()
	r := newRun(o)
	r.quiet = time.Hour
	report, err := r.do(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return report
}

// check compares the sums of a report.
func (r *Report) check(t *testing.T, acknowledged int, want Deliveries) {
	t.Helper()
	got := *r.Deliveries
	got.Seconds, got.PerSecond, got.Latency = 0, 0, Percentiles{}
	if r.Sending.Acknowledged != acknowledged || got != want {
		t.Errorf("acknowledged %d, %+v\nwant         %d, %+v", r.Sending.Acknowledged, got, acknowledged, want)
	}
}

func TestFaultlessServer(t *testing.T) {
	for name, raw := range map[string]bool{"chunked": false, "until close": true} {
		t.Run(name, func(t *testing.T) {
			f := newFaultyServer(t)
			f.raw = raw
			report := mustRun(t, f.start().options())
			report.check(t, 300, Deliveries{Expected: 600, Received: 600})
			if err := report.Err(); err != nil || len(report.Faults)+len(report.Errors) > 0 {
				t.Errorf("%v, faults %v, errors %v", err, report.Faults, report.Errors)
			}
			for _, p := range []Percentiles{report.Sending.Latency, report.Deliveries.Latency} {
				if p.P50 <= 0 || p.P50 > p.P90 || p.P90 > p.P99 || p.P99 > p.P999 || p.P999 > p.Max*1.01 {
					t.Errorf("latencies do not ascend: %+v", p)
				}
			}
			if got, want := report.CPU.Server, 3.03; got < want-1e-9 || got > want+1e-9 { // 300 messages, 3 fences
				t.Errorf("the server's processor time is %v, want %v", got, want)
			}
		})
	}
}

// TestFaultsAreCountedExactly: each stream has its own faults, and the report tells them to the
// message, through chunks as through a bare socket.
func TestFaultsAreCountedExactly(t *testing.T) {
	plan := func(room string, k, n int) fate {
		switch {
		case n >= 100: // the fence
		case room == "bench-0001" && k == 0 && n%10 == 3:
			return lose
		case room == "bench-0001" && k == 1 && n%20 == 0:
			return double
		case room == "bench-0002" && k == 1 && n%25 == 7:
			return swap
		case room == "bench-0003" && k == 0 && n == 50:
			return misroute // to a stream of the first room
		case room == "bench-0003" && k == 1 && (n == 0 || n == 99):
			return lose
		case room == "bench-0003" && k == 1 && n == 98:
			return double
		case room == "bench-0003" && k == 1 && n == 10:
			return swap
		}
		return deliver
	}
	for name, raw := range map[string]bool{"chunked": false, "until close": true} {
		t.Run(name, func(t *testing.T) {
			f := newFaultyServer(t)
			f.raw, f.delivery = raw, plan
			report := mustRun(t, f.start().options())
			report.check(t, 300, Deliveries{
				Expected: 600, Received: 588, Lost: 12, Duplicated: 6, OutOfOrder: 5, Misrouted: 1,
			})
			checkFaults(t, report.Faults)
			if err := report.Err(); err == nil || !strings.Contains(err.Error(), "12 were lost, 6 doubled, 5 out of order and 1 misrouted") {
				t.Errorf("the error is %v", err)
			}
		})
	}
}

// checkFaults compares the faults of the plan above. Which of a room's two streams
// is the server's first is not known to the generator.
func checkFaults(t *testing.T, got []StreamFault) {
	t.Helper()
	want := []StreamFault{
		{Room: "bench-0001", Duplicated: 5},
		{Room: "bench-0001", Lost: 10, Misrouted: 1},
		{Room: "bench-0002", OutOfOrder: 4},
		{Room: "bench-0003", Lost: 2, Duplicated: 1, OutOfOrder: 1},
	}
	for i := range got {
		if got[i].Room != roomName(got[i].Stream%3) {
			t.Errorf("stream %d is said to be of room %s", got[i].Stream, got[i].Room)
		}
		got[i].Stream = 0
	}
	slices.SortFunc(got, func(a, b StreamFault) int {
		return cmp.Or(strings.Compare(a.Room, b.Room), cmp.Compare(a.Lost, b.Lost))
	})
	if !slices.Equal(got, want) {
		t.Errorf("faults are\n%+v, want\n%+v", got, want)
	}
}

// TestUnacknowledgedIsNotLost: what was refused is not expected, and what was delivered
// without an acknowledgement is no fault.
func TestUnacknowledgedIsNotLost(t *testing.T) {
	f := newFaultyServer(t)
	f.post = func(n int) outcome {
		switch {
		case n >= 300:
		case n%10 == 1:
			return refuse
		case n%20 == 2:
			return acceptFail
		case n%100 == 3:
			return acceptMute
		}
		return accept
	}
	report := mustRun(t, f.start().options())
	report.check(t, 252, Deliveries{Expected: 504, Received: 540})
	want := map[int]int{201: 252, 429: 30, 500: 15}
	if s := report.Sending; !maps.Equal(s.Statuses, want) || s.Unanswered != 3 {
		t.Errorf("statuses %v, unanswered %d, want %v and 3", s.Statuses, s.Unanswered, want)
	}
	if err := report.Err(); err != nil || len(report.Faults) > 0 {
		t.Errorf("%v, faults %+v", err, report.Faults)
	}
	var text bytes.Buffer
	report.WriteText(&text)
	for _, line := range []string{"Refused with status 429: 30 (", "Refused with status 500: 15\n", "without getting an answer: 3\n"} {
		if !strings.Contains(text.String(), line) {
			t.Errorf("the text lacks %q:\n%s", line, &text)
		}
	}
}

func TestEverythingRefused(t *testing.T) {
	f := newFaultyServer(t)
	f.post = func(n int) outcome {
		if n < 300 {
			return refuse
		}
		return accept
	}
	report := mustRun(t, f.start().options())
	report.check(t, 0, Deliveries{})
	if report.Err() == nil {
		t.Error("no error though nothing was acknowledged")
	}
}

// TestStreamEnds: what a stream misses because the server ended it is lost there, and there only.
func TestStreamEnds(t *testing.T) {
	for name, raw := range map[string]bool{"chunked": false, "until close": true} {
		t.Run(name, func(t *testing.T) {
			f := newFaultyServer(t)
			f.raw = raw
			f.delivery = func(room string, k, n int) fate {
				if room == "bench-0002" && k == 0 && n == 40 {
					return hangUp
				}
				return deliver
			}
			report := mustRun(t, f.start().options())
			report.check(t, 300, Deliveries{Expected: 600, Received: 540, Lost: 60})
			if len(report.Faults) != 1 || report.Faults[0].Ended == "" || report.Faults[0].Lost != 60 {
				t.Errorf("faults are %+v", report.Faults)
			}
		})
	}
}

// TestServerClosesAfterEachAnswer: a connection that was announced to be closed is not used again.
func TestServerClosesAfterEachAnswer(t *testing.T) {
	f := newFaultyServer(t)
	f.Config.SetKeepAlivesEnabled(false)
	report := mustRun(t, f.start().options())
	report.check(t, 300, Deliveries{Expected: 600, Received: 600})
	if report.Sending.Unanswered > 0 || len(report.Errors) > 0 {
		t.Errorf("unanswered %d, errors %v", report.Sending.Unanswered, report.Errors)
	}
}

// TestTooManyStreams: when one stream cannot be opened, those that were are closed.
func TestTooManyStreams(t *testing.T) {
	f := newFaultyServer(t)
	f.capacity = 4
	if _, err := Run(t.Context(), f.start().options()); err == nil || !strings.Contains(err.Error(), "status 503") {
		t.Errorf("got %v", err)
	}
}

// TestFenceLost: a stream that never gets its fence is given up.
func TestFenceLost(t *testing.T) {
	f := newFaultyServer(t)
	f.delivery = func(room string, k, n int) fate {
		if room == "bench-0001" && n >= 99 {
			return lose
		}
		return deliver
	}
	r := newRun(f.start().options())
	r.quiet = 500 * time.Millisecond
	report, err := r.do(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	report.check(t, 300, Deliveries{Expected: 600, Received: 598, Lost: 2})
}

func TestNobodyListens(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	l.Close()
	o := Options{Address: l.Addr().String(), Rooms: 1, Size: MinSize, Publishers: 2}
	report := mustRun(t, o)
	if report.Err() == nil || len(report.Errors) != 1 {
		t.Errorf("%v, errors %v", report.Err(), report.Errors)
	}
	o.Subscribers = 2
	if _, err := Run(t.Context(), o); err == nil {
		t.Error("no error though no stream could be opened")
	}
}

func TestCancel(t *testing.T) {
	why := errors.New("enough")
	ctx, cancel := context.WithCancelCause(t.Context())
	f := newFaultyServer(t)
	f.post = func(n int) outcome {
		if n == 50 {
			cancel(why)
		}
		return accept
	}
	o := f.start().options()
	o.Messages, o.Duration = 0, time.Hour
	if report, err := Run(ctx, o); err != why || report != nil {
		t.Errorf("got %v, %v", report, err)
	}
}

func TestHTTPS(t *testing.T) {
	f := newFaultyServer(t)
	f.StartTLS()
	r := newRun(f.options())
	roots := x509.NewCertPool()
	roots.AddCert(f.Certificate())
	r.target.tls.RootCAs = roots
	report, err := r.do(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	report.check(t, 300, Deliveries{Expected: 600, Received: 600})
	if report.Err() != nil || len(report.Faults) > 0 || report.CPU.Server == 0 {
		t.Errorf("%v, faults %+v, %+v", report.Err(), report.Faults, report.CPU)
	}
}

// TestDuration: sending stops by itself when its time is up.
func TestDuration(t *testing.T) {
	f := newFaultyServer(t)
	o := f.start().options()
	o.Messages, o.Duration, o.Rate = 0, 300*time.Millisecond, 100
	report := mustRun(t, o)
	report.check(t, 30, Deliveries{Expected: 60, Received: 60})
}
