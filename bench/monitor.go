package bench

import (
	"bufio"
	"context"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	"plainchat/locale"
)

// How long resident memory is watched: it has settled when so many readings in a row differ
// by less than a two-hundredth, and is taken as it is after so many in all.
const (
	settleInterval = 200 * time.Millisecond
	settleSame     = 10
	settleMost     = 75
	settleSpread   = 1.0 / 200
)

var errNoProcessMetrics = locale.NewError("cli.bench.no_metrics")

// monitor reads what the server uses: from what it says about itself at /metrics, in
// Prometheus' text format, or, given its process, from the system.
type monitor struct {
	url      string
	process  int // its id; 0 if not given
	client   *http.Client
	interval time.Duration
}

// usage is what a server's process has used.
type usage struct {
	resident   float64 // bytes of memory now
	cpu        float64 // seconds of processor time since it started
	goroutines float64 // now; 0 if not known
}

func newMonitor(t *target, process int) *monitor {
	return &monitor{
		process:  process,
		url:      t.url.JoinPath("metrics").String(),
		client:   &http.Client{Transport: &http.Transport{TLSClientConfig: t.tls}, Timeout: answerTimeout},
		interval: settleInterval,
	}
}

func (m *monitor) close() { m.client.CloseIdleConnections() }

// check returns an error if a process is given that cannot be measured.
func (m *monitor) check() error {
	if m.process == 0 {
		return nil
	}
	_, err := processUsage(m.process)
	return err
}

// read reads once.
func (m *monitor) read(ctx context.Context) (usage, error) {
	if m.process == 0 {
		return m.metrics(ctx)
	}
	return processUsage(m.process)
}

func (m *monitor) metrics(ctx context.Context) (usage, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, m.url, nil)
	if err != nil {
		return usage{}, err
	}
	resp, err := m.client.Do(req)
	if err != nil {
		return usage{}, err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return usage{}, locale.NewError("cli.bench.metrics_status", "cause", errNoProcessMetrics, "status", resp.StatusCode)
	}
	return parseUsage(resp.Body)
}

func parseUsage(r io.Reader) (usage, error) {
	values := make(map[string]float64)
	lines := bufio.NewScanner(r)
	for lines.Scan() {
		name, value, _ := strings.Cut(lines.Text(), " ")
		if v, err := strconv.ParseFloat(value, 64); err == nil {
			values[name] = v
		}
	}
	if err := lines.Err(); err != nil {
		return usage{}, err
	}
	u := usage{
		resident: values["process_resident_memory_bytes"], cpu: values["process_cpu_seconds_total"],
		goroutines: values["go_goroutines"],
	}
	if u.resident == 0 {
		return usage{}, errNoProcessMetrics
	}
	return u, nil
}

// settle reads until memory has settled, and returns the last reading.
func (m *monitor) settle(ctx context.Context) (u usage, settled bool, err error) {
	var low, high float64
	for same, n := 0, 0; n < settleMost; n++ {
		if u, err = m.read(ctx); err != nil {
			return usage{}, false, err
		}
		low, high = min(low, u.resident), max(high, u.resident)
		if same++; same == 1 || high-low > high*settleSpread {
			low, high, same = u.resident, u.resident, 1
		}
		if same == settleSame {
			settled = true
			break
		}
		if !wait(ctx, m.interval) {
			return usage{}, false, context.Cause(ctx)
		}
	}
	u.goroutines = m.goroutines(ctx)
	return u, settled, nil
}

// goroutines returns how many the server has, by its /metrics; 0 if it does not tell.
func (m *monitor) goroutines(ctx context.Context) float64 {
	u, _ := m.metrics(ctx)
	return u.goroutines
}
