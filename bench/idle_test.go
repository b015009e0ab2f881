package bench

import (
	"errors"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"
)

func TestIdleStreams(t *testing.T) {
	f := newFaultyServer(t)
	o := f.start().options()
	o.Idle = 200
	r := newRun(o)
	r.monitor.interval = time.Millisecond
	report, err := r.do(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	want := Memory{
		Streams: 200, Before: 10e6, After: 10e6 + 200*4096, PerStream: 4096, Settled: true,
		GoroutinesBefore: 7, GoroutinesAfter: 207,
	}
	if *report.Memory != want || report.Sending != nil || report.Err() != nil {
		t.Errorf("got %+v, want %+v; %v", *report.Memory, want, report.Err())
	}
	if all := report.OneToAll; all.Streams != 67 || all.Received != 67 || all.First <= 0 || all.First > all.Last {
		t.Errorf("one of three rooms with 200 streams: %+v", *all)
	}
}

// TestOneToAllFaults: of the message to all it is known which stream lacks it, and which has it twice.
func TestOneToAllFaults(t *testing.T) {
	f := newFaultyServer(t)
	f.delivery = func(_ string, k, n int) fate {
		switch {
		case n == 0 && k < 3:
			return lose
		case n == 0 && k < 5:
			return double
		}
		return deliver
	}
	o := f.start().options()
	o.Idle, o.Rooms = 50, 1
	r := newRun(o)
	r.monitor.interval, r.quiet = time.Millisecond, 500*time.Millisecond
	report, err := r.do(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	lost, doubled := 0, 0
	for _, fault := range report.Faults {
		lost, doubled = lost+fault.Lost, doubled+fault.Duplicated
	}
	if all := report.OneToAll; all.Streams != 50 || all.Received != 47 || lost != 3 || doubled != 2 || len(report.Faults) != 5 {
		t.Errorf("%+v, faults %+v", *all, report.Faults)
	}
	if err := report.Err(); err == nil || err.Error() != "the message to all reached 47 of 50 streams" {
		t.Errorf("the error is %v", err)
	}
	report.OneToAll.Received = 50
	if err := report.Err(); err == nil || err.Error() != "the message to all was doubled or misrouted on 5 of 50 streams" {
		t.Errorf("the error is %v", err)
	}
}

func TestIdleNeedsMetrics(t *testing.T) {
	server := httptestNotFound(t)
	_, err := Run(t.Context(), Options{Address: server, Rooms: 1, Size: MinSize, Idle: 3})
	if !errors.Is(err, errNoProcessMetrics) {
		t.Errorf("got %v", err)
	}
}

func TestNoEventStream(t *testing.T) {
	server := httptestNotFound(t)
	_, err := Run(t.Context(), Options{Address: server, Rooms: 1, Size: MinSize, Subscribers: 3, Publishers: 1})
	if err == nil || !strings.Contains(err.Error(), "status 404") {
		t.Errorf("got %v", err)
	}
}

// httptestNotFound returns the address of a server that knows no path.
func httptestNotFound(t *testing.T) string {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	server := &http.Server{Handler: http.NotFoundHandler()}
	go server.Serve(l)
	t.Cleanup(func() { server.Close() })
	return "http://" + l.Addr().String()
}
