package cluster

import (
	"encoding/json"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"plainchat/cluster/natstest"
)

var (
	metricName = regexp.MustCompile(`\b(?:plainchat|process|go)_[a-z0-9_]+`)
	exported   = regexp.MustCompile(`(?m)^# TYPE (\S+) (\S+)`)
)

// The dashboard and the alert rules ask for metrics that a node has.
func TestMonitoringAsksForMetrics(t *testing.T) {
	t.Parallel()
	c := &cluster{t: t, servers: natstest.Start(t, 3)}
	c.join("").AwaitReady() // makes the stream, which the next one sees on the servers
	n := c.join("", "--nats-monitor", c.servers.Servers[0].MonitorURL())
	n.AwaitReady()
	has := metricsOf(t, n.URL)
	for _, file := range []string{"grafana.json", "rules.yml"} {
		names := metricName.FindAllString(read(t, "docs/monitoring/"+file), -1)
		if len(names) < 10 {
			t.Errorf("%s asks for %q alone", file, names)
		}
		for _, name := range names {
			if !has[name] {
				t.Errorf("%s asks for %s, which a node does not have", file, name)
			}
		}
	}
}

// metricsOf returns the names of what a node exports.
func metricsOf(t *testing.T, url string) map[string]bool {
	t.Helper()
	res, err := http.Get(url + "/metrics")
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	has := make(map[string]bool)
	for _, found := range exported.FindAllStringSubmatch(string(text), -1) {
		has[found[1]] = true
		if found[2] == "histogram" {
			has[found[1]+"_bucket"], has[found[1]+"_sum"], has[found[1]+"_count"] = true, true, true
		}
	}
	return has
}

// The panels of the dashboard have numbers of their own, and none covers another.
func TestDashboard(t *testing.T) {
	var dashboard struct {
		Panels []struct {
			ID    int
			Title string
			Place struct{ X, Y, W, H int } `json:"gridPos"`
		}
	}
	if err := json.Unmarshal([]byte(read(t, "docs/monitoring/grafana.json")), &dashboard); err != nil {
		t.Fatal(err)
	}
	for i, a := range dashboard.Panels {
		if a.Title == "" || a.Place.X+a.Place.W > 24 {
			t.Errorf("panel %d: %+v", i, a)
		}
		for _, b := range dashboard.Panels[:i] {
			beside := a.Place.X >= b.Place.X+b.Place.W || b.Place.X >= a.Place.X+a.Place.W
			if a.ID == b.ID || !beside && a.Place.Y < b.Place.Y+b.Place.H && b.Place.Y < a.Place.Y+a.Place.H {
				t.Errorf("the panels %q and %q are the same or in the same place", a.Title, b.Title)
			}
		}
	}
}

// Prometheus reads the rules, and each of them fires when it should and then alone.
func TestAlertRules(t *testing.T) {
	program, err := exec.LookPath("promtool")
	if err != nil {
		if program, err = filepath.Abs(filepath.Join(root, "bin", "promtool")); err != nil {
			t.Fatal(err)
		}
		if _, err := os.Stat(program); err != nil {
			t.Skip("left out: there is no promtool; make tools fetches it on Debian")
		}
	}
	for _, args := range [][]string{{"check", "config", "prometheus.yml"}, {"test", "rules", "rules.test.yml"}} {
		cmd := exec.CommandContext(bounded(t), program, args...)
		cmd.Dir = filepath.Join(root, "docs", "monitoring")
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Errorf("promtool %v: %v\n%s", args, err, out)
		}
	}
	tested := read(t, "docs/monitoring/rules.test.yml")
	for _, alert := range regexp.MustCompile(`alert: (\S+)`).FindAllStringSubmatch(read(t, "docs/monitoring/rules.yml"), -1) {
		if !strings.Contains(tested, "alertname: "+alert[1]+"\n        exp_alerts:") {
			t.Errorf("nothing tests that %s fires", alert[1])
		}
	}
}
