package bench

import (
	"cmp"
	"slices"
	"strings"
	"testing"
	"time"
)

// resumeOptions let six streams in three rooms miss 100 messages each.
func (f *faultyServer) resumeOptions() Options {
	o := f.options()
	o.Resume, o.Rate = 300, 1000
	return o
}

func TestResume(t *testing.T) {
	for name, raw := range map[string]bool{"chunked": false, "until close": true} {
		t.Run(name, func(t *testing.T) {
			f := newFaultyServer(t)
			f.raw = raw
			report := mustRun(t, f.start().resumeOptions())
			d, acked := report.Deliveries, report.Sending.Acknowledged
			if err := report.Err(); err != nil || len(report.Faults)+len(report.Errors) > 0 ||
				acked < 6+300 || d.Expected != 2*acked || d.Received != d.Expected {
				t.Errorf("%v, faults %v, errors %v, %d acknowledged, %+v", err, report.Faults, report.Errors, acked, *d)
			}
			c := report.Resume
			if c.Streams != 6 || c.Behind != 300 || c.CaughtUp != 6 ||
				c.FirstByte.P50 <= 0 || c.FirstByte.Max > c.Done.Max || c.Seconds <= 0 || c.Seconds > c.Done.Max*1.01 {
				t.Errorf("%+v", *c)
			}
		})
	}
}

// TestResumeFaultsAreCountedExactly: the counts go on over the cut.
func TestResumeFaultsAreCountedExactly(t *testing.T) {
	f := newFaultyServer(t)
	f.replay = func(room string, k int, said []string, from int) []string {
		due := said[from:]
		switch {
		case room == "bench-0001" && k == 0: // loses one
			return slices.Concat(due[:3], due[4:])
		case room == "bench-0001" && k == 1: // begins one too early
			return said[from-1:]
		case room == "bench-0002" && k == 1: // swaps two
			return slices.Concat([]string{due[1], due[0]}, due[2:])
		case room == "bench-0003" && k == 0: // loses all that was sent meanwhile
			return due[100:]
		}
		return due
	}
	report := mustRun(t, f.start().resumeOptions())
	want := []StreamFault{
		{Room: "bench-0001", Duplicated: 1},
		{Room: "bench-0001", Lost: 1},
		{Room: "bench-0002", OutOfOrder: 1},
		{Room: "bench-0003", Lost: 100},
	}
	got := report.Faults
	for i := range got {
		got[i].Stream = 0
	}
	slices.SortFunc(got, func(a, b StreamFault) int {
		return cmp.Or(strings.Compare(a.Room, b.Room), cmp.Compare(a.Lost, b.Lost))
	})
	if !slices.Equal(got, want) {
		t.Errorf("faults are\n%+v, want\n%+v", got, want)
	}
	if d := report.Deliveries; d.Lost != 101 || d.Duplicated != 1 || d.OutOfOrder != 1 || d.Received != d.Expected-101 {
		t.Errorf("%+v", *d)
	}
	if c := report.Resume; c.Streams != 6 || c.CaughtUp != 4 {
		t.Errorf("%+v", *c)
	}
}

// TestCaughtUpWithAcknowledged: that a message arrives whose sender never got its
// acknowledgement does not make up for one that is lost.
func TestCaughtUpWithAcknowledged(t *testing.T) {
	f := newFaultyServer(t)
	f.post = func(n int) outcome {
		if n == 20 {
			return acceptFail
		}
		return accept
	}
	f.replay = func(_ string, k int, said []string, from int) []string {
		due := said[from:]
		if k == 0 {
			due = slices.Delete(slices.Clone(due), 200, 201)
		}
		return due
	}
	o := f.start().resumeOptions()
	o.Rooms = 1
	report := mustRun(t, o)
	if c := report.Resume; c.Streams != 6 || c.CaughtUp != 5 || report.Deliveries.Lost != 1 {
		t.Errorf("%+v, %+v", *c, *report.Deliveries)
	}
}

// TestResumedStreamEnds: it is not waited for, and its end is in the report.
func TestResumedStreamEnds(t *testing.T) {
	f := newFaultyServer(t)
	f.replay = func(room string, k int, said []string, from int) []string {
		if room == "bench-0001" && k == 0 {
			return nil
		}
		return said[from:]
	}
	f.delivery = func(room string, k, n int) fate {
		if room == "bench-0001" && k == 2 { // the streams before the cut are 0 and 1
			return hangUp
		}
		return deliver
	}
	report := mustRun(t, f.start().resumeOptions())
	if c := report.Resume; c.Streams != 6 || c.CaughtUp != 5 {
		t.Errorf("%+v", *c)
	}
	if len(report.Faults) != 1 || report.Faults[0].Ended == "" || report.Faults[0].Lost != report.Deliveries.Lost {
		t.Errorf("faults are %+v", report.Faults)
	}
}

func TestStreamEndsBeforeTheCut(t *testing.T) {
	f := newFaultyServer(t)
	f.delivery = func(room string, k, n int) fate {
		if room == "bench-0002" && k == 1 {
			return hangUp
		}
		return deliver
	}
	r := newRun(f.start().resumeOptions())
	r.quiet = 100 * time.Millisecond
	if _, err := r.do(t.Context()); err == nil || !strings.Contains(err.Error(), "ended before it was cut") {
		t.Errorf("got %v", err)
	}
}

// TestNoWayBack: when a stream cannot be opened again, the run ends.
func TestNoWayBack(t *testing.T) {
	f := newFaultyServer(t)
	f.capacity = 11
	if _, err := Run(t.Context(), f.start().resumeOptions()); err == nil || !strings.Contains(err.Error(), "status 503") {
		t.Errorf("got %v", err)
	}
}
