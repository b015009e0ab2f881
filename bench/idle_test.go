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
	want := Memory{Streams: 200, Before: 10e6, After: 10e6 + 200*4096, PerStream: 4096, Settled: true}
	if *report.Memory != want || report.Sending != nil || report.Err() != nil {
		t.Errorf("got %+v, want %+v", *report.Memory, want)
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
