package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"io"
	"os"
	"strings"
	"sync"
	"testing"

	"plainchat/bench"
)

// benchAddress starts the program as a server for one test and returns where it is.
func benchAddress(t *testing.T) string {
	ctx, stop := context.WithCancel(context.Background())
	out, in := io.Pipe()
	var serving sync.WaitGroup
	serving.Go(func() {
		args := []string{"serve", "--listen=127.0.0.1:0", "--data=" + t.TempDir(), "--rate-limit=0", "--log-level=error"}
		if err := run(ctx, args, os.Getenv, nil, in, io.Discard); err != nil {
			t.Error(err)
		}
		in.Close()
	})
	t.Cleanup(func() {
		stop()
		serving.Wait()
	})
	lines := bufio.NewReader(out)
	first, err := lines.ReadString('\n')
	address, ok := strings.CutPrefix(strings.TrimSpace(first), "plainchat is at ")
	if err != nil || !ok {
		t.Fatalf("the server said %q, %v", first, err)
	}
	serving.Go(func() { io.Copy(io.Discard, lines) })
	return address
}

// TestBench: the generator finds nothing wrong with the real server.
func TestBench(t *testing.T) {
	address := benchAddress(t)
	var out bytes.Buffer
	args := []string{"bench", address, "-s", "20", "-p", "4", "--rooms=3", "--messages=300", "--size=200", "--json"}
	if err := run(t.Context(), args, os.Getenv, nil, &out, io.Discard); err != nil {
		t.Fatal(err)
	}
	var report bench.Report
	if err := json.Unmarshal(out.Bytes(), &report); err != nil {
		t.Fatalf("%v in %s", err, &out)
	}
	if report.Sending.Acknowledged != 300 || report.Deliveries.Received != 2000 || len(report.Faults) > 0 {
		t.Errorf("300 messages to 20 streams in 3 rooms: %s", &out)
	}
}

// TestBenchKinds: neither does it when rooms get unequal shares, streams are cut and resume, or
// listeners come and go.
func TestBenchKinds(t *testing.T) {
	address := benchAddress(t)
	for _, flags := range [][]string{
		{"--zipf=1.1", "--rooms=100", "--messages=300"},
		{"--resume=300", "--rooms=2", "--rate=1000"},
		{"--churn=10", "--messages=300", "--rate=1000"},
	} {
		var out bytes.Buffer
		args := append([]string{"bench", address, "-s", "20", "--json"}, flags...)
		if err := run(t.Context(), args, os.Getenv, nil, &out, io.Discard); err != nil {
			t.Errorf("%v: %v", flags, err)
		}
		var report bench.Report
		if err := json.Unmarshal(out.Bytes(), &report); err != nil {
			t.Fatalf("%v in %s", err, &out)
		}
		if report.Sending.Acknowledged < 300 || report.Deliveries.Received != report.Deliveries.Expected || len(report.Faults) > 0 {
			t.Errorf("%v: %s", flags, &out)
		}
		if c := report.Resume; c != nil && (c.Streams != 20 || c.CaughtUp != 20) {
			t.Errorf("%v: %+v", flags, *c)
		}
		if c := report.Churn; c != nil && (c.Opened == 0 || c.Closed != c.Opened) {
			t.Errorf("%v: %+v", flags, *c)
		}
	}
}

func TestBenchRefusesFlags(t *testing.T) {
	for flag, want := range map[string]string{
		"--size=3":        "the size of a message must be between 45 and 8000; it is 3",
		"--rooms=0":       "the number of rooms must be between 1 and 9999; it is 0",
		"--duration=100h": "the duration must be between 0 and 1h0m0s; it is 100h0m0s",
		"--zipf=0.9":      "the exponent of Zipf's law must be above 1 and no more than 10, or 0; it is 0.9",
		"--publishers=0":  "there must be a publisher; to only hold streams open, ask for idle ones",
	} {
		err := run(t.Context(), []string{"bench", flag}, os.Getenv, nil, io.Discard, io.Discard)
		if err == nil || err.Error() != want {
			t.Errorf("%s: got %v, want %s", flag, err, want)
		}
	}
}
