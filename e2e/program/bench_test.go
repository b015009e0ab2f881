package program

import (
	"encoding/json"
	"testing"

	"plainchat/bench"
)

// bench puts the server under load, and returns what was measured.
func (s *server) bench(args ...string) (report bench.Report) {
	s.t.Helper()
	p := launch(s.t, program(s.t, nil, append([]string{"bench", s.listen, "-s", "20", "--json"}, args...)...))
	if code := p.wait(); code != 0 || len(p.stderr.String()) > 0 {
		s.t.Errorf("%q: exit code %d, %s", args, code, p.stderr)
	}
	if err := json.Unmarshal([]byte(p.stdout.String()), &report); err != nil {
		s.t.Fatalf("%v in %s", err, p.stdout)
	}
	return report
}

// TestBench: the generator finds nothing wrong with the real server.
func TestBench(t *testing.T) {
	t.Parallel()
	report := newServer(t).bench("-p", "4", "--rooms=3", "--messages=300", "--size=200")
	if report.Sending.Acknowledged != 300 || report.Deliveries.Received != 2000 || len(report.Faults) > 0 {
		t.Errorf("300 messages to 20 streams in 3 rooms: %+v", report)
	}
}

// TestBenchKinds: neither does it when rooms get unequal shares, streams are cut and resume, or
// listeners come and go.
func TestBenchKinds(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	for _, flags := range [][]string{
		{"--zipf=1.1", "--rooms=100", "--messages=300"},
		{"--resume=300", "--rooms=2", "--rate=1000"},
		{"--churn=10", "--messages=300", "--rate=1000"},
	} {
		report := s.bench(flags...)
		if report.Sending.Acknowledged < 300 || report.Deliveries.Received != report.Deliveries.Expected || len(report.Faults) > 0 {
			t.Errorf("%v: %+v", flags, report)
		}
		if c := report.Resume; c != nil && (c.Streams != 20 || c.CaughtUp != 20) {
			t.Errorf("%v: %+v", flags, *c)
		}
		if c := report.Churn; c != nil && (c.Opened == 0 || c.Closed != c.Opened) {
			t.Errorf("%v: %+v", flags, *c)
		}
	}
}
