package main

import (
	"encoding/json"
	"maps"
	"slices"
	"testing"

	"plainchat/bench"
)

func TestFlatten(t *testing.T) {
	got, err := flatten([]byte(`{"address": "x", "rate": 20, "deliveries": {"latency_seconds": {"p99": 0.5}, "settled": true},
		"faults": [{"lost": 1}], "none": null}`))
	want := Figures{"deliveries.latency_seconds.p99": 0.5}
	if err != nil || !maps.Equal(got, want) {
		t.Errorf("got %v, %v, want %v", got, err, want)
	}
	if _, err := flatten([]byte("no JSON")); err == nil {
		t.Error("no error about what is no JSON")
	}
}

func TestErrors(t *testing.T) {
	f, err := flatten([]byte(`{"rate": 1, "errors": {"read: i/o timeout": 40, "dial: refused": 1}}`))
	if err != nil {
		t.Fatal(err)
	}
	if got, want := f.errors(), "dial: refused (1 times); read: i/o timeout (40 times)"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if got := (Figures{"rate": 1}).errors(); got != "" {
		t.Errorf("got %q", got)
	}
}

func TestComplaint(t *testing.T) {
	if got := complaint("Usage:\n\nplainchat: 3 were lost\n"); got != "3 were lost" {
		t.Errorf("got %q", got)
	}
}

// TestFiguresAreReported: whatever the page shows of a run of the generator is in
// the generator's report.
func TestFiguresAreReported(t *testing.T) {
	data, err := json.Marshal(&bench.Report{
		Sending: new(bench.Sending), Deliveries: new(bench.Deliveries), OneToAll: new(bench.OneToAll),
		Memory: &bench.Memory{GoroutinesBefore: 1, GoroutinesAfter: 1}, CPU: &bench.CPU{Server: 1, PerDelivery: 1},
		Resume: new(bench.Resume), Churn: new(bench.Churn),
	})
	if err != nil {
		t.Fatal(err)
	}
	figures, err := flatten(data)
	if err != nil {
		t.Fatal(err)
	}
	wanted := []string{figServerCPU, figAcked, figReceived, figGoroutines, figGoroutines0}
	for _, w := range workloads() {
		for _, c := range w.columns {
			wanted = append(wanted, c.figure)
		}
	}
	ours := []string{figGained, figNetCPU, figStart, figResume50, figResume99, figPage50, figPage99, figMemory, figDisk}
	for _, name := range wanted {
		if _, ok := figures[name]; !ok && !slices.Contains(ours, name) {
			t.Errorf("there is no %s", name)
		}
	}
}

// TestWorkloads: every subject is compared with one of the same workload, and runs
// on a server that there is.
func TestWorkloads(t *testing.T) {
	for _, w := range workloads() {
		entries := w.entries(scale{descriptors: 20_000})
		for _, e := range entries {
			if e.server != "" && findServer(e.server) == nil || e.label() == "" || (e.measure == nil) == (e.args == nil) {
				t.Errorf("%s: entry %+v", w.id, e)
			}
			if e.base != "" && !slices.ContainsFunc(entries, func(b entry) bool { return b.name == e.base }) {
				t.Errorf("%s: %s is compared with %s, which is not there", w.id, e.name, e.base)
			}
		}
	}
	for _, a := range aims() {
		if findWorkload(a.workload) == nil {
			t.Errorf("an aim of workload %s", a.workload)
		}
	}
}

func TestWithoutPosts(t *testing.T) {
	streams := Figures{figServerCPU: 3, figAcked: 200, figReceived: 2_000}
	r := &Run{Samples: []Sample{
		{Subject: rooms, Round: 1, Figures: streams},
		{Subject: roomsPost, Round: 2, Figures: Figures{figServerCPU: 9, figAcked: 1}},
		{Subject: roomsPost, Round: 1, Figures: Figures{figServerCPU: 1, figAcked: 100}},
	}}
	withoutPosts(r, rooms, roomsPost)
	if got := streams[figNetCPU]; got != 0.0005 {
		t.Errorf("got %v", got)
	}
}

func TestGoroutinesGained(t *testing.T) {
	known, unknown := Figures{figStreams: 100, figGoroutines0: 20, figGoroutines: 220}, Figures{figStreams: 100}
	goroutinesGained(&Run{Samples: []Sample{{Figures: known}, {Figures: unknown}, {}}})
	if _, ok := unknown[figGained]; ok || known[figGained] != 2 {
		t.Errorf("got %v and %v", known, unknown)
	}
}
