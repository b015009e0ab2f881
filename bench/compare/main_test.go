package main

import (
	"bytes"
	"io"
	"os"
	"strings"
	"testing"
)

func TestCommandLine(t *testing.T) {
	o, err := parse([]string{"--only", "a,c", "--peers", "nchan,hub", "--quick", "--data", "disk"}, io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	if !o.runs("a") || !o.runs("c") || o.runs("b") || len(o.Peers) != 2 || !o.Quick || o.Data != "disk" {
		t.Errorf("got %+v", o)
	}
	if o, err = parse(nil, io.Discard); err != nil || !o.runs("h") || o.Data != os.TempDir() || o.Results != "docs/performance/results.json" {
		t.Errorf("got %+v, %v", o, err)
	}
	for _, wrong := range []string{"--only=z", "--peers=icq", "--peers=plainchat", "--no-such-flag"} {
		if _, err := parse([]string{wrong}, io.Discard); err == nil {
			t.Errorf("%s is taken", wrong)
		}
	}
	var help bytes.Buffer
	if o, err := parse([]string{"--help"}, &help); o != nil || err != nil || !strings.Contains(help.String(), "--render-only") {
		t.Errorf("got %+v, %v and the help %q", o, err, &help)
	}
}

// TestResultsStay: runs of other workloads are kept, unless they are of another machine.
func TestResultsStay(t *testing.T) {
	path := t.TempDir() + "/new/results.json"
	r, err := loadResults(path)
	if err != nil {
		t.Fatal(err)
	}
	r.enter(Machine{Cores: 2}, map[string]string{"hub": "1", "nchan": "1"})
	r.Runs["a"] = &Run{Quick: true}
	if err := r.save(path); err != nil {
		t.Fatal(err)
	}
	if r, err = loadResults(path); err != nil {
		t.Fatal(err)
	}
	r.enter(Machine{Cores: 2}, map[string]string{"hub": "2"})
	if r.Runs["a"] == nil || !r.Runs["a"].Quick || r.Versions["hub"] != "2" || r.Versions["nchan"] != "1" {
		t.Errorf("got %+v", r)
	}
	if r.enter(Machine{Cores: 4}, nil); len(r.Runs) > 0 {
		t.Error("figures of two machines are mixed")
	}
}

func TestMachine(t *testing.T) {
	if m := readMachine(1024); m.Cores < 1 || m.Go == "" || m.System == "" || m.Descriptors != 1024 {
		t.Errorf("got %+v", m)
	}
	const text = "MemFree:  1 kB\nmodel name\t: A CPU: fast\nMemTotal:       24684232 kB\n"
	if a, b, c := field(text, "MemTotal"), field(text, "model name"), field(text, "other"); a != "24684232 kB" || b != "A CPU: fast" || c != "" {
		t.Errorf("got %q, %q, %q", a, b, c)
	}
}
