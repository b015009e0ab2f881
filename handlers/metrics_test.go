package handlers

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"plainchat/broker"
	"plainchat/store"
	"plainchat/webhooks"
)

// The operator's page has a row for each metric of plainchat's own, and no other.
func TestMetricsAreDocumented(t *testing.T) {
	s := newUnlistened(t, 0)
	m := NewMetrics()
	var n atomic.Int64
	m.Streams(new(broker.Stats))
	m.Server(s)
	m.Journal(&n, &n, func() map[string]uint64 { return map[string]uint64{"n1": 0} })
	m.NATS(func() bool { return true }, &n)
	m.Following(func() store.Following { return store.Following{Heard: time.Now()} })
	m.Publishes()(time.Second)
	m.Views("views", s.Views)
	m.Log(func() float64 { return 0 })
	m.Records(&n)
	m.Webhooks(webhooks.New(webhooks.Options{Views: s.Views, Service: s.Service, Guard: webhooks.NewGuard(nil, nil), Logger: s.Logger}))
	families, err := m.registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	var served []string
	for _, family := range families {
		if name := family.GetName(); strings.HasPrefix(name, "plainchat_") {
			served = append(served, name)
			if family.GetHelp() == "" {
				t.Errorf("%s has no help", name)
			}
		}
	}
	page, err := os.ReadFile("../docs/operations.md")
	if err != nil {
		t.Fatal(err)
	}
	var documented []string
	for _, row := range regexp.MustCompile("(?m)^\\| `(plainchat_[a-z_]+)` \\|").FindAllSubmatch(page, -1) {
		documented = append(documented, string(row[1]))
	}
	slices.Sort(served)
	slices.Sort(documented)
	if !slices.Equal(served, documented) {
		t.Errorf("served %q, documented %q", served, documented)
	}
}
