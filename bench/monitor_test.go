package bench

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

// monitorOf returns a monitor of a server whose memory is at the n-th reading what resident says.
func monitorOf(t *testing.T, resident func(n int) float64) *monitor {
	n := 0
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprintf(w, "process_resident_memory_bytes %g\n", resident(n))
		n++
	}))
	t.Cleanup(server.Close)
	target, err := parseTarget(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	m := newMonitor(target, 0)
	m.interval = time.Microsecond
	t.Cleanup(m.close)
	return m
}

// TestSettle: memory falls by 1 % for twenty readings, then stays within the spread.
func TestSettle(t *testing.T) {
	m := monitorOf(t, func(n int) float64 { return 1e6 * (1 - 0.01*float64(min(n, 20))) * (1 + float64(n%2)/1000) })
	u, settled, err := m.settle(t.Context())
	if err != nil || !settled || u.resident < 0.8e6 || u.resident > 0.801e6 {
		t.Errorf("got %v, %v, %v", u.resident, settled, err)
	}
}

// TestNeverSettles: watching ends even so.
func TestNeverSettles(t *testing.T) {
	m := monitorOf(t, func(n int) float64 { return float64(1e6 * (n + 1)) })
	u, settled, err := m.settle(t.Context())
	if err != nil || settled || u.resident != settleMost*1e6 {
		t.Errorf("got %v, %v, %v", u.resident, settled, err)
	}
}

func TestParseUsage(t *testing.T) {
	u, err := parseUsage(strings.NewReader("# TYPE process_cpu_seconds_total counter\nprocess_cpu_seconds_total 1.25\n" +
		"process_resident_memory_bytes 1.5e+07\nprocess_resident_memory_bytes_more 3\nx{le=\"1 2\"} 4\n"))
	if err != nil || u != (usage{resident: 1.5e7, cpu: 1.25}) {
		t.Errorf("got %+v, %v", u, err)
	}
	if _, err := parseUsage(strings.NewReader("up 1\n")); err != errNoProcessMetrics {
		t.Errorf("got %v", err)
	}
}
